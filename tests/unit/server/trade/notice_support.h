/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of notices share: a calendar and the rules, a notice with everything, its check.
 */

#include "server/trade/notice_check.h"

#include "tests/unit/server/trade/support.h"

static struct calendar *cal;
static const struct rulebook *book;

static inline int set_up(void **state)
{
	cal = calendar_2026();
	book = rulebook_current();
	return 0;
}

static inline int tear_down(void **state)
{
	cal = calendar_free(cal);
	return 0;
}

static inline json_t *all_fields(enum notice_kind kind)
{
	json_t *json = json_object();
	size_t n;
	const struct notice_field *rows = notice_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == kind)
			json_object_set_new(json, rows[i].name, json_string(rows[i].label));
	return json;
}

static inline struct notice make(enum notice_kind kind)
{
	return (struct notice){
		.kind = kind,
		.title = "公告",
		.body_md = "正文",
		.fields = all_fields(kind),
		.offer_start_us = at("2026-03-02 09:00:00"),
		.offer_end_us = at("2026-03-10 17:00:00"),
		.bid_deadline_us = at("2026-03-25 09:30:00"),
		.opening_us = at("2026-03-25 09:30:00"),
		.publicity_start_us = at("2026-03-02 09:00:00"),
		.publicity_end_us = at("2026-03-06 17:00:00"),
	};
}

static inline struct notice_case at_time(int64_t now_us)
{
	return (struct notice_case){
		.book = book, .calendar = cal, .now_us = now_us, .mandatory = true, .n_lots = 2};
}

/* Checks at `now`, expects exactly one refusal of that kind (or none), and frees the fields. */
static inline void expect(
	const struct notice *n, int64_t now_us, int refusal, const char *rule, int64_t earliest_us)
{
	g_autoptr(GArray) list = verdicts_new();
	struct notice_case c = at_time(now_us);
	const struct rule_verdict *v;

	notice_check(n, &c, list);
	v = verdicts_first_refusal(list);
	if (!refusal) {
		if (v)
			fail_msg("unexpected %s %s", v->code, v->field);
	} else {
		if (!v)
			fail_msg("nothing refused, wanted %s", notice_refusal_code(refusal));
		assert_int_equal(v->refusal, refusal);
		assert_string_equal(v->code, notice_refusal_code(refusal));
		if (g_strcmp0(v->rule, rule))
			fail_msg("rule %s, wanted %s", v->rule, rule);
		assert_true(v->earliest_us == earliest_us);
		assert_int_equal(list->len, 1);
	}
	json_decref((json_t *)n->fields);
}
