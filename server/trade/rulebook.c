/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/rulebook.h"

#include <string.h>

#include <glib.h>

#define REGIMES_ZTB REGIME_BIT(REGIME_ZTB)
#define REGIMES_GP REGIME_BIT(REGIME_GP)
#define REGIMES_BOTH REGIME_BOTH

#define MARK_L true
#define MARK_C true
#define MARK_P false
#define MARK_R false
#define MARK_M false
#define MARK_N false

/* IN_since_book(): the row, where the rule is in that book. */
#define IN_1_1(...) __VA_ARGS__,
#define IN_2_1(...)
#define IN_3_1(...)
#define IN_4_1(...)
#define IN_1_2(...) __VA_ARGS__,
#define IN_2_2(...) __VA_ARGS__,
#define IN_3_2(...)
#define IN_4_2(...)
#define IN_1_3(...) __VA_ARGS__,
#define IN_2_3(...) __VA_ARGS__,
#define IN_3_3(...) __VA_ARGS__,
#define IN_4_3(...)
#define IN_1_4(...) __VA_ARGS__,
#define IN_2_4(...) __VA_ARGS__,
#define IN_3_4(...) __VA_ARGS__,
#define IN_4_4(...) __VA_ARGS__,

#define ROW(id, kind, regimes, value, unit, mark, source, text)                                    \
	{                                                                                          \
#id, RULE_##kind, REGIMES_##regimes, value, UNIT_##unit, MARK_##mark, source, text \
	}

static const struct rule rules_1[] = {
#define RULE(id, kind, regimes, value, unit, mark, since, source, text) \
	IN_##since##_1(ROW(id, kind, regimes, value, unit, mark, source, text))
#include "server/trade/rulebook.def"
#undef RULE
};

static const struct rule rules_2[] = {
#define RULE(id, kind, regimes, value, unit, mark, since, source, text) \
	IN_##since##_2(ROW(id, kind, regimes, value, unit, mark, source, text))
#include "server/trade/rulebook.def"
#undef RULE
};

static const struct rule rules_3[] = {
#define RULE(id, kind, regimes, value, unit, mark, since, source, text) \
	IN_##since##_3(ROW(id, kind, regimes, value, unit, mark, source, text))
#include "server/trade/rulebook.def"
#undef RULE
};

static const struct rule rules_4[] = {
#define RULE(id, kind, regimes, value, unit, mark, since, source, text) \
	IN_##since##_4(ROW(id, kind, regimes, value, unit, mark, source, text))
#include "server/trade/rulebook.def"
#undef RULE
};

/* The newest book stands first. A book that a project may be bound to is never edited. */
static const struct rulebook books[] = {
	{"cn-2026.4", DAY_COUNT_ELAPSED, rules_4, G_N_ELEMENTS(rules_4)},
	{"cn-2026.3", DAY_COUNT_ELAPSED, rules_3, G_N_ELEMENTS(rules_3)},
	{"cn-2026.2", DAY_COUNT_ELAPSED, rules_2, G_N_ELEMENTS(rules_2)},
	{"cn-2026.1", DAY_COUNT_ELAPSED, rules_1, G_N_ELEMENTS(rules_1)},
};

/* C17: 26号令 is in force since then. Of the others no text that was read gives a day. */
static const struct rule_validity validities[] = {
	{"C17", "2025-01-01", NULL},
};

static const char *const kinds[] = {
	[RULE_REFUSE] = "refuse",
	[RULE_CLOCK] = "clock",
	[RULE_WARN] = "warn",
	[RULE_NOTE] = "note",
};

static const char *const units[] = {
	[UNIT_NONE] = "",
	[UNIT_DAY] = "day",
	[UNIT_WORKING_DAY] = "working_day",
	[UNIT_HOUR] = "hour",
	[UNIT_MINUTE] = "minute",
	[UNIT_YEAR] = "year",
	[UNIT_PERCENT] = "percent",
	[UNIT_COUNT] = "count",
};

const struct rulebook *rulebook_current(void)
{
	return &books[0];
}

const struct rulebook *rulebook_by_version(const char *version)
{
	for (size_t i = 0; version && i < G_N_ELEMENTS(books); i++)
		if (strcmp(books[i].version, version) == 0)
			return &books[i];
	return NULL;
}

const struct rulebook *rulebook_all(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(books);
	return books;
}

const struct rule_validity *rule_validity(const struct rule *rule)
{
	for (size_t i = 0; i < G_N_ELEMENTS(validities); i++)
		if (strcmp(validities[i].id, rule->id) == 0)
			return &validities[i];
	return NULL;
}

const struct rule *rulebook_find(const struct rulebook *book, const char *id)
{
	for (size_t i = 0; id && i < book->n_rules; i++)
		if (strcmp(book->rules[i].id, id) == 0)
			return &book->rules[i];
	return NULL;
}

int rulebook_value(const struct rulebook *book, const char *id)
{
	const struct rule *rule = rulebook_find(book, id);

	g_assert(rule);
	return rule->value;
}

const char *rulebook_quote(const struct rulebook *book, const char *id, enum regime regime)
{
	const struct rule *rule = rulebook_find(book, id);

	return rule && rule->regimes & REGIME_BIT(regime) ? rule->id : NULL;
}

static json_t *rule_to_json(const struct rule *rule)
{
	const struct rule_validity *valid = rule_validity(rule);
	json_t *regimes = json_array();

	for (int r = REGIME_ZTB; r <= REGIME_GP; r++)
		if (rule->regimes & REGIME_BIT(r))
			json_array_append_new(regimes, json_string(regime_name((enum regime)r)));
	return json_pack("{s:s, s:s, s:o, s:i, s:s, s:b, s:s, s:s, s:s*, s:s*}", "id", rule->id,
		"kind", kinds[rule->kind], "regimes", regimes, "value", rule->value, "unit",
		units[rule->unit], "verified", (int)rule->verified, "source", rule->source, "text",
		rule->text, "valid_from", valid ? valid->from : NULL, "valid_until",
		valid ? valid->until : NULL);
}

json_t *rulebook_to_json(const struct rulebook *book)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < book->n_rules; i++)
		json_array_append_new(rules, rule_to_json(&book->rules[i]));
	return json_pack("{s:s, s:s, s:o}", "version", book->version, "day_count",
		book->day_count == DAY_COUNT_WHOLE ? "whole" : "elapsed", "rules", rules);
}
