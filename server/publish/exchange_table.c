/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/exchange_table.h"

#include <string.h>

/* clang-format off */
#define CODE_FIELDS {"tender_project_code", EXCHANGE_CODE, 20, NULL, true}
#define SENT {"sent_time", EXCHANGE_TIME, 0, NULL, true}, {"source_url", EXCHANGE_TEXT, 0, NULL, true}, \
	{"text_sha256", EXCHANGE_TEXT, 64, NULL, true}

static const struct exchange_field tender_project[] = { /* 501; government purchase 550 */
	CODE_FIELDS,
	{"project_code", EXCHANGE_CODE, 17, NULL, true},
	{"name", EXCHANGE_TEXT, 0, NULL, true},
	{"region", EXCHANGE_DIGITS, 6, NULL, true},
	{"tenderer_name", EXCHANGE_TEXT, 0, NULL, true},
	{"tenderer_code", EXCHANGE_CODE, 18, NULL, false},
	{"agency_name", EXCHANGE_TEXT, 0, NULL, false},
	{"agency_code", EXCHANGE_CODE, 18, NULL, false},
	{"unified_code", EXCHANGE_CODE, 36, NULL, false},
	{"investment_code", EXCHANGE_TEXT, 24, NULL, false},
	{"mandatory", EXCHANGE_CHOICE, 0, "01", false},    /* whether the law demands a tender */
	{"content", EXCHANGE_TEXT, 0, NULL, false},
	{"joint", EXCHANGE_CHOICE, 0, "01", false},        /* whether consortia are taken */
	{"organisation", EXCHANGE_CHOICE, 0, "129", true}, /* by itself, by an agency, otherwise */
	{"mode", EXCHANGE_CHOICE, 0, "12", false},         /* open, invited */
	{"amount", EXCHANGE_AMOUNT, 0, NULL, false},
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false},  /* yuan, ten thousand */
	{"currency", EXCHANGE_CODE, 3, NULL, false},
	{"supervising_department", EXCHANGE_TEXT, 0, NULL, false},
	{"approving_department", EXCHANGE_TEXT, 0, NULL, false},
	{"created_time", EXCHANGE_TIME, 0, NULL, true},
	{NULL},
};

static const struct exchange_field lot[] = { /* 502 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"name", EXCHANGE_TEXT, 0, NULL, true},
	{"mode", EXCHANGE_CHOICE, 0, "12", false},
	{"region", EXCHANGE_DIGITS, 6, NULL, true},
	{"place", EXCHANGE_TEXT, 0, NULL, false},
	{"content", EXCHANGE_TEXT, 0, NULL, false},
	{"estimate", EXCHANGE_AMOUNT, 0, NULL, false},
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false},
	{"currency", EXCHANGE_CODE, 3, NULL, false},
	{"qualification", EXCHANGE_TEXT, 0, NULL, false},
	{"created_time", EXCHANGE_TIME, 0, NULL, false},
	{NULL},
};

/* Where a record is of one lot, a notice brings one for each it means; the others name them all. */
#define LOT {"lot_code", EXCHANGE_CODE, 23, NULL, true}
#define LOTS {"lot_codes", EXCHANGE_TEXT, 2000, NULL, true}

#define NOTICE_FIELDS \
	{"title", EXCHANGE_TEXT, 0, NULL, true}, \
	{"content", EXCHANGE_TEXT, 0, NULL, true}, \
	{"nature", EXCHANGE_CHOICE, 0, "1239", true}, /* normal, correction, again, other */ \
	{"type", EXCHANGE_CHOICE, 0, "1239", true},   /* tender, prequalification, result, other */ \
	{"file_start", EXCHANGE_TIME, 0, NULL, false}, \
	{"file_end", EXCHANGE_TIME, 0, NULL, false}, \
	{"how_to_get", EXCHANGE_TEXT, 0, NULL, false}, \
	{"deadline", EXCHANGE_TIME, 0, NULL, false}, \
	{"opening_time", EXCHANGE_TIME, 0, NULL, false}, \
	{"submission", EXCHANGE_TEXT, 0, NULL, false}, \
	{"joint", EXCHANGE_CHOICE, 0, "01", false}, /* whether consortia are taken */ \
	{"contact", EXCHANGE_TEXT, 0, NULL, false}, \
	{"verifier", EXCHANGE_TEXT, 0, NULL, false}, /* who approved it for the centre */ \
	{"media", EXCHANGE_TEXT, 0, NULL, false}, \
	SENT

static const struct exchange_field notice[] = {CODE_FIELDS, LOTS, NOTICE_FIELDS, {NULL}}; /* 503, 551 */
static const struct exchange_field listing[] = {CODE_FIELDS, NOTICE_FIELDS, {NULL}}; /* 600, 650, 700 */

#define CHANGE_FIELDS \
	{"title", EXCHANGE_TEXT, 0, NULL, true}, \
	{"content", EXCHANGE_TEXT, 0, NULL, true}, \
	{"margin", EXCHANGE_AMOUNT, 0, NULL, false}, \
	{"control_price", EXCHANGE_AMOUNT, 0, NULL, false}, \
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false}, \
	{"currency", EXCHANGE_CODE, 3, NULL, false}, \
	{"clarification_time", EXCHANGE_TIME, 0, NULL, false}, \
	{"postponed", EXCHANGE_CHOICE, 0, "01", true}, \
	{"new_deadline", EXCHANGE_TIME, 0, NULL, false}, \
	{"new_opening_time", EXCHANGE_TIME, 0, NULL, false}, \
	SENT

static const struct exchange_field clarification[] = {CODE_FIELDS, LOTS, CHANGE_FIELDS, {NULL}}; /* 504 */
static const struct exchange_field correction[] = {CODE_FIELDS, LOT, CHANGE_FIELDS, {NULL}}; /* 552 */

/* Who is behind a certificate and what is read out beside the price stays empty where nobody said it. */
static const struct exchange_field opened_bid[] = { /* 507 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"bidder", EXCHANGE_TEXT, 0, NULL, true},
	{"bidder_code", EXCHANGE_CODE, 18, NULL, false},
	{"credit_breaker", EXCHANGE_CHOICE, 0, "01", false},
	{"manager", EXCHANGE_TEXT, 0, NULL, false},
	{"manager_certificates", EXCHANGE_TEXT, 0, NULL, false},
	{"bond_paid", EXCHANGE_CHOICE, 0, "01", false},
	{"bond_form", EXCHANGE_TEXT, 0, NULL, false},
	{"bond_time", EXCHANGE_TIME, 0, NULL, false},
	{"price_form", EXCHANGE_CHOICE, 0, "1239", true}, /* amount, rate, unit price, other */
	{"price", EXCHANGE_AMOUNT, 0, NULL, false},
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false},
	{"currency", EXCHANGE_CODE, 3, NULL, false},
	{"rate", EXCHANGE_AMOUNT, 0, NULL, false},
	{"duration", EXCHANGE_TEXT, 0, NULL, false},
	{"delivery_time", EXCHANGE_TIME, 0, NULL, false},
	{NULL},
};

static const struct exchange_field candidate[] = { /* 510 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"candidate", EXCHANGE_TEXT, 0, NULL, true},
	{"rank", EXCHANGE_CHOICE, 0, "123", true}, /* E11 */
	{"float_rate", EXCHANGE_CHOICE, 0, "01", false},
	{"score", EXCHANGE_AMOUNT, 0, NULL, false},
	{"price", EXCHANGE_AMOUNT, 0, NULL, false},
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false},
	{"currency", EXCHANGE_CODE, 3, NULL, false},
	{"quality", EXCHANGE_TEXT, 0, NULL, false},
	{"evaluation", EXCHANGE_TEXT, 0, NULL, false},
	{"qualification", EXCHANGE_TEXT, 0, NULL, false},
	{NULL},
};

static const struct exchange_field publicity[] = { /* 511 */
	CODE_FIELDS,
	LOTS,
	{"title", EXCHANGE_TEXT, 0, NULL, true},
	{"content", EXCHANGE_TEXT, 0, NULL, true},
	{"candidates", EXCHANGE_TEXT, 0, NULL, false},
	{"start", EXCHANGE_TIME, 0, NULL, true},
	{"end", EXCHANGE_TIME, 0, NULL, true},
	{"objection_channel", EXCHANGE_TEXT, 0, NULL, false},
	{"responsible", EXCHANGE_TEXT, 0, NULL, false},
	{"verifier", EXCHANGE_TEXT, 0, NULL, false},
	SENT,
	{NULL},
};

#define RESULT_FIELDS \
	{"title", EXCHANGE_TEXT, 0, NULL, true}, \
	{"content", EXCHANGE_TEXT, 0, NULL, true}, \
	{"winner", EXCHANGE_TEXT, 0, NULL, false}, \
	{"winner_code", EXCHANGE_CODE, 18, NULL, false}, \
	{"price_text", EXCHANGE_TEXT, 0, NULL, false}, \
	{"price", EXCHANGE_AMOUNT, 0, NULL, false}, \
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false}, \
	{"currency", EXCHANGE_CODE, 3, NULL, false}, \
	{"place", EXCHANGE_TEXT, 0, NULL, false}, \
	SENT

static const struct exchange_field result[] = {CODE_FIELDS, LOT, RESULT_FIELDS, {NULL}}; /* 513, 553 */
static const struct exchange_field sale[] = {CODE_FIELDS, RESULT_FIELDS, {NULL}}; /* 601, 660, 701 */

static const struct exchange_field contract[] = { /* 554 */
	CODE_FIELDS,
	LOT,
	{"contract_name", EXCHANGE_TEXT, 600, NULL, true},
	{"purchaser_name", EXCHANGE_TEXT, 2000, NULL, true},
	{"purchaser_code", EXCHANGE_CODE, 18, NULL, false},
	{"supplier_name", EXCHANGE_TEXT, 2000, NULL, true},
	{"supplier_code", EXCHANGE_CODE, 18, NULL, false},
	{"price_form", EXCHANGE_CHOICE, 0, "1239", true},
	{"amount", EXCHANGE_AMOUNT, 0, NULL, false},
	{"amount_unit", EXCHANGE_CHOICE, 0, "01", false},
	{"currency", EXCHANGE_CODE, 3, NULL, false},
	{"rate", EXCHANGE_TEXT, 2000, NULL, false},
	{"signed_time", EXCHANGE_TIME, 0, NULL, false},
	{"source_url", EXCHANGE_TEXT, 500, NULL, false},
	{NULL},
};

static const struct exchange_field abnormal[] = { /* 517 */
	CODE_FIELDS,
	LOT,
	{"title", EXCHANGE_TEXT, 0, NULL, true},
	{"content", EXCHANGE_TEXT, 0, NULL, true},
	{"kind", EXCHANGE_CHOICE, 0, "1239", true}, /* too few bids, ended, withdrawn, other */
	{"reason", EXCHANGE_TEXT, 0, NULL, false},
	SENT,
	{NULL},
};

/* An expert is the number of his seat, never a name. Points the scheme has no kind for stand in other_points. */
static const struct exchange_field expert_points[] = { /* 9015 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"bidder", EXCHANGE_TEXT, 0, NULL, true},
	{"expert", EXCHANGE_TEXT, 0, NULL, true},
	{"price_points", EXCHANGE_POINTS, 0, NULL, false},
	{"commerce_points", EXCHANGE_POINTS, 0, NULL, false},
	{"technical_points", EXCHANGE_POINTS, 0, NULL, false},
	{"other_points", EXCHANGE_POINTS, 0, NULL, false},
	{"total", EXCHANGE_POINTS, 0, NULL, true},
	{"details", EXCHANGE_TEXT, 0, NULL, false},
	{NULL},
};

/* The committee rejects by majority: the record has no single expert. */
static const struct exchange_field rejected_bid[] = { /* 9016 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"bidder", EXCHANGE_TEXT, 0, NULL, true},
	{"reason", EXCHANGE_TEXT, 0, NULL, true},
	{NULL},
};

static const struct exchange_field bid_outcome[] = { /* 9017 */
	CODE_FIELDS,
	{"lot_code", EXCHANGE_CODE, 23, NULL, true},
	{"bidder", EXCHANGE_TEXT, 0, NULL, true},
	{"committee_points", EXCHANGE_POINTS, 0, NULL, false}, /* of the members, as the scheme joins them */
	{"price_points", EXCHANGE_POINTS, 0, NULL, false},
	{"total", EXCHANGE_POINTS, 0, NULL, false},
	{"vetoed", EXCHANGE_CHOICE, 0, "01", true},
	{"reason", EXCHANGE_TEXT, 0, NULL, false},
	{"rank", EXCHANGE_TEXT, 0, NULL, false},
	{NULL},
};

/* By number. */
static const struct exchange_table tables[] = {
	{"501", tender_project}, {"502", lot}, {"503", notice}, {"504", clarification},
	{"507", opened_bid}, {"510", candidate}, {"511", publicity}, {"513", result}, {"517", abnormal},
	{"550", tender_project}, {"551", notice}, {"552", correction}, {"553", result},
	{"554", contract},
	{"600", listing}, {"601", sale}, {"650", listing}, {"660", sale}, {"700", listing},
	{"701", sale}, {"9015", expert_points}, {"9016", rejected_bid}, {"9017", bid_outcome},
};
/* clang-format on */

const struct exchange_table *exchange_table_find(const char *no)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		if (!strcmp(tables[i].no, no))
			return &tables[i];
	return NULL;
}

bool exchange_table_has(const struct exchange_table *table, const char *field)
{
	for (const struct exchange_field *f = table->fields; f->name; f++)
		if (!strcmp(f->name, field))
			return true;
	return false;
}

static bool all_of(const char *text, const char *set)
{
	return text[strspn(text, set)] == '\0';
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_time(const char *text)
{
	int month, day, hour, minute, second;

	return strlen(text) == 14 && all_of(text, DIGITS) &&
	       sscanf(text + 4, "%2d%2d%2d%2d%2d", &month, &day, &hour, &minute, &second) == 5 &&
	       month >= 1 && month <= 12 && day >= 1 &&
	       day <= g_date_get_days_in_month((GDateMonth)month,
			      (GDateYear)((text[0] - '0') * 1000 + (text[1] - '0') * 100 +
					  (text[2] - '0') * 10 + (text[3] - '0'))) &&
	       hour < 24 && minute < 60 && second < 60;
}

static bool is_number(const char *text, size_t digits)
{
	size_t whole = strspn(text, DIGITS);
	const char *rest = text + whole;

	if (whole < 1 || whole > digits)
		return false;
	return !*rest || (*rest == '.' && strlen(rest + 1) >= 1 && strlen(rest + 1) <= 6 &&
				 all_of(rest + 1, DIGITS));
}

/* NULL: allowed. */
static const char *wrong(const struct exchange_field *f, const char *value)
{
	switch (f->form) {
	case EXCHANGE_TEXT:
		return f->len && g_utf8_strlen(value, -1) > (glong)f->len ? "is too long" : NULL;
	case EXCHANGE_CODE:
		return strlen(value) == f->len && all_of(value, DIGITS CAPITALS)
			       ? NULL
			       : "is not a code of the right length";
	case EXCHANGE_DIGITS:
		return strlen(value) == f->len && all_of(value, DIGITS)
			       ? NULL
			       : "has not the right number of digits";
	case EXCHANGE_TIME:
		return is_time(value) ? NULL : "is not yyyyMMddHHmmss";
	case EXCHANGE_AMOUNT:
		return is_number(value, 14) ? NULL : "has more than 14 digits or 6 decimals";
	case EXCHANGE_POINTS:
		return is_number(value, 12) ? NULL : "has more than 12 digits or 6 decimals";
	case EXCHANGE_CHOICE:
		return strlen(value) == 1 && strchr(f->choices, *value) ? NULL
									: "is no known value";
	}
	return "has no form";
}

static void note(GArray *problems, const char *table, const char *field, const char *what)
{
	struct exchange_problem p = {.table = table, .field = field};

	g_snprintf(p.text, sizeof(p.text), "%s of table %s %s", field, table, what);
	g_array_append_val(problems, p);
}

void exchange_table_check(
	const struct exchange_table *table, const json_t *fields, GArray *problems)
{
	size_t known = 0;

	for (const struct exchange_field *f = table->fields; f->name; f++) {
		const char *value = json_string_value(json_object_get(fields, f->name));
		if (value)
			known++;
		if (!value || !*value) {
			if (f->required)
				note(problems, table->no, f->name, "is missing");
			continue;
		}
		const char *what = wrong(f, value);
		if (what)
			note(problems, table->no, f->name, what);
	}
	g_assert(known == json_object_size(fields));
}
