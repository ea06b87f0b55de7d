/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/seat_cert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static const uint8_t expert_seed[ED25519_KEY_LEN] = {9, 8, 7};
static const struct seat_cert plain = {
	.session = "s1",
	.seat = "expert_1",
	.epoch = 2,
	.device_key = {4, 5, 6},
	.not_before_us = 1000,
	.not_after_us = 2000,
};

static json_t *build(void)
{
	json_t *json;

	assert_int_equal(seat_cert_build(&plain, expert_seed, &json), 0);
	return json;
}

static void test_build_and_verify(void **state)
{
	uint8_t expert_key[ED25519_KEY_LEN], named[ED25519_KEY_LEN];
	json_t *json = build();
	struct seat_cert back;

	assert_int_equal(ed25519_public(expert_seed, expert_key), 0);
	assert_int_equal(seat_cert_verify(json, expert_key, &back, NULL), 0);
	assert_memory_equal(&back, &plain, sizeof(plain));
	assert_int_equal(seat_cert_verify(json, NULL, &back, named), 0);
	assert_memory_equal(named, expert_key, sizeof(named));
	expert_key[31] ^= 1;
	assert_int_equal(seat_cert_verify(json, expert_key, &back, NULL), SEAT_CERT_E_KEY);
	json_decref(json);
}

static void test_altered_statement(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		int refusal;
	} rows[] = {
		{"session", "\"s2\"", SEAT_CERT_E_BAD_SIGNATURE},
		{"session", "\"S2\"", SEAT_CERT_E_FORM},
		{"session", "\"s1\\n\"", SEAT_CERT_E_FORM},
		{"seat", "\"expert_2\"", SEAT_CERT_E_BAD_SIGNATURE},
		{"seat", "7", SEAT_CERT_E_FORM},
		{"epoch", "3", SEAT_CERT_E_BAD_SIGNATURE},
		{"epoch", "-1", SEAT_CERT_E_FORM},
		{"epoch", "4294967296", SEAT_CERT_E_FORM},
		{"epoch", "2.0", SEAT_CERT_E_FORM},
		{"not_after_us", "2001", SEAT_CERT_E_BAD_SIGNATURE},
		{"not_before_us", "0", SEAT_CERT_E_BAD_SIGNATURE},
		{"not_before_us", "9007199254740992", SEAT_CERT_E_FORM},
		{"device_key", "\"BAUGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\"",
			SEAT_CERT_E_BAD_SIGNATURE},
		{"device_key", "\"BAUG\"", SEAT_CERT_E_FORM},
		{"extra", "1", SEAT_CERT_E_FORM},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_t *json = build();
		json_t *value = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);
		struct seat_cert back;

		assert_non_null(value);
		json_object_set_new(json_object_get(json, "statement"), rows[i].name, value);
		assert_int_equal(seat_cert_verify(json, NULL, &back, NULL), rows[i].refusal);
		assert_memory_equal(seat_cert_refusal_code(rows[i].refusal), "seat_cert_", 10);
		json_decref(json);
	}
}

static void test_missing_parts(void **state)
{
	static const char *const parts[] = {"statement", "key", "sig"};
	struct seat_cert back;

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		json_t *json = build();

		json_object_del(json, parts[i]);
		assert_int_equal(seat_cert_verify(json, NULL, &back, NULL), SEAT_CERT_E_FORM);
		json_decref(json);
	}
	assert_int_equal(seat_cert_verify(NULL, NULL, &back, NULL), SEAT_CERT_E_FORM);
}

static void test_what_it_covers(void **state)
{
	uint8_t other[ED25519_KEY_LEN] = {0};
	const uint8_t *key = plain.device_key;

	assert_int_equal(seat_cert_check(&plain, "s1", "expert_1", 2, key, 1000), 0);
	assert_int_equal(seat_cert_check(&plain, "s1", "expert_1", 2, key, 2000), 0);
	assert_int_equal(
		seat_cert_check(&plain, "s1", "expert_1", 2, key, 999), SEAT_CERT_E_NOT_YET);
	assert_int_equal(
		seat_cert_check(&plain, "s1", "expert_1", 2, key, 2001), SEAT_CERT_E_EXPIRED);
	assert_int_equal(
		seat_cert_check(&plain, "s2", "expert_1", 2, key, 1500), SEAT_CERT_E_SCOPE);
	assert_int_equal(
		seat_cert_check(&plain, "s1", "expert_2", 2, key, 1500), SEAT_CERT_E_SCOPE);
	assert_int_equal(
		seat_cert_check(&plain, "s1", "expert_1", 1, key, 1500), SEAT_CERT_E_SCOPE);
	assert_int_equal(
		seat_cert_check(&plain, "s1", "expert_1", 2, other, 1500), SEAT_CERT_E_SCOPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build_and_verify),
		cmocka_unit_test(test_altered_statement),
		cmocka_unit_test(test_missing_parts),
		cmocka_unit_test(test_what_it_covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
