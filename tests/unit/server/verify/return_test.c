/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about objective scores that differ (E13). */
#include "server/verify/session_return.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION

static json_t *cells(void)
{
	return json_pack("[{s:s, s:s}, {s:s, s:s}]", "bid_id", "b1", "item_id", "plan", "bid_id",
		"b2", "item_id", "plan");
}

static void reopen(struct record_kit *k, bool both)
{
	json_t *body = json_pack("{s:s, s:[i], s:b}", "lot", "lot1", "members", 1, "returned", 1);

	if (both)
		json_array_append_new(json_object_get(body, "members"), json_integer(2));
	kit_event(k, "sheet.reopened", SESSION, "member_2", body);
}

/* Both gave their sheets, got them back and gave them once more. */
static void returned(struct record_kit *k, json_int_t count, bool to_both)
{
	GPtrArray *sheets = kit_cut(k, "sheet.submitted");
	GPtrArray *ranked;
	json_t *items = cells();
	uint8_t sha[32];

	kit_again(k, sheets);
	ranked = kit_cut(k, "lot.ranked");
	for (guint i = 0; i < ranked->len; i++)
		json_decref(g_ptr_array_index(ranked, i));
	g_ptr_array_unref(ranked);
	assert_int_equal(canon_digest(items, sha), 0);
	g_autofree char *hex = hex_encode(sha, sizeof(sha));
	kit_event(k, "sheet.returned", SESSION, "member_2",
		json_pack("{s:s, s:I, s:s}", "lot", "lot1", "count", count, "sha256", hex));
	reopen(k, to_both);
	kit_put_back(k, sheets);
	json_decref(items);
}

/* void.json, written with the record: the sheets as they had been given. */
static bool with_voids;

static void write_voids(const struct record_kit *k)
{
	json_t *voids = json_pack("{s:O}", "sheets", json_object_get(k->sheets, "sheets"));
	g_autoptr(GString) text = NULL;

	assert_int_equal(canon_dump(voids, &text), 0);
	kit_write_file(k, "void.json", text->str, text->len);
	json_decref(voids);
}

static void given_back(struct record_kit *k)
{
	returned(k, 2, true);
}

static void of_before(struct record_kit *k)
{
	json_t *body;

	returned(k, 2, true);
	body = kit_body(k, "sheet.returned", 0);
	json_object_del(body, "count");
	json_object_del(body, "sha256");
	json_object_set_new(body, "items", cells());
}

static void of_before_without_voids(struct record_kit *k)
{
	of_before(k);
	with_voids = false;
}

static void other_cells(struct record_kit *k)
{
	returned(k, 1, true);
}

static void other_cells_of_before(struct record_kit *k)
{
	of_before(k);
	json_array_remove(json_object_get(kit_body(k, "sheet.returned", 0), "items"), 0);
}

static void to_one(struct record_kit *k)
{
	returned(k, 2, false);
}

static void without_voids(struct record_kit *k)
{
	returned(k, 2, true);
	with_voids = false;
}

static void not_given_again(struct record_kit *k)
{
	GPtrArray *ranked = kit_cut(k, "lot.ranked");

	reopen(k, true);
	kit_put_back(k, ranked);
}

static void of_nobody(struct record_kit *k)
{
	json_t *sheet = json_deep_copy(json_array_get(json_object_get(k->sheets, "sheets"), 0));

	json_object_set_new(sheet, "salt", json_string("00000000000000000000000000000000"));
	json_array_append_new(json_object_get(k->sheets, "sheets"), sheet);
}

static void differing(struct record_kit *k, int n)
{
	json_object_set_new(kit_body(k, "lot.ranked", 0), "differing", json_integer(n));
	with_voids = false;
}

static void added_up(struct record_kit *k)
{
	differing(k, 2);
}

static void said_to_agree(struct record_kit *k)
{
	differing(k, 0);
}

static void ranked_before(struct record_kit *k)
{
	with_voids = false;
}

static const struct {
	const char *what;
	void (*write)(struct record_kit *k);
	bool whole;
	const char *said;
} houses[] = {
	{"given back", given_back, true, "1 lots ranked anew"},
	{"given back in a record of before", of_before, true, "1 lots ranked anew"},
	{"without what is void, before it was kept", of_before_without_voids, true,
		"1 lots ranked anew"},
	{"ranked before", ranked_before, true, "ranked before objective scores were compared"},
	{"other cells", other_cells, false, "is not about what the sheets of then differ in"},
	{"other cells, of before", other_cells_of_before, false,
		"is not about what the sheets of then differ in"},
	{"to one", to_one, false, "does not give their sheets back to all"},
	{"without what is void", without_voids, false,
		"the sheets that differed are not in void.json"},
	{"not given again", not_given_again, false, "no event says that this sheet was submitted"},
	{"a void sheet of nobody", of_nobody, false,
		"void.json lot lot1 member 1: no event speaks"},
	{"added up", added_up, false, "adds up objective scores that differ (E13)"},
	{"said to agree", said_to_agree, false, "2 objective scores differ, and it says otherwise"},
};

static void test_what_a_house_could_write(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++) {
		struct record_kit *k = kit_new_objective();

		with_voids = true;
		houses[i].write(k);
		kit_write(k);
		if (with_voids)
			write_voids(k);
		int faults = kit_verify(k);
		if ((faults == 0) != houses[i].whole || !strstr(k->out, houses[i].said))
			fail_msg("%s: \"%s\" is not said:\n%s", houses[i].what, houses[i].said,
				k->out);
		kit_free(k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
