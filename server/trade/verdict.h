/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a rule says about a draft or an act: which of the module's refusals, by which rule of the
 * rulebook, about which field, and from when on it would be allowed. A check of a whole draft
 * collects every finding, so that the writer sees the list at once instead of one a try.
 *
 * Each module lists its refusals once, as X(NAME, "area.code"); the enum and the stable codes of
 * server/core/refusals.def come from that list.
 */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

struct refusal;

#define VERDICT_DETAIL_SIZE 128

enum verdict_kind {
	VERDICT_REFUSE = 1,
	VERDICT_WARN,
};

struct rule_verdict {
	enum verdict_kind kind;
	int refusal;         /* the module's own enum, never 0 in a list */
	const char *code;    /* its stable code */
	const char *rule;    /* rule id such as "T02"; NULL where only our own house refuses */
	const char *field;   /* the field it is about, static string; NULL: the whole */
	int64_t earliest_us; /* the earliest time that would pass; 0: not about time */
	char detail[VERDICT_DETAIL_SIZE]; /* what was compared, UTF-8; "": nothing to add */
};

/* For a module's list of refusals: an enum from 1 on, and its code by value. */
#define REFUSAL_ENUM(name, code) name,
#define REFUSAL_CASE(name, code) \
	case name:               \
		return code;

/* A list of struct rule_verdict; free with g_array_unref() (or g_autoptr(GArray)). */
GArray *verdicts_new(void);
void verdicts_add(GArray *list, const struct rule_verdict *v);

/* The first refusing one, or NULL when nothing refuses (there may be warnings). */
const struct rule_verdict *verdicts_first_refusal(const GArray *list);
bool verdicts_has(const GArray *list, enum verdict_kind kind, int refusal);

/* Fills r with code, rule, field and, where known, the earliest time; returns REFUSED. */
int verdict_refuse(const struct rule_verdict *v, struct refusal *r);

/*
 * [{"kind": "refuse"|"warn", "code", "rule"?, "field"?, "earliest"?, "detail"?}] for the page that
 * shows all.
 */
json_t *verdicts_to_json(const GArray *list);
