/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/sign/bid_key.h"
#include "server/sign/field_cipher.h"

static const uint8_t house_key[KEYSTORE_KEY_LEN] = {1, 2, 3};
static const char content[] = "the content key of a sealed bid.";

static void expect(const struct field_cipher *house, const char *project, GBytes *project_key,
	const char *bid, GBytes *wrapped, int expected)
{
	g_autoptr(GBytes) plain = NULL;

	assert_int_equal(
		bid_key_unwrap(house, project, project_key, bid, wrapped, &plain), expected);
	if (expected)
		assert_null(plain);
	else
		assert_memory_equal(g_bytes_get_data(plain, NULL), content, strlen(content));
}

static void opens_under_its_project_alone(void **state)
{
	struct field_cipher *house = field_cipher_new(house_key);
	g_autoptr(GBytes) one = NULL, other = NULL, wrapped = NULL;

	assert_int_equal(bid_key_new_project(house, "p1", &one), 0);
	assert_int_equal(bid_key_new_project(house, "p2", &other), 0);
	assert_int_equal(
		bid_key_wrap(house, "p1", one, "b1", content, strlen(content), &wrapped), 0);
	expect(house, "p1", one, "b1", wrapped, 0);
	expect(house, "p1", one, "b2", wrapped, FIELD_CIPHER_E_DAMAGED);
	expect(house, "p2", other, "b1", wrapped, FIELD_CIPHER_E_DAMAGED);
	expect(house, "p2", one, "b1", wrapped, FIELD_CIPHER_E_DAMAGED);
	/* The project's key is gone: the house's alone opens nothing. */
	expect(house, "p1", NULL, "b1", wrapped, FIELD_CIPHER_E_DAMAGED);
	field_cipher_free(house);
}

static void what_was_opened_before_there_were_keys_of_projects(void **state)
{
	struct field_cipher *house = field_cipher_new(house_key);
	g_autoptr(GBytes) project = NULL, wrapped = NULL;

	assert_int_equal(bid_key_new_project(house, "p1", &project), 0);
	assert_int_equal(
		bid_key_wrap(house, "p1", NULL, "b1", content, strlen(content), &wrapped), 0);
	expect(house, "p1", NULL, "b1", wrapped, 0);
	expect(house, "p1", project, "b1", wrapped, 0);
	field_cipher_free(house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_under_its_project_alone),
		cmocka_unit_test(what_was_opened_before_there_were_keys_of_projects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
