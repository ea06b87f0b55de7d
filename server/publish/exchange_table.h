/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_EXCHANGE_TABLE_H
#define SERVER_PUBLISH_EXCHANGE_TABLE_H

/* What the norm says of each field: its form, its length, whether it must be there. Pure. */
#include <jansson.h>
#include <stdbool.h>

#include "server/publish/exchange.h"

enum exchange_form {
	EXCHANGE_TEXT = 1, /* characters, at most `len` if that is not 0 */
	EXCHANGE_CODE,     /* exactly `len` of 0-9 A-Z */
	EXCHANGE_DIGITS,   /* exactly `len` digits */
	EXCHANGE_TIME,     /* yyyyMMddHHmmss, Beijing */
	EXCHANGE_AMOUNT,   /* at most 14 digits, and 6 behind the point */
	EXCHANGE_POINTS,   /* at most 12 digits, and 6 behind the point */
	EXCHANGE_CHOICE,   /* one of the characters of `choices` */
};

struct exchange_field {
	const char *name;
	enum exchange_form form;
	unsigned len;
	const char *choices;
	bool required;
};

struct exchange_table {
	const char *no; /* "501" */
	const struct exchange_field *fields;
};

/* NULL for a number that is not ours. */
const struct exchange_table *exchange_table_find(const char *no);

bool exchange_table_has(const struct exchange_table *table, const char *field);

/* Appends what the norm does not allow in these fields; unknown members are our own mistake. */
void exchange_table_check(
	const struct exchange_table *table, const json_t *fields, GArray *problems);

#endif
