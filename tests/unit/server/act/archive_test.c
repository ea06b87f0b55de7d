/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The destruction record of a recording that is too large for one event. */
#include "tests/unit/server/act/fixture.h"

#include <string.h>

#include "db/txn.h"
#include "server/auth/permission.h"
#include "server/store/event_store.h"
#include "server/trade/rulebook.h"

#define SESSION "01hzzzzzzzzzzzzzzzzzzzzzzs"
#define PROJECT "01hzzzzzzzzzzzzzzzzzzzzzzp"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define REELS 450

static struct fixture *f;

/* A closed session whose recording two people let expire. */
static int prepare(void **state)
{
	g_autofree char *project = g_strdup_printf(
		"INSERT INTO project (project_id, code, regime, category, name, region, method, "
		"buyer_name, contact, rulebook_version, holder_threshold, window_minutes, state, "
		"created_by, created_at) VALUES ('" PROJECT "', 'P', 'ztb', 'works', '项目', "
		"'370402', 'open', '某局', '0632', '%s', 1, 60, 'announced', '" FIXTURE_ADMIN
		"', '2026-01-01')",
		rulebook_current()->version);

	fixture_clear(f);
	test_db_do(f->db, project);
	test_db_do(f->db,
		"INSERT INTO eval_session (session_id, project_id, title, step, panel_size, "
		"scheduled_at, closed_at, created_at) VALUES ('" SESSION "', '" PROJECT
		"', '评标会', 'closed', 5, '2026-01-01', '2026-01-02', '2026-01-01')");
	test_db_do(f->db,
		"INSERT INTO archive_record (session_id, class, counts_from, state, proposed_by, "
		"confirmed_by) VALUES ('" SESSION "', 'days_90', '2026-01-02', 'expired', 'a', "
		"'b')");
	return 0;
}

static json_t *reels(void)
{
	json_t *list = json_array();

	for (int i = 1; i <= REELS; i++)
		json_array_append_new(
			list, json_pack("{s:i, s:I, s:s, s:s}", "track", i, "length",
				      (json_int_t)i << 32, "sha256", SHA, "index_sha256", SHA));
	return list;
}

static int read_events(struct db_txn *txn, void *data)
{
	return event_store_of_subject_kind(
		txn, "archive:" SESSION, "archive.destroyed", 0, 100, data);
}

static void test_long_record(void **state)
{
	struct actor self = {.roles = ROLE_OPERATOR};
	g_autoptr(GPtrArray) events = NULL;
	json_t *all = json_array();

	json_decref(fixture_perform(f, &self, &archive_destroy_act, NULL,
		json_pack("{s:s, s:o}", "session_id", SESSION, "reels", reels())));
	assert_int_equal(db_run(f->db->pool, read_events, &events), 0);
	assert_int_equal(events->len, 3);
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		assert_string_equal(in_text(e->body, "proposed_by"), "a");
		assert_string_equal(in_text(e->body, "confirmed_by"), "b");
		json_array_extend(all, json_object_get(e->body, "reels"));
	}
	json_t *sent = reels();
	assert_true(json_equal(all, sent));
	json_decref(sent);
	json_decref(all);
	fixture_expect_whole(f);
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM archive_record WHERE state = "
					   "'destroyed'"),
		1);
}

/* A recording without reels has a record too. */
static void test_empty_record(void **state)
{
	struct actor self = {.roles = ROLE_OPERATOR};

	json_decref(fixture_perform(f, &self, &archive_destroy_act, NULL,
		json_pack("{s:s, s:[]}", "session_id", SESSION, "reels")));
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event WHERE kind = "
					   "'archive.destroyed'"),
		1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_long_record, prepare),
		cmocka_unit_test_setup(test_empty_record, prepare),
	};
	int r;

	f = fixture_start();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return r;
}
