/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Canonical JSON: one text for one value (RFC 8785), the only form that is hashed or signed.
 * Two restrictions on top of it: numbers are integers within ±(2^53−1), so that every language
 * reads the same value, and no text holds U+0000. Decimals travel as text (proto/decimal.h).
 *
 * Loading is for JSON of any spacing and order that comes from outside; it keeps the same
 * restrictions, refuses a key given twice, and caps size and depth before building anything.
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#define CANON_DEPTH_MAX 32
#define CANON_INTEGER_MAX ((json_int_t)9007199254740991) /* 2^53−1 */

enum canon_refusal {
	CANON_E_SIZE = 1,  /* longer than the caller allows */
	CANON_E_DEPTH,     /* arrays and objects nested deeper than CANON_DEPTH_MAX */
	CANON_E_SYNTAX,    /* no JSON value, or bytes after it */
	CANON_E_TEXT,      /* not UTF-8, or U+0000 in a text or key */
	CANON_E_DUPLICATE, /* a key given twice in one object */
	CANON_E_NUMBER,    /* a real, or an integer outside ±CANON_INTEGER_MAX */
	CANON_E_FORM,      /* JSON, but not its canonical text */
};

/*
 * Reads one array or object from at most max_len bytes. ret_where, which may be NULL, gets line,
 * column and an English sentence of what was wrong; it is written on refusals of syntax, text and
 * duplicates. The caller owns *ret.
 */
int canon_load(
	const void *bytes, size_t len, size_t max_len, json_t **ret, json_error_t *ret_where);

/* The same for bytes that must already be canonical: CANON_E_FORM otherwise. */
int canon_load_exact(const void *bytes, size_t len, size_t max_len, json_t **ret);

/* Writes any value canonically. The caller owns *ret. */
int canon_dump(const json_t *value, GString **ret);

/* SHA-256 of the canonical text. */
int canon_digest(const json_t *value, uint8_t ret_digest[32]);

/* "canon_duplicate" and so on. */
const char *canon_refusal_code(int refusal);
