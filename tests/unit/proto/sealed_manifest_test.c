/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/crypto_auto.h"

static json_t *vector;

static int set_up(void **state)
{
	vector = json_load_file(VECTORS "/sealed_manifest.json", 0, NULL);
	return vector ? 0 : -1;
}

static int tear_down(void **state)
{
	json_decref(vector);
	return 0;
}

/* A row of the vector as a bidder would have it sealed. */
static int parse(const json_t *bidder, json_t *offer, json_t *files)
{
	struct sealed_manifest *m = NULL;
	struct p256_public public;
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(GString) text = NULL;
	json_auto_t *json = NULL;

	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_public_of(key, &public), 0);
	g_autofree char *spki = p256_spki_text(&public);
	json = json_pack("{si s{sO sO ss} sO sO}", "v", 1, "bidder", "name",
		json_object_get(bidder, "name"), "credit_code",
		json_object_get(bidder, "credit_code"), "public_key", spki, "files", files, "offer",
		offer);
	assert_non_null(json);
	assert_int_equal(canon_dump(json, &text), 0);
	int r = sealed_manifest_parse(text->str, text->len, &m);
	sealed_manifest_free(m);
	return r;
}

/* proto/vectors/sealed_manifest.json, which whoever seals checks itself against. */
static void test_what_may_stand_in_it(void **state)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(vector, "rows"), i, row) {
		bool good = json_is_null(json_object_get(row, "fault"));
		int r = parse(json_object_get(row, "bidder"), json_object_get(row, "offer"),
			json_object_get(row, "files"));

		if (r != (good ? 0 : SEALED_E_MANIFEST))
			fail_msg("%s: %d", json_string_value(json_object_get(row, "what")), r);
	}
	assert_true(i > 20);
}

static void test_how_many_documents(void **state)
{
	const json_t *row = json_array_get(json_object_get(vector, "rows"), 0);
	const json_t *file = json_array_get(json_object_get(row, "files"), 0);
	json_auto_t *files = json_array();

	for (int n = 1; n <= SEALED_FILES_MAX + 1; n++) {
		g_autofree char *name = g_strdup_printf("%d.txt", n);
		json_t *next = json_deep_copy(file);

		json_object_set_new(next, "name", json_string(name));
		json_array_append_new(files, next);
		if (n < SEALED_FILES_MAX)
			continue;
		assert_int_equal(
			parse(json_object_get(row, "bidder"), json_object_get(row, "offer"), files),
			n == SEALED_FILES_MAX ? 0 : SEALED_E_MANIFEST);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_may_stand_in_it),
		cmocka_unit_test(test_how_many_documents),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
