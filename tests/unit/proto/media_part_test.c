/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/media_part.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct media_cluster clusters[] = {
	{1, {.offset = 0, .length = 300, .is_head = true, .sha256 = {1}}},
	{1, {.time_ms = 500,
		    .last_ms = 980,
		    .offset = 300,
		    .length = 9000,
		    .n_blocks = 13,
		    .n_stamps = 1,
		    .is_key = true,
		    .sha256 = {2}}},
	{7, {.time_ms = 400, .last_ms = 990, .offset = 77, .length = 70, .n_blocks = 1}},
};

static void test_round_trip(void **state)
{
	json_auto_t *body = media_part_build(3, clusters, G_N_ELEMENTS(clusters));
	g_autoptr(GArray) back = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	uint64_t no;

	assert_int_equal(json_array_size(json_object_get(body, "tracks")), 2);
	assert_int_equal(media_part_parse(body, &no, back), 0);
	assert_int_equal(no, 3);
	assert_int_equal(back->len, G_N_ELEMENTS(clusters));
	for (guint i = 0; i < back->len; i++) {
		struct media_cluster *c = &g_array_index(back, struct media_cluster, i);
		uint8_t a[REEL_ENTRY_LEN], b[REEL_ENTRY_LEN];

		reel_entry_encode(&c->entry, a);
		reel_entry_encode(&clusters[i].entry, b);
		assert_int_equal(c->track, clusters[i].track);
		assert_memory_equal(a, b, REEL_ENTRY_LEN);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		int refusal;
	} rows[] = {
		{"offset", "-1", MEDIA_PART_E_FORM},
		{"offset", "\"1\"", MEDIA_PART_E_FORM},
		{"length", "0", MEDIA_PART_E_ENTRY},
		{"length", "4294967296", MEDIA_PART_E_FORM},
		{"sha256", "\"00\"", MEDIA_PART_E_FORM},
		{"last_ms", "1", MEDIA_PART_E_ENTRY},
		{"key", "1", MEDIA_PART_E_FORM},
		{"head", "true", MEDIA_PART_E_ENTRY},
		{"extra", "1", MEDIA_PART_E_FORM},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_auto_t *body = media_part_build(3, clusters, G_N_ELEMENTS(clusters));
		g_autoptr(GArray) back = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
		json_t *track = json_array_get(json_object_get(body, "tracks"), 0);
		json_t *cluster = json_array_get(json_object_get(track, "clusters"), 1);
		uint64_t no;

		json_object_set_new(
			cluster, rows[i].name, json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		assert_int_equal(media_part_parse(body, &no, back), rows[i].refusal);
		assert_int_equal(back->len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
