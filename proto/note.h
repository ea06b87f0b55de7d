/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Signed notes (C2SP signed-note): a text of whole lines, an empty line, and one line
 *
 *	— <name> <base64 of key id ‖ signature>
 *
 * for each signer. Several may sign one text; lines of signers we do not know are passed over, so
 * cosigners can be added without a new version. A verifier key (验证公钥) is printed as
 * <name>+<key id in hex>+<base64 of algorithm ‖ public key>, with key id = the first four bytes of
 * SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key).
 */

#include "proto/ed25519.h"
#include "proto/ledger.h"

#include <stdint.h>

#include <glib.h>

#define NOTE_MAX 65536
#define NOTE_SIGNERS_MAX 16
#define NOTE_NAME_MAX 128
#define NOTE_KEY_ID_LEN 4

enum note_algorithm {
	NOTE_ED25519 = 1,     /* the text itself is signed */
	NOTE_COSIGNATURE = 4, /* C2SP tlog-cosignature: the text with a time before it */
};

struct note_key {
	char name[NOTE_NAME_MAX + 1];
	enum note_algorithm algorithm;
	uint8_t id[NOTE_KEY_ID_LEN];
	uint8_t public_key[ED25519_KEY_LEN];
};

/* LEDGER_E_KEY: the name is empty, too long, or holds a blank, a plus or a control character. */
int note_key_make(const char *name, enum note_algorithm algorithm,
	const uint8_t public_key[ED25519_KEY_LEN], struct note_key *ret_key);
int note_key_parse(const char *text, size_t len, struct note_key *ret_key);
/* A new text; g_free() it. */
char *note_key_format(const struct note_key *key);

/* Where the parts of a note lie; borrows its bytes. */
struct note {
	const char *text; /* what is signed, with its last newline */
	size_t text_len;
	size_t n_signers;
	struct note_signer {
		const char *name, *signature; /* signature: base64 */
		size_t name_len, signature_len;
	} signers[NOTE_SIGNERS_MAX];
};

/*
 * Signs whole lines of text. An empty note is begun with them, one begun before gets one more
 * signature. time_s is the time of a cosignature and unused otherwise. LEDGER_E_NOTE: the text
 * cannot stand in a note.
 */
int note_sign(const char *text, size_t text_len, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], int64_t time_s, GString *note);

/* LEDGER_E_NOTE. Says nothing yet about any signature. */
int note_parse(const char *bytes, size_t len, struct note *ret_note);

/* LEDGER_E_UNSIGNED or LEDGER_E_BAD_SIGNATURE. ret_time_s, for cosignatures, may be NULL. */
int note_verify(const struct note *note, const struct note_key *key, int64_t *ret_time_s);
