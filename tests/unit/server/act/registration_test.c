/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Firms that register themselves: what one says of itself keeps no other out, nothing of those who
 * got no account stays, and none is there twice. */
#include "tests/unit/server/act/fixture.h"

#include <stdatomic.h>
#include <string.h>

#include "db/txn.h"
#include "server/act/project_party.h"
#include "server/auth/permission.h"

#define CODE "91350100M000100Y43" /* the example of GB 32100-2015 */
#define PERSONAL "name IS NOT NULL OR phone IS NOT NULL OR password_hash IS NOT NULL"

static struct fixture *f;

static int clean(void **state)
{
	test_db_fail_nth(0, 0);
	fixture_clear(f);
	return 0;
}

static char *registered(const char *login)
{
	static const struct actor nobody;
	json_t *out = fixture_perform(f, &nobody, &registration_make_act, "key",
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "login", login, "password",
			"Schornstein-47-Regen", "org_name", "甲有限公司", "credit_code", CODE,
			"name", "王某", "phone", "0632-1234567"));
	char *id = g_strdup(in_text(out, "registration_id"));

	json_decref(out);
	return id;
}

static int64_t count(const char *id, const char *where)
{
	g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM bidder_registration WHERE "
					       "registration_id = '%s' AND (%s)",
		id, where);

	return fixture_number(f, sql);
}

static unsigned lose_commit(const char *sql)
{
	static atomic_uint n;

	return strcmp(sql, "COMMIT done") == 0 && atomic_fetch_add(&n, 1) % 2 == 0 ? LOST : 0;
}

/* The answer to COMMIT gets lost: the firm is told the number of what is there, once. */
static void test_lost_commit_does_not_double(void **state)
{
	db_statement_hook = lose_commit;
	g_autofree char *id = registered("firm");
	db_statement_hook = NULL;

	assert_int_equal(count(id, "state = 'pending'"), 1);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM bidder_registration"), 1);
}

/* Neither a login nor a code that others gave is told or refused. */
static void test_several_wait_with_the_same(void **state)
{
	struct actor staff = fixture_person(f, "firm", ROLE_STAFF);
	g_autofree char *one = registered("firm"), *two = registered("firm");
	json_t *in = json_pack("{s:s}", "registration_id", one), *out = NULL;
	struct refusal r = {0};

	assert_string_not_equal(one, two);
	assert_int_equal(
		act_perform(&f->env, &staff, &registration_approve_act, in, NULL, &out, &r),
		REFUSED);
	assert_string_equal(r.code, "account.login_taken");
	assert_int_equal(
		fixture_number(
			f, "SELECT COUNT(*) FROM bidder_registration WHERE state = 'pending'"),
		2);
	json_decref(in);
}

/* One gets the account, the others are refused, and whichever step fails it is all or nothing; of
 * the last, the answer to COMMIT, nobody is told that it was all. */
static void test_approving_one_refuses_the_others(void **state)
{
	struct actor staff = fixture_person(f, "staff", ROLE_STAFF);
	g_autofree char *one = registered("one"), *two = registered("two"),
			*three = registered("three"), *before = fixture_picture(f);
	json_t *in = json_pack("{s:s}", "registration_id", two), *out = NULL;

	for (unsigned step = 1;; step++) {
		struct refusal r = {0};
		test_db_fail_nth(step, TABLE_FULL);
		assert_true(act_perform(&f->env, &staff, &registration_approve_act, in, NULL, &out,
				    &r) < 0);
		test_db_fail_nth(0, 0);
		g_autofree char *after = fixture_picture(f);
		if (strcmp(after, before) != 0)
			break;
	}
	assert_int_equal(count(two, "state = 'approved' AND phone IS NOT NULL"), 1);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event WHERE kind = "
					   "'registration.approved'"),
		1);
	const char *refused[] = {one, three};
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autofree char *event = g_strdup_printf(
			"SELECT COUNT(*) FROM event WHERE kind = 'registration.refused' AND "
			"subject = 'registration:%s'",
			refused[i]);
		assert_int_equal(count(refused[i], "state = 'refused' AND reason IS NOT NULL"), 1);
		assert_int_equal(count(refused[i], PERSONAL), 0);
		assert_int_equal(fixture_number(f, event), 1);
	}
	fixture_expect_whole(f);
	json_decref(in);
}

/* What nobody decided goes when its days are over, with an event and without the person. */
static void test_undecided_lapses(void **state)
{
	static const struct actor house = {.roles = ROLE_OPERATOR};
	g_autofree char *old = registered("old"), *young = registered("young");
	g_autofree char *age = g_strdup_printf("UPDATE bidder_registration SET created_at = "
					       "created_at - INTERVAL 30 DAY "
					       "WHERE registration_id = '%s'",
		old);

	test_db_do(f->db, age);
	for (int i = 0; i < 2; i++)
		json_decref(fixture_perform(
			f, &house, &registration_lapse_act, NULL, json_pack("{s:i}", "days", 30)));
	assert_int_equal(count(old, "state = 'lapsed' AND decided_by IS NULL AND login = "
				    "registration_id"),
		1);
	assert_int_equal(count(old, PERSONAL), 0);
	assert_int_equal(count(young, "state = 'pending' AND (" PERSONAL ")"), 1);
	g_autofree char *events = g_strdup_printf(
		"SELECT COUNT(*) FROM event WHERE kind = 'registration.lapsed' AND actor = "
		"'system' AND subject = 'registration:%s' AND body NOT LIKE '%%old%%'",
		old);
	assert_int_equal(fixture_number(f, events), 1);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event"), 1);
}

static const char *founder_id;

static int run_party(struct act *a, const json_t *in, json_t *out)
{
	struct project p = {0};
	bool party = false;

	(void)in;
	g_strlcpy(p.created_by, founder_id, sizeof(p.created_by));
	int r = project_is_party(a, &p, &party);
	json_object_set_new(out, "party", json_boolean(party));
	return r;
}

static bool is_party(const struct actor *actor)
{
	static const struct field no_fields[] = {{NULL}};
	static const struct act_kind toy = {.name = "tender.questions",
		.fields = no_fields,
		.run = run_party,
		.flags = ACT_READ};
	json_t *out = fixture_perform(f, actor, &toy, NULL, json_object());
	bool party = in_bool(out, "party", false);

	json_decref(out);
	return party;
}

/* A firm that calls itself what the founder of a project is called is none of its own people. */
static void test_name_of_own_choosing_opens_no_project(void **state)
{
	struct actor staff = fixture_person(f, "staff", ROLE_STAFF),
		     founder = fixture_person(f, "founder", ROLE_AGENCY),
		     colleague = fixture_person(f, "colleague", ROLE_AGENCY);
	g_autofree char *id = registered("firm");

	founder_id = founder.account_id;
	test_db_do(f->db, "UPDATE account SET org_name = '甲有限公司' "
			  "WHERE login IN ('founder', 'colleague')");
	json_t *out = fixture_perform(f, &staff, &registration_approve_act, NULL,
		json_pack("{s:s}", "registration_id", id));
	struct actor firm = fixture_actor(in_text(out, "account_id"), ROLE_BIDDER);
	json_decref(out);
	assert_true(is_party(&founder));
	assert_true(is_party(&colleague));
	assert_false(is_party(&firm));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_lost_commit_does_not_double, clean),
		cmocka_unit_test_setup(test_several_wait_with_the_same, clean),
		cmocka_unit_test_setup(test_approving_one_refuses_the_others, clean),
		cmocka_unit_test_setup(test_undecided_lapses, clean),
		cmocka_unit_test_setup(test_name_of_own_choosing_opens_no_project, clean),
	};

	f = fixture_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return failed;
}
