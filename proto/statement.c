/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/statement.h"

#include "proto/base64.h"
#include "proto/canon.h"
#include "proto/hex.h"

#include <string.h>

#define FIRST_LINE "bidroom.statement.v1\n"

static char *signer_name(const struct note_key *key)
{
	g_autofree char *id = hex_encode(key->id, sizeof key->id);

	return g_strdup_printf("%s+%s", key->name, id);
}

/* What is signed; the object's members but sig. */
static int signed_message(const json_t *object, GString **ret)
{
	json_auto_t *unsigned_object = json_copy((json_t *)object);
	GString *text = NULL;
	int r;

	json_object_del(unsigned_object, "sig");
	r = canon_dump(unsigned_object, &text);
	if (r != 0)
		return r < 0 ? r : LEDGER_E_STATEMENT;
	*ret = g_string_prepend(text, FIRST_LINE);
	return 0;
}

int statement_sign(json_t *object, const char *type, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN])
{
	g_autofree char *signer = signer_name(key);
	g_autoptr(GString) message = NULL;
	uint8_t sig[ED25519_SIG_LEN];
	char base64[BASE64_SIZE(ED25519_SIG_LEN)];
	int r;

	g_assert(key->algorithm == NOTE_ED25519);
	json_object_set_new(object, "type", json_string(type));
	json_object_set_new(object, "key", json_string(signer));
	r = signed_message(object, &message);
	if (r == 0)
		r = ed25519_sign(seed, message->str, message->len, sig);
	if (r != 0)
		return r;
	base64_encode(sig, sizeof sig, base64);
	json_object_set_new(object, "sig", json_string(base64));
	return 0;
}

int statement_verify(const json_t *object, const char *type, const struct note_key *key)
{
	g_autofree char *want_signer = signer_name(key);
	g_autoptr(GString) message = NULL;
	const char *got_type, *signer, *base64;
	uint8_t sig[ED25519_SIG_LEN];
	int r;

	if (json_unpack((json_t *)object, "{ss ss ss}", "type", &got_type, "key", &signer, "sig",
		    &base64) != 0 ||
		strcmp(got_type, type) != 0 ||
		!base64_decode_exact(base64, strlen(base64), sig, sizeof sig))
		return LEDGER_E_STATEMENT;
	if (key->algorithm != NOTE_ED25519 || strcmp(signer, want_signer) != 0)
		return LEDGER_E_UNSIGNED;
	r = signed_message(object, &message);
	if (r == 0)
		r = ed25519_verify(key->public_key, message->str, message->len, sig);
	return r == ED25519_E_BAD_SIGNATURE ? LEDGER_E_BAD_SIGNATURE : r;
}
