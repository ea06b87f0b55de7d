/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_checkpoint.h"

#include "proto/base64.h"
#include "proto/ledger_tree.h"

#include <string.h>

int ledger_checkpoint_sign(uint64_t size, const uint8_t root[LEDGER_HASH_LEN],
	const struct note_key *key, const uint8_t seed[ED25519_KEY_LEN], GString **ret_note)
{
	char base64[BASE64_SIZE(LEDGER_HASH_LEN)];
	g_autoptr(GString) note = g_string_new(NULL);
	g_autofree char *text = NULL;
	int r;

	base64_encode(root, LEDGER_HASH_LEN, base64);
	text = g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", key->name, size, base64);
	r = note_sign(text, strlen(text), key, seed, 0, note);
	if (r == 0)
		*ret_note = g_steal_pointer(&note);
	return r;
}

int ledger_checkpoint_cosign(GString *note, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], int64_t time_s)
{
	g_autofree char *text = NULL;
	struct note parts;
	int r;

	r = note_parse(note->str, note->len, &parts);
	if (r != 0)
		return r;
	text = g_strndup(parts.text, parts.text_len); /* appending may move the note */
	return note_sign(text, parts.text_len, key, seed, time_s, note);
}

/* The next line, or false; *at moves behind its newline. */
static bool next_line(const char **at, const char *end, const char **ret_line, size_t *ret_len)
{
	const char *eol = memchr(*at, '\n', (size_t)(end - *at));

	if (!eol)
		return false;
	*ret_line = *at;
	*ret_len = (size_t)(eol - *at);
	*at = eol + 1;
	return true;
}

static bool parse_size(const char *text, size_t len, uint64_t *ret_size)
{
	uint64_t size = 0;

	if (len < 1 || len > 16 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isdigit(text[i]))
			return false;
		size = size * 10 + (uint64_t)(text[i] - '0');
	}
	*ret_size = size;
	return size <= LEDGER_SIZE_MAX;
}

int ledger_checkpoint_open(const char *note, size_t len, const struct note_key *key,
	struct ledger_checkpoint *ret_checkpoint)
{
	struct ledger_checkpoint cp = {{0}};
	const char *at, *end, *line;
	struct note parts;
	size_t line_len;
	int r;

	r = note_parse(note, len, &parts);
	if (r != 0)
		return r;
	at = parts.text;
	end = at + parts.text_len;
	if (!next_line(&at, end, &line, &line_len))
		return LEDGER_E_CHECKPOINT;
	if (line_len != strlen(key->name) || memcmp(line, key->name, line_len) != 0)
		return LEDGER_E_FOREIGN;
	memcpy(cp.origin, line, line_len);
	if (!next_line(&at, end, &line, &line_len) || !parse_size(line, line_len, &cp.size))
		return LEDGER_E_CHECKPOINT;
	if (!next_line(&at, end, &line, &line_len) ||
		!base64_decode_exact(line, line_len, cp.root, LEDGER_HASH_LEN))
		return LEDGER_E_CHECKPOINT;
	r = note_verify(&parts, key, NULL);
	if (r != 0)
		return r;
	*ret_checkpoint = cp;
	return 0;
}
