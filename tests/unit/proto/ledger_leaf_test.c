/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_leaf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/hex.h"

static const char text[] =
	"{\"actor\":\"01jd0000000000000000000000\",\"at_us\":1767225600000000,"
	"\"body\":{\"price\":\"1267500.00\",\"title\":\"\u62db\u6807\u516c\u544a\"},"
	"\"id\":\"01jd0000000000000000000001\",\"kind\":\"notice.published\",\"no\":3,"
	"\"real_us\":1767225600000001,\"salt\":\"000102030405060708090a0b0c0d0e0f\","
	"\"subject\":\"notice:01jd0000000000000000000002\",\"v\":1}";

static struct ledger_event event(json_t *body)
{
	struct ledger_event e = {
		.id = "01jd0000000000000000000001",
		.kind = "notice.published",
		.actor = "01jd0000000000000000000000",
		.subject = "notice:01jd0000000000000000000002",
		.subject_no = 3,
		.at_us = 1767225600000000,
		.real_us = 1767225600000001,
		.body = body,
	};

	for (uint8_t i = 0; i < LEDGER_SALT_LEN; i++)
		e.salt[i] = i;
	return e;
}

static void test_there_and_back(void **state)
{
	json_auto_t *body =
		json_pack("{ssss}", "title", "\u62db\u6807\u516c\u544a", "price", "1267500.00");
	struct ledger_event e = event(body), back;
	json_auto_t *object = NULL;
	g_autoptr(GBytes) leaf = NULL;
	gsize len;
	const char *bytes;

	assert_int_equal(ledger_leaf_encode(&e, &leaf), 0);
	bytes = g_bytes_get_data(leaf, &len);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(bytes, text, len);

	assert_int_equal(ledger_leaf_decode(bytes, len, &object, &back), 0);
	assert_string_equal(back.id, e.id);
	assert_string_equal(back.kind, e.kind);
	assert_string_equal(back.actor, e.actor);
	assert_string_equal(back.subject, e.subject);
	assert_int_equal(back.subject_no, 3);
	assert_int_equal(back.at_us, e.at_us);
	assert_int_equal(back.real_us, e.real_us);
	assert_memory_equal(back.salt, e.salt, LEDGER_SALT_LEN);
	assert_true(json_equal(back.body, body));
}

static void test_hash(void **state)
{
	/* (printf '\0'; cat) | sha256sum, over the text above */
	uint8_t hash[LEDGER_HASH_LEN];

	assert_int_equal(ledger_leaf_hash(text, strlen(text), hash), 0);
	g_autofree char *hex = hex_encode(hash, sizeof hash);
	assert_string_equal(
		hex, "a513c4ba29ec3e573f13f79b1875ce4c60fa4aaa120ed69995d3a2945bbe1654");
}

static void test_refused_events(void **state)
{
	json_auto_t *body = json_object();
	json_auto_t *list = json_array();
	json_auto_t *real = json_pack("{sf}", "a", 0.5);
	json_auto_t *big = json_object();
	g_autofree char *long_text = g_strnfill(65536, 'x');
	g_autofree char *name65 = g_strnfill(65, 'x');
	g_autoptr(GBytes) leaf = NULL;
	struct ledger_event e;

	json_object_set_new(big, "a", json_string(long_text));
#define REFUSED(change, code)                                          \
	do {                                                           \
		e = event(body);                                       \
		change;                                                \
		assert_int_equal(ledger_leaf_encode(&e, &leaf), code); \
		assert_null(leaf);                                     \
	} while (0)
	REFUSED(e.id = "", LEDGER_E_LEAF);
	REFUSED(e.kind = "Notice", LEDGER_E_LEAF);
	REFUSED(e.kind = name65, LEDGER_E_LEAF);
	REFUSED(e.actor = "a b", LEDGER_E_LEAF);
	REFUSED(e.subject = "\u9879\u76ee", LEDGER_E_LEAF);
	REFUSED(e.subject_no = 0, LEDGER_E_LEAF);
	REFUSED(e.at_us = -1, LEDGER_E_LEAF);
	REFUSED(e.real_us = INT64_MAX, LEDGER_E_LEAF);
	REFUSED(e.body = list, LEDGER_E_LEAF);
	REFUSED(e.body = real, LEDGER_E_LEAF);
	REFUSED(e.body = big, LEDGER_E_LEAF_SIZE);
}

static void test_refused_leaves(void **state)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{"\"v\":1}", "\"v\":2}"},
		{"\"v\":1}", "\"v\":4294967297}"},
		{"\"v\":1}", "\"v\":1,\"w\":1}"},
		{",\"v\":1}", "}"},
		{"\"v\":1}", "\"v\":1} "},
		{"\"no\":3", "\"no\":0"},
		{"\"no\":3", "\"no\":\"3\""},
		{"\"no\":3", "\"nr\":3"},
		{"0c0d0e0f", "0c0d0e0F"},
		{"0c0d0e0f", "0c0d0e"},
		{"\"kind\":\"notice", "\"kind\":\"notice "},
		{"\"body\":{", "\"body\":[{"},
	};
	struct ledger_event e;
	json_t *object = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GString) bad = g_string_new(text);

		assert_int_equal(g_string_replace(bad, changes[i].from, changes[i].to, 1), 1);
		assert_int_equal(
			ledger_leaf_decode(bad->str, bad->len, &object, &e), LEDGER_E_LEAF);
	}
	g_autofree char *long_text = g_strnfill(65536, 'x');
	assert_int_equal(ledger_leaf_decode(long_text, 65536, &object, &e), LEDGER_E_LEAF_SIZE);
	assert_null(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_refused_events),
		cmocka_unit_test(test_refused_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
