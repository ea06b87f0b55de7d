/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_award.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* The real award of 23 bidders as open data. */
static json_t *published(void)
{
	json_t *rows = json_array();
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	assert_true(g_file_get_contents(TEST_DATA "/award-2025-A.tsv", &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
		json_t *members = json_array();

		if (!g_str_has_prefix(lines[i], "A\t")) {
			json_decref(members);
			continue;
		}
		for (int m = 0; m < 7; m++)
			json_array_append_new(members,
				json_pack("{s:i, s:s, s:{s:s}}", "member_no", m + 1, "total",
					cells[2 + m], "scores", "total", cells[2 + m]));
		json_array_append_new(rows,
			json_pack("{s:s, s:o, s:s, s:s, s:i, s:b}", "bidder_name", cells[1],
				"members", members, "mean", cells[9], "total", cells[9], "rank",
				(int)g_ascii_strtoll(cells[11], NULL, 10), "tied", 0));
	}
	return json_pack("{s:s, s:{s:[{s:s, s:s, s:s, s:s, s:b}], s:{s:s, s:s}}, s:o}", "format",
		"bidroom.award.v1", "scheme", "items", "id", "total", "name", "总分", "max", "100",
		"kind", "total", "objective", 0, "price", "method", "in_total", "weight", "30",
		"rows", rows);
}

/* What the verifier prints, and how many faults it counts. */
static unsigned verify(const json_t *award, char **ret_text)
{
	size_t len = 0;
	FILE *out = open_memstream(ret_text, &len);
	struct findings findings = {.out = out};

	verify_award_json(award, "award.json", &findings);
	fclose(out);
	return findings.n_faults;
}

static json_t *row_at(json_t *award, size_t i)
{
	return json_array_get(json_object_get(award, "rows"), i);
}

static void test_the_published_award(void **state)
{
	json_t *award = published();
	char *text = NULL;

	if (verify(award, &text))
		fail_msg("%s", text);
	assert_non_null(strstr(text, "23 bids, 7 members"));
	free(text);
	json_decref(award);
}

/* Whatever is changed, the bidder and the figure are named. */
static void test_names_what_differs(void **state)
{
	static const struct {
		size_t row;
		const char *member, *value; /* JSON */
		const char *said;
	} rows[] = {
		{0, "mean", "\"89.1758\"",
			"中建八局第二建设有限公司: mean: published 89.1758, computed 89.1757"},
		{1, "total", "\"90.0000\"", "total: published 90.0000"},
		{2, "rank", "4", "rank: published 4, computed 5"},
		{2, "rank", "\"5\"", "rank: published"},
		{3, "tied", "true", "shares no rank"},
		{4, "price", "\"one\"", "the price is no number"},
		{5, "members", "[]", "not complete and lawful"},
		{6, "rejected", "true", "rank: published"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *award = published();
		char *text = NULL;

		json_object_set_new(row_at(award, rows[i].row), rows[i].member,
			json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		if (!verify(award, &text) || !strstr(text, rows[i].said))
			fail_msg("%s = %s: %s", rows[i].member, rows[i].value, text);
		free(text);
		json_decref(award);
	}
}

/* One score changed with everything computed from it left as it was: total, mean, rank are named,
 * and the rest modulo 0.5 is noted. */
static void test_a_score_is_altered(void **state)
{
	json_t *award = published();
	json_t *member = json_array_get(json_object_get(row_at(award, 1), "members"), 6);
	char *text = NULL;

	json_object_set_new(json_object_get(member, "scores"), "total", json_string("99.99"));
	assert_int_equal(verify(award, &text) >= 3, 1);
	assert_non_null(strstr(text, "member 7: total: published 89.31, computed 99.99"));
	assert_non_null(strstr(text, "the total of member 7 leaves another rest"));
	free(text);
	json_decref(award);
}

static void test_no_award(void **state)
{
	static const char *const bad[] = {"{}", "{\"format\":\"bidroom.award.v1\"}",
		"{\"format\":\"bidroom.award.v1\",\"scheme\":{\"items\":[],\"price\":{\"method\":"
		"\"lowest_evaluated\",\"weight\":\"0\"}},\"rows\":[]}"};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		json_t *award = json_loads(bad[i], 0, NULL);
		char *text = NULL;

		assert_int_equal(verify(award, &text), 1);
		free(text);
		json_decref(award);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_award),
		cmocka_unit_test(test_names_what_differs),
		cmocka_unit_test(test_a_score_is_altered),
		cmocka_unit_test(test_no_award),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
