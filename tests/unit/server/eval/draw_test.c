/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/draw.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "proto/hex.h"
#include "tests/unit/server/eval/support.h"

static const uint8_t key[DRAW_BYTES] = "the key of this draw, 32 bytes.";

/* Experts expert-0 …; every 7th avoids, every 3rd lacks the speciality. */
static struct draw_snapshot *pool(size_t n)
{
	g_autofree struct draw_entry *entries = g_new0(struct draw_entry, n + 1);
	struct draw_snapshot *s = NULL;

	for (size_t i = 0; i < n; i++) {
		g_autofree char *id = g_strdup_printf("expert-%zu", i);

		draw_pseudonym(key, id, entries[i].pseudonym);
		entries[i].flags = (uint8_t)((i % 7 == 0 ? DRAW_AVOID : 0) |
					     (i % 3 == 0 ? 0 : DRAW_SPECIALITY));
	}
	assert_int_equal(draw_snapshot_new(entries, n, &s), 0);
	return s;
}

static struct draw_secrets secrets(uint8_t salt)
{
	struct draw_secrets s;

	draw_key_commitment(key, s.key_commitment);
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		memset(s.nonces[p], p + 1 + salt, DRAW_BYTES);
		draw_nonce_commitment(s.nonces[p], s.commitments[p]);
	}
	return s;
}

static const char *entry_of(const json_t *record, const char *list, size_t i)
{
	return json_string_value(
		json_object_get(json_array_get(json_object_get(record, list), i), "entry"));
}

/*
 * Computed by an independent implementation of the text in draw.h (tests/unit/server/eval/
 * draw_vector.py): pool(50), nonces of 0x01, 0x02, 0x03, five experts and two standbys.
 */
static void test_the_vector(void **state)
{
	struct draw_snapshot *s = pool(50);
	struct draw_secrets sec = secrets(0);
	struct draw_rule rule = {5, 2};
	json_t *record = NULL, *vector;
	json_error_t error;

	vector = json_load_file(TEST_DATA "/draw-vector.json", JSON_REJECT_DUPLICATES, &error);
	assert_non_null(vector);
	assert_int_equal(draw_run(s, &rule, &sec, &record, NULL), 0);
	if (!json_equal(record, vector)) {
		char *text = json_dumps(record, JSON_INDENT(1));

		fail_msg("another result:\n%s", text);
	}
	assert_int_equal(draw_verify(vector, s), 0);
	json_decref(record);
	json_decref(vector);
	draw_snapshot_free(s);
}

static void test_same_seed_same_draw(void **state)
{
	struct draw_snapshot *s = pool(200);
	struct draw_rule rule = {7, 3};
	struct draw_secrets a = secrets(0), b = secrets(9);
	json_t *first = NULL, *again = NULL, *other = NULL;

	assert_int_equal(draw_run(s, &rule, &a, &first, NULL), 0);
	assert_int_equal(draw_run(s, &rule, &a, &again, NULL), 0);
	assert_int_equal(draw_run(s, &rule, &b, &other, NULL), 0);
	assert_true(json_equal(first, again));
	assert_false(
		json_equal(json_object_get(first, "selected"), json_object_get(other, "selected")));
	json_decref(first);
	json_decref(again);
	json_decref(other);
	draw_snapshot_free(s);
}

/* A6: who must avoid and who lacks the speciality are in no place of the whole permutation. */
static void test_only_the_eligible(void **state)
{
	struct draw_snapshot *s = pool(300);
	uint8_t seed[DRAW_BYTES] = {42};
	struct draw_order *order = draw_order_new(seed, s);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	size_t n = draw_snapshot_n_eligible(s);

	assert_true(n > 100);
	for (size_t i = 0; i < n; i++) {
		const struct draw_entry *e = draw_order_at(order, s, i);

		assert_int_equal(e->flags, DRAW_SPECIALITY);
		assert_true(g_hash_table_add(seen, (gpointer)e));
	}
	assert_null(draw_order_at(order, s, n));
	draw_order_free(order);
	draw_snapshot_free(s);
}

/* Standbys and top-ups continue the one permutation. */
static void test_one_permutation(void **state)
{
	struct draw_snapshot *s = pool(60);
	struct draw_secrets sec = secrets(0);
	struct draw_rule small = {5, 2}, large = {7, 0};
	json_t *a = NULL, *b = NULL;

	assert_int_equal(draw_run(s, &small, &sec, &a, NULL), 0);
	assert_int_equal(draw_run(s, &large, &sec, &b, NULL), 0);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(entry_of(a, "selected", i), entry_of(b, "selected", i));
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(entry_of(a, "standbys", i), entry_of(b, "selected", 5 + i));
	json_decref(a);
	json_decref(b);
	draw_snapshot_free(s);
}

/* Places 1 to 5 over 10,000 seeds: nobody excluded ever, and everybody else alike. chi-square of
 * how often each eligible entry was drawn, against its 0.999 quantile (Wilson and Hilferty). */
static void test_fair_and_never_the_excluded(void **state)
{
	struct draw_snapshot *s = pool(200);
	double n = (double)draw_snapshot_n_eligible(s), rounds = 10000, k = 5;
	unsigned drawn[200] = {0};
	double expected = rounds * k / n, square = 0, df = n - 1, limit;

	for (unsigned i = 0; i < (unsigned)rounds; i++) {
		uint8_t seed[DRAW_BYTES] = {(uint8_t)i, (uint8_t)(i >> 8), 7};
		struct draw_order *order = draw_order_new(seed, s);

		for (size_t place = 0; place < (size_t)k; place++) {
			assert_int_equal(draw_order_at(order, s, place)->flags, DRAW_SPECIALITY);
			drawn[g_array_index(order->places, guint, place)]++;
		}
		draw_order_free(order);
	}
	for (size_t i = 0; i < 200; i++) {
		double off = drawn[i] - expected;

		if (g_array_index(s->entries, struct draw_entry, i).flags == DRAW_SPECIALITY)
			square += off * off / expected;
		else
			assert_int_equal(drawn[i], 0);
	}
	/* Five of one round are different, so each count varies a little less than by chance alone.
	 */
	square /= 1 - k / n;
	limit = 1 - 2 / (9 * df) + 3.0902 * sqrt(2 / (9 * df));
	limit = df * limit * limit * limit;
	print_message("chi-square %.1f, %.0f degrees of freedom, 0.999 quantile %.1f\n", square, df,
		limit);
	assert_true(square < limit);
	draw_snapshot_free(s);
}

static void test_refusals(void **state)
{
	struct draw_snapshot *s = pool(10), *t = NULL;
	struct draw_secrets sec = secrets(0);
	struct draw_rule rule = {5, 2}, too_many = {6, 0}, none = {0, 0};
	struct draw_entry twice[2] = {{{1}, DRAW_SPECIALITY}, {{1}, 0}};
	enum draw_party party = 99;
	json_t *record = NULL;

	assert_int_equal(draw_snapshot_n_eligible(s), 5);
	assert_int_equal(draw_run(s, &rule, &sec, &record, NULL), 0);
	assert_int_equal(json_array_size(json_object_get(record, "standbys")), 0);
	json_decref(record);
	assert_int_equal(draw_run(s, &too_many, &sec, &record, NULL), DRAW_E_TOO_FEW);
	assert_int_equal(draw_run(s, &none, &sec, &record, NULL), DRAW_E_TOO_FEW);
	sec.nonces[DRAW_SUPERVISOR][31] ^= 1;
	assert_int_equal(draw_run(s, &rule, &sec, &record, &party), DRAW_E_COMMITMENT);
	assert_int_equal(party, DRAW_SUPERVISOR);
	assert_int_equal(draw_snapshot_new(twice, 2, &t), DRAW_E_DUPLICATE);
	draw_snapshot_free(s);
}

static void test_snapshot_text(void **state)
{
	struct draw_snapshot *s = pool(30), *again = NULL;
	GString *text = draw_snapshot_text(s);

	assert_int_equal(text->len, 30 * DRAW_LINE_LEN);
	assert_int_equal(draw_snapshot_parse(text->str, text->len, &again), 0);
	assert_memory_equal(again->digest, s->digest, DRAW_BYTES);
	draw_snapshot_free(again);

	assert_int_equal(draw_snapshot_parse(text->str, text->len - 1, &again), DRAW_E_SNAPSHOT);
	assert_int_equal(draw_snapshot_parse(text->str, 0, &again), 0);
	assert_int_equal(again->entries->len, 0);
	draw_snapshot_free(again);
	for (size_t i = 0; i < DRAW_LINE_LEN; i++) {
		char was = text->str[i];

		text->str[i] = 'Z';
		assert_int_equal(
			draw_snapshot_parse(text->str, text->len, &again), DRAW_E_SNAPSHOT);
		text->str[i] = was;
	}
	text->str[65] = '4';
	assert_int_equal(draw_snapshot_parse(text->str, text->len, &again), DRAW_E_SNAPSHOT);
	text->str[65] = '0';
	/* Two lines the wrong way round, or the same line twice. */
	memcpy(text->str + DRAW_LINE_LEN, text->str, DRAW_LINE_LEN);
	assert_int_equal(draw_snapshot_parse(text->str, text->len, &again), DRAW_E_DUPLICATE);
	text->str[0] = 'f';
	assert_int_equal(draw_snapshot_parse(text->str, text->len, &again), DRAW_E_SNAPSHOT);
	g_string_free(text, TRUE);
	draw_snapshot_free(s);
}

/* Whatever is changed in a record or the snapshot, the verifier names the part. */
static void test_verify_names_the_part(void **state)
{
	struct draw_snapshot *s = pool(50), *other = pool(51);
	struct draw_secrets sec = secrets(0);
	struct draw_rule rule = {5, 2};
	json_t *record = NULL, *bad, *rows, *row;
	static const struct {
		const char *path[3];
		int refusal;
	} changes[] = {
		{{"seed"}, DRAW_E_SEED},
		{{"snapshot", "sha256"}, DRAW_E_DIGEST},
		{{"format"}, DRAW_E_RECORD},
	};

	assert_int_equal(draw_run(s, &rule, &sec, &record, NULL), 0);
	assert_int_equal(draw_verify(record, s), 0);
	assert_int_equal(draw_verify(record, other), DRAW_E_DIGEST);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		const char *zeros =
			"0000000000000000000000000000000000000000000000000000000000000000";

		bad = json_deep_copy(record);
		if (changes[i].path[1])
			json_object_set_new(json_object_get(bad, changes[i].path[0]),
				changes[i].path[1], json_string(zeros));
		else
			json_object_set_new(bad, changes[i].path[0], json_string(zeros));
		assert_int_equal(draw_verify(bad, s), changes[i].refusal);
		json_decref(bad);
	}
	/* Another expert slipped in. */
	bad = json_deep_copy(record);
	row = json_array_get(json_object_get(bad, "selected"), 4);
	json_object_set_new(row, "entry", json_string(entry_of(record, "standbys", 0)));
	assert_int_equal(draw_verify(bad, s), DRAW_E_RESULT);
	json_decref(bad);
	/* A nonce exchanged. */
	bad = json_deep_copy(record);
	rows = json_object_get(bad, "parties");
	json_object_set(json_array_get(rows, 0), "nonce",
		json_object_get(json_array_get(rows, 1), "nonce"));
	assert_int_equal(draw_verify(bad, s), DRAW_E_COMMITMENT);
	json_array_remove(rows, 2);
	assert_int_equal(draw_verify(bad, s), DRAW_E_RECORD);
	json_decref(bad);
	bad = json_object();
	assert_int_equal(draw_verify(bad, s), DRAW_E_RECORD);
	json_decref(bad);
	json_decref(record);
	draw_snapshot_free(s);
	draw_snapshot_free(other);
}

/* DESIGN §11: 100 ms, of a build without sanitizers. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DRAW_MS 1000
#else
#define DRAW_MS 100
#endif

static void test_hundred_thousand(void **state)
{
	struct draw_snapshot *s = pool(100000);
	struct draw_secrets sec = secrets(0);
	struct draw_rule rule = {7, 3};
	json_t *record = NULL;
	struct timespec start, end;
	double took_ms;

	/* Of the processor: others' work on the machine is not ours. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
	assert_int_equal(draw_run(s, &rule, &sec, &record, NULL), 0);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	took_ms = (double)(end.tv_sec - start.tv_sec) * 1e3 +
		  (double)(end.tv_nsec - start.tv_nsec) / 1e6;
	print_message("draw from 100000: %.1f ms\n", took_ms);
	assert_true(took_ms < DRAW_MS);
	json_decref(record);
	draw_snapshot_free(s);
}

static void test_words(void **state)
{
	assert_codes(draw_refusal_code, DRAW_E_RESULT);
	for (int p = 0; p < N_DRAW_PARTIES; p++)
		assert_int_equal(draw_party_from_name(draw_party_name(p)), p);
	assert_int_equal(draw_party_from_name("expert"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_vector),
		cmocka_unit_test(test_same_seed_same_draw),
		cmocka_unit_test(test_only_the_eligible),
		cmocka_unit_test(test_one_permutation),
		cmocka_unit_test(test_fair_and_never_the_excluded),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_snapshot_text),
		cmocka_unit_test(test_verify_names_the_part),
		cmocka_unit_test(test_hundred_thousand),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
