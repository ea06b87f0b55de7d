/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a notice that touch each other: a plan and a return, a withdrawal and what follows it,
 * an override and who may grant it. */
#include "tests/unit/server/act/fixture.h"

#include <string.h>

#include "server/auth/permission.h"
#include "server/trade/notice_kind.h"

/* 2026-04-13 09:00 in Beijing, a Monday. */
#define NOW_US (INT64_C(1776042000) * CLOCK_SECOND_US)
#define DAY_US (INT64_C(86400) * CLOCK_SECOND_US)

static struct fixture *f;
static struct actor staff, second, operator;

static int perform(const struct actor *actor, const struct act_kind *kind, int64_t at_us,
	json_t *in, json_t **ret_out, struct refusal *r)
{
	struct act_call call = {.legal_us = at_us};
	int result = act_perform(&f->env, actor, kind, in, &call, ret_out, r);

	json_decref(in);
	return result;
}

static json_t *done(
	const struct actor *actor, const struct act_kind *kind, int64_t at_us, json_t *in)
{
	struct refusal r = {0};
	json_t *out = NULL;
	int result = perform(actor, kind, at_us, in, &out, &r);

	if (result)
		fail_msg("%s: %d %s %s (%s)", kind->name, result, result > 0 ? r.code : "",
			r.detail, r.field);
	return out;
}

static void expect_refused(const struct actor *actor, const struct act_kind *kind, int64_t at_us,
	json_t *in, const char *code)
{
	struct refusal r = {0};
	json_t *out = NULL;

	assert_int_equal(perform(actor, kind, at_us, in, &out, &r), REFUSED);
	assert_string_equal(r.code, code);
	json_decref(out);
}

static json_t *of(const char *notice_id)
{
	return json_pack("{s:s}", "notice_id", notice_id);
}

static json_t *because(const char *notice_id)
{
	return json_pack("{s:s, s:s}", "notice_id", notice_id, "reason", "误发");
}

/* Takes out: one of its texts, to be freed. */
static char *taken(json_t *out, const char *name)
{
	char *text = g_strdup(in_text(out, name));

	json_decref(out);
	return text;
}

static char *land(void)
{
	return taken(
		done(&staff, &project_create_act, NOW_US,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s}]}", "regime",
				"asset", "category", "land", "name", "某宗地", "region", "370402",
				"method", "listing", "buyer_name", "某局", "contact", "0632",
				"lots", "name", "1号宗地", "price_form", "amount")),
		"project_id");
}

static json_t *all_fields(const char *kind)
{
	json_t *object = json_object();
	size_t n;
	const struct notice_field *rows = notice_fields(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == notice_kind_from_name(kind))
			json_object_set_new(object, rows[i].name, json_string(rows[i].label));
	return object;
}

static json_t *text_of(const char *project_id, const char *kind)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "project_id", project_id, "kind", kind,
		"title", "公告", "body_md", "正文", "fields", all_fields(kind));
}

static char *create(json_t *in)
{
	return taken(done(&staff, &notice_create_act, NOW_US, in), "notice_id");
}

static json_t *listing(const char *project_id)
{
	json_t *in = text_of(project_id, "land_listing");

	out_time(in, "offer_start", NOW_US);
	out_time(in, "offer_end", NOW_US + DAY_US);
	out_time(in, "deadline", NOW_US + 20 * DAY_US);
	return in;
}

static void approve(const char *notice_id, int64_t at_us)
{
	json_decref(done(&staff, &notice_submit_act, at_us, of(notice_id)));
	json_decref(done(&second, &notice_approve_act, at_us, of(notice_id)));
}

static int prepare(void **state)
{
	fixture_clear(f);
	staff = fixture_person(f, "staff", ROLE_STAFF);
	second = fixture_person(f, "second", ROLE_STAFF);
	operator= fixture_actor("", ROLE_OPERATOR);
	return 0;
}

/* Whoever approves it again has not agreed to the old time. */
static void test_returned_plan(void **state)
{
	g_autofree char *project_id = land();
	g_autofree char *id = create(listing(project_id));
	json_t *in = of(id);

	approve(id, NOW_US);
	out_time(in, "publish_at", NOW_US + DAY_US / 2);
	json_decref(done(&second, &notice_schedule_act, NOW_US, in));
	json_decref(done(&second, &notice_return_act, NOW_US, because(id)));
	assert_int_equal(
		fixture_number(f, "SELECT COUNT(*) FROM notice WHERE publish_at IS NOT NULL"), 0);
	approve(id, NOW_US + DAY_US);
	expect_refused(&operator, & notice_due_act, NOW_US + DAY_US, of(id), "notice.state");
}

/* The lots of a withdrawn notice are ended by a notice that follows it. */
static void test_end_of_withdrawn(void **state)
{
	g_autofree char *project_id = land();
	g_autofree char *id = create(listing(project_id));
	json_t *end = text_of(project_id, "asset_termination");

	out_text(end, "follows", id);
	g_autofree char *end_id = create(end);
	expect_refused(&staff, &notice_submit_act, NOW_US, of(end_id), "notice.predecessor_wrong");
	approve(id, NOW_US);
	json_decref(done(&second, &notice_publish_act, NOW_US, of(id)));
	json_decref(done(&second, &notice_withdraw_act, NOW_US, because(id)));
	json_t *sold = text_of(project_id, "land_result");
	out_text(sold, "follows", id);
	g_autofree char *sold_id = create(sold);
	expect_refused(&staff, &notice_submit_act, NOW_US, of(sold_id), "notice.predecessor_wrong");
	approve(end_id, NOW_US);
	json_decref(done(&second, &notice_publish_act, NOW_US, of(end_id)));
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM lot WHERE state = 'failed'"), 1);
}

/* One account may have both roles, but is one person. */
static void test_own_override(void **state)
{
	struct actor both = fixture_person(f, "both", ROLE_STAFF | ROLE_SUPERVISOR);
	g_autofree char *project_id = land();
	g_autofree char *id = NULL, *override_id = NULL;

	test_db_do(f->db, "UPDATE project SET regime = 'ztb', category = 'works'");
	id = create(text_of(project_id, "ztb_tender"));
	override_id = taken(done(&both, &override_ask_act, NOW_US,
				    json_pack("{s:s, s:s, s:s}", "notice_id", id, "rule", "T02",
					    "reason", "抢险救灾")),
		"override_id");
	expect_refused(&both, &override_grant_act, NOW_US,
		json_pack("{s:s}", "override_id", override_id), "override.same_person");
	assert_int_equal(
		fixture_number(f, "SELECT COUNT(*) FROM event WHERE kind = 'rule.overridden'"), 0);
	json_decref(done(&second, &override_grant_act, NOW_US,
		json_pack("{s:s}", "override_id", override_id)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_returned_plan, prepare),
		cmocka_unit_test_setup(test_end_of_withdrawn, prepare),
		cmocka_unit_test_setup(test_own_override, prepare),
	};
	int r;

	f = fixture_start();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return r;
}
