/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What act_perform() does around every act, shown with acts made for it. */
#include "tests/unit/server/act/fixture.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "db/txn.h"
#include "proto/ledger_receipt.h"
#include "server/auth/permission.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/event_store.h"

#define STAFF_ID "01hzzzzzzzzzzzzzzzzzzzzzza"
#define OTHER_ID "01hzzzzzzzzzzzzzzzzzzzzzzb"

static struct fixture *f;
static atomic_uint runs;

static int clean(void **state)
{
	test_db_fail_nth(0, 0);
	fixture_clear(f);
	atomic_store(&runs, 0);
	return 0;
}

static const struct field toy_fields[] = {
	{"n", FIELD_INT, true, 0, 1000},
	{"then", FIELD_NAME, false, 1, 16},
	{NULL},
};

/* Two events and a change of a row; then it goes wrong in the way it was told to. */
static int run_toy(struct act *a, const json_t *in, json_t *out)
{
	const char *then = in_text(in, "then") ?: "";
	int r;

	atomic_fetch_add(&runs, 1);
	r = db_exec(a->txn, "UPDATE counter SET value = value + 1 WHERE name = 'publish_seq'",
		DB_NO_PARAMS, NULL);
	if (!r)
		r = act_event(a, "notice.drafted", "notice", "toy",
			json_pack("{s:I}", "n", (json_int_t)in_int(in, "n", 0)));
	if (!r)
		r = act_event(a, "notice.edited", "notice", "toy", json_object());
	if (r)
		return r;
	out_int(out, "n", in_int(in, "n", 0));
	out_int(out, "run", atomic_load(&runs));
	if (!strcmp(then, "refuse"))
		return refuse(a->refusal, "act.version", NULL, "no");
	if (!strcmp(then, "record")) {
		a->refused_on_record = true;
		return refuse(a->refusal, "act.version", NULL, "no, and it is written down");
	}
	return strcmp(then, "fault") == 0 ? -EIO : 0;
}

static const struct act_kind toy = {.name = "notice.create", .fields = toy_fields, .run = run_toy};
static const struct act_kind secret_toy = {
	.name = "notice.create", .fields = toy_fields, .run = run_toy, .flags = ACT_SECRET};
static const struct act_kind reading_toy = {
	.name = "notice.create", .fields = toy_fields, .run = run_toy, .flags = ACT_READ};

static int perform(const struct act_kind *kind, const struct actor *actor, const char *key,
	json_t *in, json_t **ret_out, struct refusal *r)
{
	struct act_call call = {.idempotency_key = key};
	int result = act_perform(&f->env, actor, kind, in, &call, ret_out, r);

	json_decref(in);
	return result;
}

static json_t *input(int n, const char *then)
{
	json_t *in = json_pack("{s:i}", "n", n);

	if (then)
		json_object_set_new(in, "then", json_string(then));
	return in;
}

static void expect_counts(int64_t events, int64_t counter)
{
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM event"), events);
	assert_int_equal(
		fixture_number(f, "SELECT value FROM counter WHERE name = 'publish_seq'"), counter);
	fixture_expect_whole(f);
}

static void expect_refused(const struct actor *actor, const char *key, json_t *in, const char *code)
{
	struct refusal r = {0};
	json_t *out = NULL;

	assert_int_equal(perform(&toy, actor, key, in, &out, &r), REFUSED);
	assert_string_equal(r.code, code);
	assert_null(out);
}

static void test_permission_comes_first(void **state)
{
	struct actor nobody = {0}, bidder = fixture_actor(STAFF_ID, ROLE_BIDDER);
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF | ROLE_BIDDER);

	/* Not even what is wrong with the input is told to who may not do it. */
	expect_refused(&nobody, NULL, json_object(), "auth.required");
	expect_refused(&bidder, NULL, json_object(), "auth.denied");
	expect_refused(&staff, NULL, json_object(), "input.missing");
	expect_refused(&staff, NULL, json_pack("{s:i}", "n", 1001), "input.invalid");
	expect_refused(
		&staff, NULL, json_pack("{s:i, s:i}", "n", 1, "m", 1), "input.unknown_field");
	expect_refused(&staff, "", input(1, NULL), "input.invalid");
	expect_refused(&staff, "12345678901234567890123456789012345678901234567890123456789012345",
		input(1, NULL), "input.invalid");
	assert_int_equal(atomic_load(&runs), 0);
	expect_counts(0, 0);
}

/* The answer lists the events as they are stored, with promises the log's key made. */
static void test_answer_has_events_and_promises(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	json_t *out = fixture_perform(f, &staff, &toy, NULL, input(5, NULL));
	json_t *events = json_object_get(out, "events");

	assert_int_equal(json_array_size(events), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *row = json_array_get(events, i);
		struct ledger_promise promise;
		g_autofree char *sql = g_strdup_printf(
			"SELECT COUNT(*) FROM event WHERE event_id = '%s' AND subject_no = %d AND "
			"actor = '" STAFF_ID "'",
			in_text(row, "event_id"), (int)i + 1);
		assert_int_equal(fixture_number(f, sql), 1);
		assert_int_equal(in_int(row, "no", 0), i + 1);
		assert_string_equal(in_text(row, "subject"), "notice:toy");
		const char *text = in_text(row, "promise");
		assert_int_equal(ledger_promise_verify(text, strlen(text),
					 checkpoint_key_public(f->env.log_key), &promise),
			0);
		g_autofree char *hex = hex_encode(promise.leaf_hash, 32);
		assert_string_equal(hex, in_text(row, "leaf_hash"));
	}
	assert_int_equal(f->woken, 1);
	expect_counts(2, 1);
	json_decref(out);
}

static void test_refusal_and_fault_leave_nothing(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	struct refusal r = {0};
	json_t *out = NULL;

	expect_refused(&staff, "key", input(1, "refuse"), "act.version");
	assert_int_equal(perform(&toy, &staff, "key", input(1, "fault"), &out, &r), -EIO);
	assert_null(out);
	expect_counts(0, 0);
	assert_int_equal(f->woken, 0);
	/* The key is still free. */
	json_decref(fixture_perform(f, &staff, &toy, "key", input(1, NULL)));
	expect_counts(2, 1);
}

static void test_refusal_on_the_record(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	struct refusal r = {0};
	json_t *out = NULL;

	for (int i = 1; i <= 2; i++) {
		assert_int_equal(
			perform(&toy, &staff, "key", input(1, "record"), &out, &r), REFUSED);
		assert_string_equal(r.code, "act.version");
		assert_int_equal(json_array_size(json_object_get(out, "events")), 2);
		/* Every try is written down, so the key is not kept. */
		expect_counts(2 * i, i);
		json_decref(out);
	}
	assert_int_equal(f->woken, 2);
}

static void test_same_key_same_answer(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	struct actor other = fixture_actor(OTHER_ID, ROLE_STAFF);
	json_t *first = fixture_perform(f, &staff, &toy, "key", input(1, NULL));
	json_t *again = fixture_perform(f, &staff, &toy, "key", input(1, NULL));

	assert_true(json_equal(first, again));
	assert_int_equal(atomic_load(&runs), 1);
	expect_refused(&staff, "key", input(2, NULL), "act.idempotency_mismatch");
	expect_counts(2, 1);
	/* Another person's key of the same name is another key. */
	json_t *theirs = fixture_perform(f, &other, &toy, "key", input(1, NULL));
	assert_false(json_equal(first, theirs));
	expect_counts(4, 2);
	json_decref(first);
	json_decref(again);
	json_decref(theirs);
}

static void test_secrets_are_not_kept(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);

	for (int i = 1; i <= 2; i++)
		json_decref(fixture_perform(f, &staff, &secret_toy, "key", input(1, NULL)));
	assert_int_equal(fixture_number(f, "SELECT COUNT(*) FROM idempotency"), 0);
	expect_counts(4, 2);
}

static void test_reading_cannot_write(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	struct refusal r = {0};
	json_t *out = NULL;

	assert_true(perform(&reading_toy, &staff, NULL, input(1, NULL), &out, &r) < 0);
	assert_null(out);
	expect_counts(0, 0);
}

/* Whatever step of the transaction is lost to a deadlock, the act is done once. */
static void test_deadlock_does_not_double(void **state)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	int64_t n = 0;

	for (unsigned step = 1;; step++) {
		g_autofree char *key = g_strdup_printf("key %u", step);
		test_db_fail_nth(step, DEADLOCK);
		json_t *out =
			fixture_perform(f, &staff, &toy, step % 2 ? key : NULL, input(1, NULL));
		bool ended = !test_db_has_failed();
		test_db_fail_nth(0, 0);
		n++;
		expect_counts(2 * n, n);
		assert_int_equal(json_array_size(json_object_get(out, "events")), 2);
		assert_int_equal(f->woken, n);
		json_decref(out);
		/* The last steps are the commit and its answer. */
		if (ended) {
			assert_true(step > 8);
			return;
		}
	}
}

/* The answer to COMMIT gets lost: nobody knows, and yet it is done once, with and without a key. */
static unsigned lose_commit(const char *sql)
{
	static atomic_uint n;

	return strcmp(sql, "COMMIT done") == 0 && atomic_fetch_add(&n, 1) % 2 == 0 ? LOST : 0;
}

static void test_lost_commit_does_not_double(void **state)
{
	static const struct {
		const struct act_kind *kind;
		const char *key;
	} cases[] = {{&toy, NULL}, {&toy, "key"}, {&secret_toy, "secret"}};
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		db_statement_hook = lose_commit;
		json_t *out =
			fixture_perform(f, &staff, cases[i].kind, cases[i].key, input(1, NULL));
		db_statement_hook = NULL;
		expect_counts(2 * ((int64_t)i + 1), (int64_t)i + 1);
		/* What is answered is what is stored. */
		json_t *row = json_array_get(json_object_get(out, "events"), 1);
		g_autofree char *sql =
			g_strdup_printf("SELECT subject_no FROM event WHERE event_id = '%s'",
				in_text(row, "event_id"));
		assert_int_equal(fixture_number(f, sql), in_int(row, "no", 0));
		assert_int_equal(f->woken, i + 1);
		json_decref(out);
	}
	/* Also for a refusal on the record. */
	struct refusal r = {0};
	json_t *out = NULL;
	db_statement_hook = lose_commit;
	assert_int_equal(perform(&toy, &staff, NULL, input(1, "record"), &out, &r), REFUSED);
	db_statement_hook = NULL;
	json_decref(out);
	expect_counts(8, 4);
}

#define THREADS 8

static void *same_request(void *data)
{
	struct actor staff = fixture_actor(STAFF_ID, ROLE_STAFF);
	struct refusal r = {0};
	json_t *out = NULL;
	int result = perform(&toy, &staff, "key", input(1, NULL), &out, &r);

	if (result == REFUSED)
		g_assert(strcmp(r.code, "act.in_progress") == 0);
	else
		g_assert(result == 0);
	return out;
}

/* One request sent many times at once, as impatient programs do. */
static void test_twins_are_one(void **state)
{
	GThread *threads[THREADS];
	json_t *answers[THREADS], *answer = NULL;

	for (unsigned i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("twin", same_request, NULL);
	for (unsigned i = 0; i < THREADS; i++) {
		answers[i] = g_thread_join(threads[i]);
		answer = answer ?: answers[i];
	}
	assert_non_null(answer);
	for (unsigned i = 0; i < THREADS; i++)
		if (answers[i])
			assert_true(json_equal(answers[i], answer));
	expect_counts(2, 1);
	for (unsigned i = 0; i < THREADS; i++)
		json_decref(answers[i]);
}

static int run_times(struct act *a, const json_t *in, json_t *out)
{
	out_time(out, "legal", a->legal_us);
	return 0;
}

static void test_legal_time_is_that_of_the_arrival(void **state)
{
	static const struct field none[] = {{NULL}};
	const struct act_kind times = {
		.name = "clock.get", .fields = none, .run = run_times, .flags = ACT_READ};
	struct actor nobody = {0};
	struct act_call call = {.legal_us = INT64_C(1772355600000000)};
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;

	assert_int_equal(act_perform(&f->env, &nobody, &times, in, &call, &out, &r), 0);
	assert_string_equal(in_text(out, "legal"), "2026-03-01T09:00:00Z");
	json_decref(out);
	/* Without one, the legal clock is read. */
	clock_set_fake_us(&f->clock, INT64_C(1772355601000000));
	assert_int_equal(act_perform(&f->env, &nobody, &times, in, NULL, &out, &r), 0);
	clock_set_fake_us(&f->clock, 0);
	assert_string_equal(in_text(out, "legal"), "2026-03-01T09:00:01Z");
	json_decref(out);
	json_decref(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_permission_comes_first, clean),
		cmocka_unit_test_setup(test_answer_has_events_and_promises, clean),
		cmocka_unit_test_setup(test_refusal_and_fault_leave_nothing, clean),
		cmocka_unit_test_setup(test_refusal_on_the_record, clean),
		cmocka_unit_test_setup(test_same_key_same_answer, clean),
		cmocka_unit_test_setup(test_secrets_are_not_kept, clean),
		cmocka_unit_test_setup(test_reading_cannot_write, clean),
		cmocka_unit_test_setup(test_deadlock_does_not_double, clean),
		cmocka_unit_test_setup(test_lost_commit_does_not_double, clean),
		cmocka_unit_test_setup(test_twins_are_one, clean),
		cmocka_unit_test_setup(test_legal_time_is_that_of_the_arrival, clean),
	};

	f = fixture_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return failed;
}
