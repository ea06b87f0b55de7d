/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/act/fixture.h"

#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "server/auth/permission.h"
#include "server/sign/checkpoint_key.h"
#include "server/sign/field_cipher.h"
#include "server/trade/calendar.h"

static void count_wake(void *ctx)
{
	((struct fixture *)ctx)->woken++;
}

static struct calendar *holidays(void)
{
	g_autofree char *text = NULL;
	struct calendar *cal = NULL;
	unsigned line = 0;
	gsize len;

	g_assert(g_file_get_contents(TEST_DATA "/holidays.csv", &text, &len, NULL));
	g_assert(calendar_parse(text, len, &cal, &line) == 0);
	return cal;
}

struct fixture *fixture_start(void)
{
	static const uint8_t seed[KEYSTORE_KEY_LEN] = {1}, fields[KEYSTORE_KEY_LEN] = {2};
	struct fixture *f = g_new0(struct fixture, 1);
	struct checkpoint_key *key;

	db_library_init();
	f->db = test_db_start();
	g_assert(checkpoint_key_new("test.example/ledger", seed, &key) == 0);
	f->env = (struct act_env){
		.pool = f->db->pool,
		.clock = &f->clock,
		.calendar = holidays(),
		.cipher = field_cipher_new(fields),
		.log_key = key,
		.data_dir = f->db->dir,
		.password_cost = {.memory_kib = 64, .passes = 1},
		.public_url = "https://test.example",
		.committed = count_wake,
		.committed_ctx = f,
	};
	return f;
}

void fixture_stop(struct fixture *f)
{
	checkpoint_key_free((struct checkpoint_key *)f->env.log_key);
	field_cipher_free((struct field_cipher *)f->env.cipher);
	calendar_free((struct calendar *)f->env.calendar);
	test_db_stop(f->db);
	db_library_end();
	g_free(f);
}

void fixture_clear(struct fixture *f)
{
	test_db_clear(f->db);
	test_db_do(
		f->db, "INSERT INTO legal_clock (clock_id, offset_us, is_demo) VALUES (1, 0, 1)");
	test_db_do(f->db, "INSERT INTO counter (name, value) VALUES ('publish_seq', 0), "
			  "('project_serial', 0)");
	f->woken = 0;
}

struct actor fixture_actor(const char *account_id, uint32_t roles)
{
	struct actor actor = {.roles = roles};

	g_strlcpy(actor.account_id, account_id, sizeof(actor.account_id));
	return actor;
}

json_t *fixture_perform(struct fixture *f, const struct actor *actor, const struct act_kind *kind,
	const char *key, json_t *in)
{
	struct act_call call = {.idempotency_key = key};
	struct refusal r = {0};
	json_t *out = NULL;
	int result = act_perform(&f->env, actor, kind, in, &call, &out, &r);

	json_decref(in);
	if (result)
		fail_msg("%s: %d %s %s (%s)", kind->name, result, result > 0 ? r.code : "",
			r.detail, r.field);
	return out;
}

struct actor fixture_person(struct fixture *f, const char *login, uint32_t roles)
{
	struct actor sysadmin = fixture_actor(FIXTURE_ADMIN, ROLE_SYSADMIN),
		     secadmin = fixture_actor(FIXTURE_ADMIN, ROLE_SECADMIN);
	json_t *out = fixture_perform(f, &sysadmin, &account_create_act, NULL,
		json_pack("{s:s, s:s, s:s}", "login", login, "name", login, "password",
			"long enough 1"));
	struct actor actor = fixture_actor(in_text(out, "account_id"), roles);
	json_t *list = json_array();

	json_decref(out);
	for (uint32_t role = 1; role; role <<= 1)
		if (roles & role)
			json_array_append_new(list, json_string(role_name(role)));
	json_decref(fixture_perform(f, &secadmin, &account_grant_roles_act, NULL,
		json_pack("{s:s, s:o}", "account_id", actor.account_id, "roles", list)));
	return actor;
}

int64_t fixture_number(struct fixture *f, const char *sql)
{
	return test_db_number(f->db, sql);
}

void fixture_expect_whole(struct fixture *f)
{
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event_subject s WHERE last_no <> "
					   "(SELECT COUNT(*) FROM event e WHERE e.subject = "
					   "s.subject)"),
		0);
	assert_int_equal(fixture_number(f,
				 "SELECT COUNT(*) FROM (SELECT subject FROM event GROUP BY subject "
				 "HAVING MIN(subject_no) <> 1 OR MAX(subject_no) <> COUNT(*)) g"),
		0);
	assert_int_equal(
		fixture_number(f, "SELECT COUNT(*) FROM event e LEFT JOIN event_pending p USING "
				  "(event_id) LEFT JOIN ledger_place l USING (event_id) WHERE "
				  "(p.event_id IS NULL) = (l.event_id IS NULL)"),
		0);
}

static int take_picture(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *tables = NULL;
	GString *picture = data;
	int r = db_query(txn,
		"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
		"AND table_type = 'BASE TABLE' ORDER BY table_name",
		DB_NO_PARAMS, &tables);

	g_string_truncate(picture, 0);
	while (!r && (r = db_rows_next(tables)) > 0) {
		DB_ROWS_AUTO struct db_rows *sum = NULL;
		const char *name = db_col_text(tables, 0);
		g_autofree char *sql = g_strdup_printf("CHECKSUM TABLE `%s`", name);
		r = db_query(txn, sql, DB_NO_PARAMS, &sum);
		if (!r && (r = db_rows_next(sum)) > 0) {
			g_string_append_printf(
				picture, "%s %" G_GINT64_FORMAT "\n", name, db_col_int(sum, 1));
			r = 0;
		}
	}
	return r;
}

char *fixture_picture(struct fixture *f)
{
	GString *picture = g_string_new(NULL);

	assert_int_equal(db_run(f->db->schema_pool, take_picture, picture), 0);
	return g_string_free(picture, FALSE);
}
