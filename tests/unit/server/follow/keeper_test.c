/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keeper beginning anew from a database that takes its transactions away or was altered. */
#include "tests/unit/server/act/fixture.h"

#include "server/auth/permission.h"
#include "server/follow/keeper.h"

#define ADMIN_ID "01hzzzzzzzzzzzzzzzzzzzzzza"
#define N_EVENTS 3

static struct fixture *f;
static char *dir;

static void create_account(unsigned n)
{
	const struct actor admin = fixture_actor(ADMIN_ID, ROLE_SYSADMIN);
	g_autofree char *login = g_strdup_printf("person%u", n);

	json_decref(fixture_perform(f, &admin, &account_create_act, NULL,
		json_pack("{s:s, s:s, s:s}", "login", login, "name", "某人", "password",
			"long enough 1")));
}

static char *checkpoint(void)
{
	g_autofree char *path = g_build_filename(dir, "checkpoint", NULL);
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

/* As a process does it that just began: steps until there is nothing left to do. */
static void keep(void)
{
	struct keeper *k = keeper_new(&f->env, dir);
	int r;

	do
		r = keeper_step(k);
	while (r > 0);
	keeper_free(k);
	assert_int_equal(r, 0);
}

static int prepare(void **state)
{
	test_db_fail_nth(0, 0);
	fixture_clear(f);
	test_db_do(f->db, "INSERT INTO lease (name, expires_at) VALUES ('keeper', '1970-01-01')");
	dir = test_dir_make();
	for (unsigned n = 0; n < N_EVENTS; n++)
		create_account(n);
	keep();
	return 0;
}

static int clean(void **state)
{
	test_dir_remove(dir);
	return 0;
}

static void test_places_and_signs(void **state)
{
	g_autofree char *first = checkpoint(), *second = NULL;

	assert_non_null(first);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM ledger_place"), N_EVENTS);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event_pending"), 0);
	create_account(N_EVENTS);
	keep();
	second = checkpoint();
	assert_string_not_equal(first, second);
	assert_int_equal(
		fixture_number(f, "SELECT MAX(tree_size) FROM ledger_checkpoint"), N_EVENTS + 1);
}

/* Whichever statement meets a deadlock: what was read before it is thrown away and read again. */
static void test_begins_again_after_a_deadlock(void **state)
{
	g_autofree char *before = checkpoint();
	bool failed = true;
	unsigned n;

	for (n = 1; failed; n++) {
		test_db_fail_nth(n, DEADLOCK);
		keep();
		failed = test_db_has_failed();
		test_db_fail_nth(0, 0);
		g_autofree char *after = checkpoint();
		assert_string_equal(before, after);
	}
	assert_true(n > 8);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM ledger_place"), N_EVENTS);
}

static void test_signs_nothing_over_an_altered_event(void **state)
{
	g_autofree char *before = checkpoint(), *after = NULL;

	create_account(N_EVENTS);
	test_db_do(f->db, "UPDATE event SET body = '{}' WHERE event_id = (SELECT event_id FROM "
			  "ledger_place WHERE ledger_seq = 1)");
	keep();
	after = checkpoint();
	assert_string_equal(before, after);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event_pending"), 1);
	assert_int_equal(
		fixture_number(f, "SELECT MAX(tree_size) FROM ledger_checkpoint"), N_EVENTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places_and_signs, prepare, clean),
		cmocka_unit_test_setup_teardown(test_begins_again_after_a_deadlock, prepare, clean),
		cmocka_unit_test_setup_teardown(
			test_signs_nothing_over_an_altered_event, prepare, clean),
	};

	f = fixture_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return failed;
}
