/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/note.h"

#include "proto/base64.h"
#include "proto/bytes.h"
#include "proto/hex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/evp.h>

#define DASH "\u2014 "
#define COSIGNATURE_HEAD "cosignature/v1\ntime %" G_GINT64_FORMAT "\n"
#define TIME_LEN 8
#define SIGNATURE_BLOB_MAX (NOTE_KEY_ID_LEN + TIME_LEN + ED25519_SIG_LEN)

static bool is_key_name(const char *name, size_t len)
{
	if (len < 1 || len > NOTE_NAME_MAX || !g_utf8_validate_len(name, len, NULL))
		return false;
	for (const char *p = name; p < name + len; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '+' || g_unichar_isspace(c) || g_unichar_iscntrl(c))
			return false;
	}
	return true;
}

static size_t blob_len(enum note_algorithm algorithm)
{
	return NOTE_KEY_ID_LEN + (algorithm == NOTE_COSIGNATURE ? TIME_LEN : 0) + ED25519_SIG_LEN;
}

int note_key_make(const char *name, enum note_algorithm algorithm,
	const uint8_t public_key[ED25519_KEY_LEN], struct note_key *ret_key)
{
	uint8_t input[NOTE_NAME_MAX + 2 + ED25519_KEY_LEN], digest[32];
	size_t len = strlen(name);
	struct note_key key = {.algorithm = algorithm};

	if (!is_key_name(name, len))
		return LEDGER_E_KEY;
	memcpy(key.name, name, len + 1);
	memcpy(key.public_key, public_key, ED25519_KEY_LEN);
	memcpy(input, name, len);
	input[len] = '\n';
	input[len + 1] = (uint8_t)algorithm;
	memcpy(input + len + 2, public_key, ED25519_KEY_LEN);
	if (EVP_Digest(input, len + 2 + ED25519_KEY_LEN, digest, NULL, EVP_sha256(), NULL) != 1)
		return -EIO;
	memcpy(key.id, digest, NOTE_KEY_ID_LEN);
	*ret_key = key;
	return 0;
}

int note_key_parse(const char *text, size_t len, struct note_key *ret_key)
{
	const char *end = text + len, *id = memchr(text, '+', len), *blob;
	uint8_t want_id[NOTE_KEY_ID_LEN], bytes[1 + ED25519_KEY_LEN];
	g_autofree char *name = NULL;
	struct note_key key;
	int r;

	if (!id || id - text > NOTE_NAME_MAX || memchr(text, '\0', len))
		return LEDGER_E_KEY;
	id++;
	blob = id + 2 * NOTE_KEY_ID_LEN;
	if (end - blob < 1 || *blob++ != '+')
		return LEDGER_E_KEY;
	if (!hex_decode_exact(id, 2 * NOTE_KEY_ID_LEN, want_id, NOTE_KEY_ID_LEN) ||
		!base64_decode_exact(blob, (size_t)(end - blob), bytes, sizeof bytes) ||
		(bytes[0] != NOTE_ED25519 && bytes[0] != NOTE_COSIGNATURE))
		return LEDGER_E_KEY;
	name = g_strndup(text, (gsize)(id - 1 - text));
	r = note_key_make(name, bytes[0], bytes + 1, &key);
	if (r != 0)
		return r;
	if (memcmp(key.id, want_id, NOTE_KEY_ID_LEN) != 0)
		return LEDGER_E_KEY;
	*ret_key = key;
	return 0;
}

char *note_key_format(const struct note_key *key)
{
	uint8_t bytes[1 + ED25519_KEY_LEN] = {(uint8_t)key->algorithm};
	g_autofree char *id = hex_encode(key->id, sizeof key->id);
	char blob[BASE64_SIZE(sizeof bytes)];

	memcpy(bytes + 1, key->public_key, ED25519_KEY_LEN);
	base64_encode(bytes, sizeof bytes, blob);
	return g_strdup_printf("%s+%s+%s", key->name, id, blob);
}

/* Lines of UTF-8 without control characters, at least one, each ended. */
static bool is_note_text(const char *text, size_t len)
{
	if (len == 0 || len > NOTE_MAX || text[len - 1] != '\n' ||
		!g_utf8_validate_len(text, len, NULL))
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
			return false;
	}
	return true;
}

/* What a key signs when it signs this text. */
static GString *signed_message(
	const struct note_key *key, const char *text, size_t text_len, int64_t time_s)
{
	GString *message = g_string_sized_new(text_len + 64);

	if (key->algorithm == NOTE_COSIGNATURE)
		g_string_append_printf(message, COSIGNATURE_HEAD, time_s);
	g_string_append_len(message, text, (gssize)text_len);
	return message;
}

int note_sign(const char *text, size_t text_len, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], int64_t time_s, GString *note)
{
	g_autoptr(GString) message = NULL;
	uint8_t blob[SIGNATURE_BLOB_MAX];
	char base64[BASE64_SIZE(SIGNATURE_BLOB_MAX)];
	size_t len = blob_len(key->algorithm);
	int r;

	if (!is_note_text(text, text_len))
		return LEDGER_E_NOTE;
	message = signed_message(key, text, text_len, time_s);
	memcpy(blob, key->id, NOTE_KEY_ID_LEN);
	if (key->algorithm == NOTE_COSIGNATURE)
		be64_put(blob + NOTE_KEY_ID_LEN, (uint64_t)time_s);
	r = ed25519_sign(seed, message->str, message->len, blob + len - ED25519_SIG_LEN);
	if (r != 0)
		return r;
	if (note->len == 0) {
		g_string_append_len(note, text, (gssize)text_len);
		g_string_append_c(note, '\n');
	}
	base64_encode(blob, len, base64);
	g_string_append_printf(note, DASH "%s %s\n", key->name, base64);
	return 0;
}

/* Whether it is base64 of a key id and something after it. */
static bool is_signature(const char *text, size_t len)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (len < BASE64_LEN(NOTE_KEY_ID_LEN + 1) || len % 4 != 0)
		return false;
	if (text[len - 1] == '=')
		len -= text[len - 2] == '=' ? 2 : 1;
	for (size_t i = 0; i < len; i++) {
		if (!text[i] || !strchr(alphabet, text[i]))
			return false;
	}
	return true;
}

static bool parse_signer(const char *line, size_t len, struct note_signer *ret)
{
	const size_t dash_len = sizeof DASH - 1;
	const char *blank;

	if (len < dash_len || memcmp(line, DASH, dash_len) != 0)
		return false;
	line += dash_len;
	len -= dash_len;
	blank = memchr(line, ' ', len);
	if (!blank)
		return false;
	ret->name = line;
	ret->name_len = (size_t)(blank - line);
	ret->signature = blank + 1;
	ret->signature_len = len - ret->name_len - 1;
	return is_key_name(ret->name, ret->name_len) &&
	       is_signature(ret->signature, ret->signature_len);
}

int note_parse(const char *bytes, size_t len, struct note *ret_note)
{
	struct note note = {.text = bytes};
	const char *at, *end = bytes + len;

	if (!is_note_text(bytes, len))
		return LEDGER_E_NOTE;
	at = g_strrstr_len(bytes, (gssize)len, "\n\n");
	if (!at || at + 2 == end)
		return LEDGER_E_NOTE;
	note.text_len = (size_t)(at + 1 - bytes);
	for (at += 2; at < end;) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));

		if (note.n_signers == NOTE_SIGNERS_MAX ||
			!parse_signer(at, (size_t)(eol - at), &note.signers[note.n_signers++]))
			return LEDGER_E_NOTE;
		at = eol + 1;
	}
	*ret_note = note;
	return 0;
}

int note_verify(const struct note *note, const struct note_key *key, int64_t *ret_time_s)
{
	const size_t len = blob_len(key->algorithm);

	for (size_t i = 0; i < note->n_signers; i++) {
		const struct note_signer *s = &note->signers[i];
		g_autoptr(GString) message = NULL;
		uint8_t blob[SIGNATURE_BLOB_MAX];
		int64_t time_s = 0;
		int r;

		if (s->name_len != strlen(key->name) ||
			memcmp(s->name, key->name, s->name_len) != 0 ||
			!base64_decode_exact(s->signature, s->signature_len, blob, len) ||
			memcmp(blob, key->id, NOTE_KEY_ID_LEN) != 0)
			continue;
		if (key->algorithm == NOTE_COSIGNATURE)
			time_s = (int64_t)be64_get(blob + NOTE_KEY_ID_LEN);
		message = signed_message(key, note->text, note->text_len, time_s);
		r = ed25519_verify(
			key->public_key, message->str, message->len, blob + len - ED25519_SIG_LEN);
		if (r == ED25519_E_BAD_SIGNATURE)
			return LEDGER_E_BAD_SIGNATURE;
		if (r == 0 && ret_time_s)
			*ret_time_s = time_s;
		return r;
	}
	return LEDGER_E_UNSIGNED;
}
