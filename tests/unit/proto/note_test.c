/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "proto/bytes.h"

/* The example of golang.org/x/mod/sumdb/note, which C2SP signed-note wrote down. */
static const char peter_key[] =
	"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peter_seed[] = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char peter_text[] = "If you think cryptography is the answer to your problem,\n"
				 "then you don't know what your problem is.\n";
static const char peter_note[] =
	"If you think cryptography is the answer to your problem,\n"
	"then you don't know what your problem is.\n"
	"\n"
	"\u2014 PeterNeumann "
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static const uint8_t seed_a[ED25519_KEY_LEN] = {1}, seed_b[ED25519_KEY_LEN] = {2};

static struct note_key key_of(const char *name, enum note_algorithm algorithm, const uint8_t *seed)
{
	uint8_t public_key[ED25519_KEY_LEN];
	struct note_key key;

	assert_int_equal(ed25519_public(seed, public_key), 0);
	assert_int_equal(note_key_make(name, algorithm, public_key, &key), 0);
	return key;
}

static struct note parse(const char *text)
{
	struct note note;

	assert_int_equal(note_parse(text, strlen(text), &note), 0);
	return note;
}

static void test_published_example(void **state)
{
	struct note note = parse(peter_note);
	g_autoptr(GString) again = g_string_new(NULL);
	uint8_t secret[1 + ED25519_KEY_LEN];
	struct note_key key;

	assert_int_equal(note_key_parse(peter_key, strlen(peter_key), &key), 0);
	g_autofree char *formatted = note_key_format(&key);
	assert_string_equal(formatted, peter_key);
	assert_int_equal(note.text_len, strlen(peter_text));
	assert_int_equal(note_verify(&note, &key, NULL), 0);

	assert_true(base64_decode_exact(peter_seed, strlen(peter_seed), secret, sizeof secret));
	assert_int_equal(note_sign(peter_text, strlen(peter_text), &key, secret + 1, 0, again), 0);
	assert_string_equal(again->str, peter_note);
}

static void test_several_signers(void **state)
{
	struct note_key a = key_of("example.org/log", NOTE_ED25519, seed_a);
	struct note_key b = key_of("example.org/\u76d1\u7763", NOTE_COSIGNATURE, seed_b);
	struct note_key stranger = key_of("example.org/log", NOTE_ED25519, seed_b);
	g_autoptr(GString) text = g_string_new(NULL);
	int64_t time_s = 0;

	assert_int_equal(note_sign("a\nb\n", 4, &a, seed_a, 0, text), 0);
	g_string_append(text, "\u2014 somebody/else AAAAAAAAAAAA\n");
	assert_int_equal(note_sign("a\nb\n", 4, &b, seed_b, 1767225600, text), 0);
	struct note note = parse(text->str);
	assert_int_equal(note.n_signers, 3);
	assert_int_equal(note_verify(&note, &a, NULL), 0);
	assert_int_equal(note_verify(&note, &b, &time_s), 0);
	assert_int_equal(time_s, 1767225600);
	assert_int_equal(note_verify(&note, &stranger, NULL), LEDGER_E_UNSIGNED);

	/* C2SP tlog-cosignature: the message spelled out */
	static const char message[] = "cosignature/v1\ntime 1767225600\na\nb\n";
	uint8_t blob[NOTE_KEY_ID_LEN + 8 + ED25519_SIG_LEN];
	assert_true(base64_decode_exact(
		note.signers[2].signature, note.signers[2].signature_len, blob, sizeof blob));
	assert_int_equal(be64_get(blob + 4), 1767225600);
	assert_int_equal(ed25519_verify(b.public_key, message, sizeof message - 1, blob + 12), 0);
}

static void test_damaged(void **state)
{
	struct note_key key;
	g_autofree char *bad = g_strdup(peter_note);
	struct note note;

	assert_int_equal(note_key_parse(peter_key, strlen(peter_key), &key), 0);
	bad[0] ^= 1;
	note = parse(bad);
	assert_int_equal(note_verify(&note, &key, NULL), LEDGER_E_BAD_SIGNATURE);
	bad[0] ^= 1;
	*strstr(bad, "ZJku") = 'A';
	note = parse(bad);
	assert_int_equal(note_verify(&note, &key, NULL), LEDGER_E_BAD_SIGNATURE);
	bad = (g_free(bad), g_strdup(peter_note));
	*strstr(bad, "x08g") = 'y'; /* another key id of the same name */
	note = parse(bad);
	assert_int_equal(note_verify(&note, &key, NULL), LEDGER_E_UNSIGNED);
}

static void test_no_notes(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"a\n",
		"a\n\n",
		"a\n\n\u2014 n AAAAAAAA",
		"a\n\n- n AAAAAAAA\n",
		"a\n\n\u2014 n\n",
		"a\n\n\u2014 n  AAAAAAAA\n",
		"a\n\n\u2014 n+m AAAAAAAA\n",
		"a\n\n\u2014 n AAAA\n",
		"a\n\n\u2014 n AAAAAAA\n",
		"a\n\n\u2014 n AAAA=AAA\n",
		"a\n\n\u2014 n AAAAAAAA\nx\n",
		"a\r\n\n\u2014 n AAAAAAAA\n",
		"a\xff\n\n\u2014 n AAAAAAAA\n",
	};
	struct note note;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_int_equal(note_parse(bad[i], strlen(bad[i]), &note), LEDGER_E_NOTE);
	assert_int_equal(note_parse("a\0\n\n\u2014 n AAAAAAAA\n", 18, &note), LEDGER_E_NOTE);

	g_autoptr(GString) many = g_string_new("a\n\n");
	for (int i = 0; i < NOTE_SIGNERS_MAX; i++)
		g_string_append(many, "\u2014 n AAAAAAAA\n");
	assert_int_equal(note_parse(many->str, many->len, &note), 0);
	g_string_append(many, "\u2014 n AAAAAAAA\n");
	assert_int_equal(note_parse(many->str, many->len, &note), LEDGER_E_NOTE);
}

static void test_no_keys(void **state)
{
	static const char *const bad[] = {
		"",
		"PeterNeumann",
		"PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a3+",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+Axpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ",
	};
	const uint8_t public_key[ED25519_KEY_LEN] = {0};
	g_autofree char *long_name = g_strnfill(NOTE_NAME_MAX + 1, 'a');
	struct note_key key;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_int_equal(note_key_parse(bad[i], strlen(bad[i]), &key), LEDGER_E_KEY);
	assert_int_equal(note_key_make(long_name, NOTE_ED25519, public_key, &key), LEDGER_E_KEY);
	assert_int_equal(note_key_make("a\nb", NOTE_ED25519, public_key, &key), LEDGER_E_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_example),
		cmocka_unit_test(test_several_signers),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_no_notes),
		cmocka_unit_test(test_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
