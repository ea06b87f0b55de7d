/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_FIELDS_H
#define SERVER_CORE_FIELDS_H

/*
 * What a JSON object from outside may hold, as a table. Every act names its table; the check
 * refuses what is missing, unknown, of a wrong type or too long before any rule sees it, so that
 * acts read their input without looking twice.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/hex.h"
#include "server/core/error.h"

enum field_type {
	FIELD_TEXT, /* UTF-8 without control characters but \n and \t; min..max characters */
	FIELD_ID,   /* 26 characters of server/core/id */
	FIELD_NAME, /* ascii [a-z0-9_.:-]+, for kinds, codes and seat ids; min..max bytes */
	FIELD_INT,  /* min..max */
	FIELD_BOOL,
	FIELD_DECIMAL, /* text of a decimal number, see proto/decimal */
	FIELD_TIME,    /* RFC 3339 text */
	FIELD_HEX,     /* lower-case hex of min..max bytes */
	FIELD_BASE64,  /* standard base64 of min..max bytes */
	FIELD_OBJECT,  /* any object; the act checks what is inside */
	FIELD_LIST,    /* any array of min..max elements */
};

struct field {
	const char *name; /* NULL ends the table */
	enum field_type type;
	bool required;
	int64_t min, max; /* 0, 0: no bound of its own (texts: 1..10,000) */
};

/* "text", "id", …: for those who print a table. */
const char *field_type_name(enum field_type type);

/*
 * Checks in against the table. 0 or REFUSED with input.missing, input.unknown_field or
 * input.invalid and the field's name. A JSON null counts as absent where the field is not required.
 */
int fields_check(const struct field *fields, const json_t *in, struct refusal *r);

/* A new object with the members of in that are not null, for null counts as absent. */
json_t *fields_present(const json_t *in);

/* One value against one row; where is the name to report. */
int field_check_value(
	const struct field *f, const json_t *value, const char *where, struct refusal *r);

/* Readers for checked input: NULL, the fallback or 0 when the field is absent. */
const char *in_text(const json_t *in, const char *name);
int64_t in_int(const json_t *in, const char *name, int64_t fallback);
bool in_bool(const json_t *in, const char *name, bool fallback);
bool in_has(const json_t *in, const char *name);
/* Microseconds, or fallback when absent. */
int64_t in_time_us(const json_t *in, const char *name, int64_t fallback);
/* Decodes FIELD_HEX or FIELD_BASE64; a new GBytes or NULL when absent. */
GBytes *in_hex(const json_t *in, const char *name);
GBytes *in_base64(const json_t *in, const char *name);

/* The bytes of lower-case hex of any length; NULL if it is none. The reverse is hex_encode(). */
GBytes *hex_decode(const char *text, size_t text_len);

#endif
