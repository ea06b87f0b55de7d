/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A statement: a JSON object that carries its own signature. Besides its subject's members it has
 *
 *	type  what kind of statement it is, e.g. "bidroom.promise.v1"
 *	key   who signed: <key name>+<key id in hex>
 *	sig   base64 of Ed25519 over "bidroom.statement.v1\n" ‖ canonical text of the object without
 *sig
 *
 * The first line keeps a signature from being taken for one over a note or a stamp.
 */

#include "proto/ledger.h"
#include "proto/note.h"

#include <jansson.h>

/* Adds type, key and sig to the object. LEDGER_E_STATEMENT: it has no canonical text. */
int statement_sign(json_t *object, const char *type, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN]);

/* LEDGER_E_STATEMENT (no object, or another type), LEDGER_E_UNSIGNED (another key),
 * LEDGER_E_BAD_SIGNATURE. */
int statement_verify(const json_t *object, const char *type, const struct note_key *key);
