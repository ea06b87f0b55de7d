/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Acts of the house and of trading with the n-th step of their transaction failing, for every n
 * until the act succeeds: after a fault the database is as it was, after a deadlock it is as if
 * nothing had happened in between.
 */
#include "tests/unit/server/act/fixture.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "proto/p256.h"
#include "server/auth/permission.h"

/* Of the deadline: any Monday far enough from the holidays. 2026-05-11 09:00 in Beijing. */
#define DEADLINE "2026-05-11T01:00:00Z"
/* When notices are written and published: 2026-04-13 09:00 in Beijing. */
#define NOW_US (INT64_C(1776042000) * CLOCK_SECOND_US)

static struct fixture *f;
static struct actor sysadmin, staff, second, holder;

/*
 * Performs the act over and over: first every step fails for good, then every step fails once with
 * a deadlock. make_input gives a new input for each success that is expected.
 */
static void play(const struct actor *actor, const struct act_kind *kind,
	json_t *(*make_input)(unsigned n), int64_t events_each)
{
	json_t *in = make_input(0);
	struct act_call call = {.idempotency_key = "key 0", .legal_us = NOW_US};
	unsigned n;
	int r;

	for (n = 1;; n++) {
		g_autofree char *before = fixture_picture(f);
		struct refusal refusal = {0};
		json_t *out = NULL;
		test_db_fail_nth(n, TABLE_FULL);
		r = act_perform(&f->env, actor, kind, in, &call, &out, &refusal);
		bool failed = test_db_has_failed();
		test_db_fail_nth(0, 0);
		json_decref(out);
		fixture_expect_whole(f);
		if (r > 0)
			fail_msg("%s: %s %s", kind->name, refusal.code, refusal.detail);
		if (!failed)
			break;
		/* The answer to COMMIT came too late to matter: it is done. */
		g_autofree char *after = fixture_picture(f);
		if (r < 0 && strcmp(before, after) != 0 &&
			fixture_number(f,
				"SELECT COUNT(*) FROM idempotency WHERE idem_key = 'key 0'") == 0)
			fail_msg("%s, step %u: %s became %s", kind->name, n, before, after);
	}
	assert_int_equal(r, 0);
	assert_true(n > 4);
	json_decref(in);

	for (unsigned step = 1; step < n; step++) {
		g_autofree char *key = g_strdup_printf("key %u", step);
		int64_t before = fixture_number(f, "SELECT COUNT(*) FROM event");
		struct refusal refusal = {0};
		json_t *out = NULL;
		in = make_input(step);
		before = fixture_number(f, "SELECT COUNT(*) FROM event");
		call.idempotency_key = key;
		test_db_fail_nth(step, DEADLOCK);
		r = act_perform(&f->env, actor, kind, in, &call, &out, &refusal);
		test_db_fail_nth(0, 0);
		if (r)
			fail_msg("%s, step %u: %d %s", kind->name, step, r, refusal.code);
		assert_int_equal(
			fixture_number(f, "SELECT COUNT(*) FROM event"), before + events_each);
		fixture_expect_whole(f);
		json_decref(out);
		json_decref(in);
	}
}

static int prepare(void **state)
{
	g_autofree char *spki = NULL;
	EVP_PKEY *key = NULL;
	struct p256_public public;

	fixture_clear(f);
	sysadmin = fixture_actor(FIXTURE_ADMIN, ROLE_SYSADMIN);
	staff = fixture_person(f, "staff", ROLE_STAFF);
	second = fixture_person(f, "second", ROLE_STAFF);
	holder = fixture_person(f, "holder", ROLE_HOLDER);
	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_public_of(key, &public), 0);
	spki = p256_spki_text(&public);
	EVP_PKEY_free(key);
	json_decref(fixture_perform(f, &holder, &key_register_act, NULL,
		json_pack("{s:s, s:s, s:s}", "purpose", "holder", "alg", "p256", "public_key",
			spki)));
	return 0;
}

static json_t *new_account(unsigned n)
{
	g_autofree char *login = g_strdup_printf("person%u", n);

	return json_pack(
		"{s:s, s:s, s:s}", "login", login, "name", "某人", "password", "long enough 1");
}

static void test_account_create(void **state)
{
	play(&sysadmin, &account_create_act, new_account, 1);
}

static json_t *new_project(unsigned n)
{
	json_t *scheme = json_pack("{s:[{s:s, s:s, s:s, s:s, s:b}], s:{s:s, s:s}}", "items", "id",
		"plan", "name", "方案", "max", "80", "kind", "technical", "objective", 0, "price",
		"method", "gp_lowest", "weight", "20");

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:[s], s:i, s:[{s:s, s:s, s:o}]}",
		"regime", "gp", "category", "services", "name", "运维服务", "region", "370402",
		"method", "open", "budget", "3000000", "buyer_name", "某局", "contact", "张先生",
		"holder_threshold", 1, "holders", holder.account_id, "window_minutes", 60, "lots",
		"name", "第一包", "price_form", "amount", "scheme", scheme);
}

static void test_project_create(void **state)
{
	play(&staff, &project_create_act, new_project, 1);
}

static json_t *perform_now(const struct actor *actor, const struct act_kind *kind, json_t *in)
{
	struct act_call call = {.legal_us = NOW_US};
	struct refusal r = {0};
	json_t *out = NULL;

	if (act_perform(&f->env, actor, kind, in, &call, &out, &r))
		fail_msg("%s: %s %s (%s)", kind->name, r.code, r.detail, r.field);
	json_decref(in);
	return out;
}

/* A notice one step before its publication: { notice_id }. */
static json_t *approved_notice(unsigned n)
{
	static const char *const names[] = {"number", "name", "budget", "scope", "duration",
		"qualification", "file_access", "submission", "buyer_contact", "agency_contact"};
	json_t *project = perform_now(&staff, &project_create_act, new_project(n));
	json_t *fields = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		json_object_set_new(fields, names[i], json_string("见招标文件"));
	json_t *out = perform_now(&staff, &notice_create_act,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "project_id",
			in_text(project, "project_id"), "kind", "gp_tender", "title",
			"公开招标公告", "body_md", "# 公告", "offer_start", "2026-04-13T02:00:00Z",
			"offer_end", "2026-04-21T02:00:00Z", "deadline", DEADLINE, "fields",
			fields));
	json_t *in = json_pack("{s:s}", "notice_id", in_text(out, "notice_id"));
	json_decref(out);
	json_decref(project);
	json_decref(perform_now(&staff, &notice_submit_act, json_incref(in)));
	json_decref(perform_now(&second, &notice_approve_act, json_incref(in)));
	return in;
}

static void test_notice_publish(void **state)
{
	play(&second, &notice_publish_act, approved_notice, 1);
	assert_int_equal(
		fixture_number(f, "SELECT COUNT(*) FROM notice WHERE state <> 'published'"), 0);
	/* The publication order has no gap. */
	assert_int_equal(fixture_number(f, "SELECT MAX(publish_seq) - COUNT(*) FROM notice"), 0);
	assert_int_equal(
		fixture_number(f, "SELECT COUNT(DISTINCT publish_seq) - COUNT(*) FROM notice"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_account_create, prepare),
		cmocka_unit_test_setup(test_project_create, prepare),
		cmocka_unit_test_setup(test_notice_publish, prepare),
	};

	f = fixture_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return failed;
}
