/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about a step back (环节回退), and about more time (C09). */
#include "server/verify/session_rollback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION

static void step(struct record_kit *k, const char *from, const char *to, const char *rollback)
{
	json_t *body = json_pack("{s:s, s:s}", "from", from, "to", to);

	if (rollback)
		json_object_set_new(body, "rollback", json_string(rollback));
	kit_event(k, "session.step", SESSION, "host", body);
}

static json_t *about(const char *id, const char *from, const char *to, const char *code)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s}", "rollback", id, "from", from, "to", to, "code", code);
}

static void ask(struct record_kit *k, const char *from, const char *to, const char *code)
{
	kit_event(k, "rollback.requested", SESSION, "host", about("r1", from, to, code));
}

static void approve(struct record_kit *k, const char *who, const char *from, const char *to)
{
	kit_event(k, "rollback.approved", SESSION, who, about("r1", from, to, "03"));
}

/* Scored, ranked, back to the scoring, and all of it once more. */
static void honest(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made"), *sheets = kit_cut(k, "sheet.submitted");

	step(k, "leader", "scoring", NULL);
	kit_again(k, sheets);
	step(k, "scoring", "summary", NULL);
	ask(k, "summary", "scoring", "03");
	approve(k, "supervisor", "summary", "scoring");
	step(k, "summary", "scoring", "r1");
	kit_put_back(k, sheets);
	step(k, "scoring", "summary", NULL);
	kit_put_back(k, report);
}

/* As an honest house, but that nobody gave his sheet again before the lot was ranked. */
static void ranked_by_void_sheets(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made"), *ranked = kit_cut(k, "lot.ranked");
	GPtrArray *sheets = kit_cut(k, "sheet.submitted");

	step(k, "leader", "scoring", NULL);
	kit_put_back(k, sheets);
	step(k, "scoring", "summary", NULL);
	ask(k, "summary", "scoring", "03");
	approve(k, "supervisor", "summary", "scoring");
	step(k, "summary", "scoring", "r1");
	kit_put_back(k, ranked);
	kit_put_back(k, report);
}

/* The report before the step back is said to be the one that stands. */
static void a_void_report(struct record_kit *k)
{
	GPtrArray *closed = kit_cut(k, "session.closed"), *signatures = kit_cut(k, "report.signed");
	GPtrArray *made = kit_cut(k, "report.made");

	step(k, "scoring", "summary", NULL);
	kit_put_back(k, made);
	step(k, "summary", "signing", NULL);
	ask(k, "signing", "summary", "03");
	approve(k, "supervisor", "signing", "summary");
	step(k, "signing", "summary", "r1");
	kit_put_back(k, signatures);
	kit_put_back(k, closed);
}

static void made_twice(struct record_kit *k)
{
	GPtrArray *closed = kit_cut(k, "session.closed");

	g_ptr_array_add(
		k->events, json_incref(g_ptr_array_index(k->events, kit_find(k, "report.made"))));
	kit_put_back(k, closed);
}

static void approved_by_one(struct record_kit *k)
{
	honest(k);
	json_object_set_new(g_ptr_array_index(k->events, kit_find(k, "rollback.approved")), "actor",
		json_string("host"));
}

static void not_asked_for(struct record_kit *k)
{
	honest(k);
	json_decref(g_ptr_array_steal_index(k->events, kit_find(k, "rollback.requested")));
}

static void farther_than_asked(struct record_kit *k)
{
	honest(k);
	json_object_set_new(kit_body(k, "rollback.approved", 0), "to", json_string("preliminary"));
}

static void what_was_withdrawn(struct record_kit *k)
{
	GPtrArray *rest;

	honest(k);
	rest = kit_cut(k, "rollback.approved");
	kit_event(
		k, "rollback.withdrawn", SESSION, "host", about("r1", "summary", "scoring", "03"));
	kit_put_back(k, rest);
}

/* A bid found by votes in the scoring, and the session went back behind that. */
static void rejected(struct record_kit *k, bool reinstated)
{
	GPtrArray *report = kit_cut(k, "report.made"), *sheets = kit_cut(k, "sheet.submitted");

	step(k, "leader", "scoring", NULL);
	for (int no = 1; no <= 2; no++)
		kit_event(k, "bid.reject_voted", SESSION, no == 1 ? "member_1" : "member_2",
			json_pack("{s:s, s:s, s:i, s:s, s:s}", "lot", "lot1", "bid", "b2",
				"member_no", no, "clause", "c", "reason", "r"));
	kit_event(k, "bid.rejected", SESSION, "member_2",
		json_pack("{s:s, s:s, s:s, s:b, s:b}", "lot", "lot1", "bid", "b2", "reason",
			"c：r；c：r", "scored", true, "priced", false));
	ask(k, "scoring", "preliminary", "03");
	approve(k, "supervisor", "scoring", "preliminary");
	if (reinstated)
		kit_event(k, "bid.reinstated", SESSION, "supervisor",
			json_pack("{s:s, s:s, s:s}", "lot", "lot1", "bid", "b2", "rollback", "r1"));
	step(k, "scoring", "preliminary", "r1");
	step(k, "preliminary", "scoring", NULL);
	kit_put_back(k, sheets);
	step(k, "scoring", "summary", NULL);
	kit_put_back(k, report);
}

static void reinstated(struct record_kit *k)
{
	rejected(k, true);
}

static void left_rejected(struct record_kit *k)
{
	rejected(k, false);
}

/* The review of the lot had been counted, and nothing reopens it. */
static void left_counted(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made"), *sheets = kit_cut(k, "sheet.submitted");

	step(k, "leader", "preliminary", NULL);
	kit_event(k, "review.counted", SESSION, "member_2",
		json_pack("{s:s, s:s}", "lot", "lot1", "stage", "preliminary"));
	step(k, "preliminary", "scoring", NULL);
	ask(k, "scoring", "preliminary", "03");
	approve(k, "supervisor", "scoring", "preliminary");
	step(k, "scoring", "preliminary", "r1");
	step(k, "preliminary", "scoring", NULL);
	kit_put_back(k, sheets);
	kit_put_back(k, report);
}

static void nowhere(struct record_kit *k)
{
	honest(k);
	json_object_set_new(kit_body(k, "session.step", 2), "to", json_string("leader"));
}

static void from_elsewhere(struct record_kit *k)
{
	honest(k);
	json_object_set_new(kit_body(k, "rollback.requested", 0), "from", json_string("signing"));
	json_object_set_new(kit_body(k, "rollback.approved", 0), "from", json_string("signing"));
}

/* Totals are known, and the purchase law names the reasons. */
static void for_no_reason(struct record_kit *k)
{
	honest(k);
	json_object_set_new(json_object_get(kit_body(k, "project.created", 0), "input"), "regime",
		json_string("gp"));
	json_object_set_new(kit_body(k, "rollback.requested", 0), "code", json_string("other"));
	json_object_set_new(kit_body(k, "rollback.approved", 0), "code", json_string("other"));
}

static void judged_meanwhile(struct record_kit *k)
{
	honest(k);
	g_ptr_array_insert(k->events, (gint)kit_find(k, "rollback.approved"),
		json_incref(g_ptr_array_index(k->events, kit_find(k, "sheet.submitted"))));
}

static void when_all_had_signed(struct record_kit *k)
{
	GPtrArray *closed = kit_cut(k, "session.closed");

	step(k, "summary", "signing", NULL);
	ask(k, "signing", "summary", "03");
	approve(k, "supervisor", "signing", "summary");
	step(k, "signing", "summary", "r1");
	kit_put_back(k, closed);
}

/* One of two members is more than a third (C09). */
static void too_short_a_time(struct record_kit *k, bool extended)
{
	GPtrArray *report = kit_cut(k, "report.made");

	kit_event(k, "time.voted", SESSION, "member_1", json_pack("{s:i}", "member_no", 1));
	kit_event(k, "time.too_short", SESSION, "member_1", json_pack("{s:s}", "rule", "C09"));
	if (extended)
		kit_event(k, "time.extended", SESSION, "host", json_pack("{s:i}", "minutes", 30));
	step(k, "scoring", "summary", NULL);
	kit_put_back(k, report);
}

static void no_more_time(struct record_kit *k)
{
	too_short_a_time(k, false);
}

static void more_time(struct record_kit *k)
{
	too_short_a_time(k, true);
}

static void too_short_for_nobody(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	kit_event(k, "time.voted", SESSION, "member_9", json_pack("{s:i}", "member_no", 9));
	kit_event(k, "time.too_short", SESSION, "member_9", json_pack("{s:s}", "rule", "C09"));
	kit_put_back(k, report);
}

static const struct kit_house houses[] = {
	{"sheets not given again", ranked_by_void_sheets, "no event says that this sheet"},
	{"a report before the step back", a_void_report, "no event speaks of this report"},
	{"a report made twice", made_twice, "the report was made already"},
	{"approved by who asked", approved_by_one, "is approved by who asked for it"},
	{"not asked for", not_asked_for, "was not asked for"},
	{"farther than asked", farther_than_asked, "approves something else"},
	{"what was withdrawn", what_was_withdrawn, "approves what was no longer asked for"},
	{"a bid left rejected", left_rejected, "leaves a bid rejected by what is done again"},
	{"a count left", left_counted, "leaves a count of what is done again"},
	{"nowhere", nowhere, "does not lead to its step"},
	{"from elsewhere", from_elsewhere, "does not start from the step"},
	{"for no reason of E13", for_no_reason, "rollback.reason"},
	{"judged meanwhile", judged_meanwhile, "waited while somebody judged"},
	{"when all had signed", when_all_had_signed, "rollback.signed"},
	{"no more time", no_more_time, "the time was not extended"},
	{"too short for nobody", too_short_for_nobody, "no third of the members"},
};

static int verify(void (*write)(struct record_kit *k), struct record_kit **ret)
{
	*ret = kit_new();
	write(*ret);
	kit_write(*ret);
	return kit_verify(*ret);
}

static void test_honest(void **state)
{
	struct record_kit *k;

	if (verify(honest, &k) != 0)
		fail_msg("%s", k->out);
	assert_non_null(strstr(k->out, "1 steps back followed"));
	kit_free(k);
	if (verify(more_time, &k) != 0)
		fail_msg("%s", k->out);
	kit_free(k);
	if (verify(reinstated, &k) != 0)
		fail_msg("%s", k->out);
	kit_free(k);
}

static void test_what_a_house_could_write(void **state)
{
	kit_check_houses(houses, G_N_ELEMENTS(houses));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
