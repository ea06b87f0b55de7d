/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/low_price.h"

#include <string.h>

#include <glib.h>

/* 财库〔2026〕2号; the works example of a tender file of 2024 (DOMAIN 4.4). In percent. */
static const struct {
	const char *name;
	int of_mean, of_second_lowest, of_ceiling;
	bool all; /* every condition must hold */
} kinds[] = {
	[LOW_PRICE_E19] = {"E19", 50, 50, 45, false},
	[LOW_PRICE_E20] = {"E20", 90, 0, 85, true},
};

static const char *const triggers[] = {"mean", "second_lowest", "ceiling"};

const char *low_price_kind_name(enum low_price_kind kind)
{
	return kind == LOW_PRICE_E19 || kind == LOW_PRICE_E20 ? kinds[kind].name : NULL;
}

const char *low_price_trigger_name(enum low_price_trigger t)
{
	for (size_t i = 0; i < G_N_ELEMENTS(triggers); i++)
		if (t == 1u << i)
			return triggers[i];
	return NULL;
}

static struct low_price_rule default_of(enum low_price_kind kind)
{
	struct low_price_rule rule = {.kind = kind, .minutes = LOW_PRICE_MINUTES};

	if (kind) {
		rule.of_mean = decimal_from_int(kinds[kind].of_mean);
		rule.of_second_lowest = decimal_from_int(kinds[kind].of_second_lowest);
		rule.of_ceiling = decimal_from_int(kinds[kind].of_ceiling);
	}
	return rule;
}

static bool read_percent(const json_t *object, const char *name, struct decimal *ret, size_t *n)
{
	const json_t *value = json_object_get(object, name);
	struct decimal d;

	if (!value)
		return true;
	if (!json_is_string(value) ||
		decimal_parse(json_string_value(value), json_string_length(value), &d) ||
		decimal_sign(d) <= 0 || decimal_cmp(d, decimal_from_int(100)) > 0 ||
		decimal_cmp(decimal_round(d, 4), d) != 0)
		return false;
	*ret = d;
	(*n)++;
	return true;
}

static bool read_minutes(const json_t *object, unsigned *ret, size_t *n)
{
	const json_t *value = json_object_get(object, "minutes");
	json_int_t minutes = json_integer_value(value);

	if (!value)
		return true;
	if (!json_is_integer(value) || minutes < 1 || minutes > LOW_PRICE_MINUTES_MAX)
		return false;
	*ret = (unsigned)minutes;
	(*n)++;
	return true;
}

/* The members that only one of the two has. */
static bool read_own(
	const json_t *object, struct low_price_rule *rule, size_t *n, const char **ret_field)
{
	const json_t *without = json_object_get(object, "without_suspect");

	if (rule->kind == LOW_PRICE_E19) {
		*ret_field = "low_price.without_suspect";
		rule->without_suspect = json_is_true(without);
		*n += without != NULL;
		return !without || json_is_boolean(without);
	}
	*ret_field = "low_price.of_ceiling";
	if (!read_percent(object, "of_ceiling", &rule->of_ceiling, n))
		return false;
	*ret_field = "low_price.of_mean";
	return read_percent(object, "of_mean", &rule->of_mean, n);
}

bool low_price_rule_read(
	const json_t *low_price, struct low_price_rule *ret, const char **ret_field)
{
	const char *name = json_string_value(json_object_get(low_price, "rule"));
	struct low_price_rule rule = default_of(LOW_PRICE_OFF);
	size_t n = 1;

	if (!low_price) {
		*ret = rule;
		return true;
	}
	for (int kind = LOW_PRICE_E19; name && kind <= LOW_PRICE_E20; kind++)
		if (strcmp(kinds[kind].name, name) == 0)
			rule = default_of((enum low_price_kind)kind);
	*ret_field = "low_price.rule";
	if (!rule.kind)
		return false;
	if (!read_own(low_price, &rule, &n, ret_field))
		return false;
	*ret_field = "low_price.minutes";
	if (!read_minutes(low_price, &rule.minutes, &n))
		return false;
	*ret_field = "low_price";
	if (json_object_size(low_price) != n)
		return false;
	*ret = rule;
	return true;
}

static void put_percent(json_t *out, const char *name, struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	json_object_set_new(out, name, json_string(decimal_format_exact(d, text)));
}

json_t *low_price_rule_to_json(const struct low_price_rule *rule)
{
	json_t *out;

	if (!rule->kind)
		return NULL;
	out = json_pack(
		"{s:s, s:i}", "rule", kinds[rule->kind].name, "minutes", (int)rule->minutes);
	if (rule->kind == LOW_PRICE_E20) {
		put_percent(out, "of_ceiling", rule->of_ceiling);
		put_percent(out, "of_mean", rule->of_mean);
	} else if (rule->without_suspect) {
		json_object_set_new(out, "without_suspect", json_true());
	}
	return out;
}

/* percent × num ÷ den; what lies beyond any price there is stands as no limit. */
static struct decimal limit_of(struct decimal percent, __int128 num, __int128 den)
{
	struct decimal limit = {0};

	if (den && decimal_ratio(percent.micro * num, den * 100000000, DECIMAL_PLACES, &limit))
		limit.micro = 0;
	return limit;
}

/* Whether price < percent × num ÷ den, exactly. */
static bool is_under(struct decimal price, struct decimal percent, __int128 num, __int128 den)
{
	return den && price.micro * den * 1000000 < percent.micro / 100 * num;
}

/* The second lowest price of those that passed, the same price counting as often as it was bid. */
static const struct low_price_bid *second_lowest(const struct low_price_bid *bids, size_t n)
{
	const struct low_price_bid *first = NULL, *second = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!bids[i].passed)
			continue;
		if (!first || decimal_cmp(bids[i].price, first->price) < 0) {
			second = first;
			first = &bids[i];
		} else if (!second || decimal_cmp(bids[i].price, second->price) < 0) {
			second = &bids[i];
		}
	}
	return second;
}

static struct low_price_finding check_one(const struct low_price_rule *rule,
	const struct decimal *ceiling, const struct low_price_bid *second, struct decimal price,
	__int128 sum, __int128 n)
{
	struct low_price_finding f = {0};

	if (rule->without_suspect) {
		sum -= price.micro;
		n--;
	}
	f.mean_limit = limit_of(rule->of_mean, sum, n);
	if (is_under(price, rule->of_mean, sum, n))
		f.triggers |= LOW_PRICE_OF_MEAN;
	if (second && decimal_sign(rule->of_second_lowest)) {
		f.second_limit = limit_of(rule->of_second_lowest, second->price.micro, 1);
		if (is_under(price, rule->of_second_lowest, second->price.micro, 1))
			f.triggers |= LOW_PRICE_OF_SECOND_LOWEST;
	}
	if (ceiling) {
		f.ceiling_limit = limit_of(rule->of_ceiling, ceiling->micro, 1);
		if (is_under(price, rule->of_ceiling, ceiling->micro, 1))
			f.triggers |= LOW_PRICE_OF_CEILING;
	}
	f.must_explain = kinds[rule->kind].all
				 ? f.triggers == (LOW_PRICE_OF_MEAN | LOW_PRICE_OF_CEILING)
				 : f.triggers != 0;
	return f;
}

void low_price_check(const struct low_price_rule *rule, const struct decimal *ceiling,
	const struct low_price_bid *bids, size_t n, struct low_price_finding *ret)
{
	const struct low_price_bid *second = second_lowest(bids, n);
	__int128 sum = 0, passed = 0;

	for (size_t i = 0; i < n; i++) {
		sum += bids[i].passed ? bids[i].price.micro : 0;
		passed += bids[i].passed;
	}
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct low_price_finding){0};
		if (rule->kind && bids[i].passed)
			ret[i] = check_one(rule, ceiling, second, bids[i].price, sum, passed);
	}
}

enum low_price_outcome low_price_settle(
	bool must_explain, enum low_price_answer answer, const struct low_price_votes *votes)
{
	if (!must_explain)
		return LOW_PRICE_KEPT;
	if (answer == LOW_PRICE_SILENT)
		return LOW_PRICE_REJECTED;
	if (answer == LOW_PRICE_PENDING)
		return LOW_PRICE_WAITS;
	if (2 * (int64_t)votes->convinced > votes->panel)
		return LOW_PRICE_KEPT;
	return 2 * (int64_t)votes->against > votes->panel ? LOW_PRICE_REJECTED : LOW_PRICE_WAITS;
}

const char *low_price_outcome_name(enum low_price_outcome outcome)
{
	static const char *const names[] = {[LOW_PRICE_KEPT] = "kept",
		[LOW_PRICE_WAITS] = "waits",
		[LOW_PRICE_REJECTED] = "rejected"};

	return names[outcome];
}

static void put_limit(json_t *out, const char *name, struct decimal limit)
{
	if (decimal_sign(limit))
		put_percent(out, name, limit);
}

json_t *low_price_finding_to_json(const struct low_price_finding *finding)
{
	json_t *names = json_array(), *out = json_pack("{s:o}", "triggers", names);

	for (size_t i = 0; i < G_N_ELEMENTS(triggers); i++)
		if (finding->triggers & 1u << i)
			json_array_append_new(names, json_string(triggers[i]));
	put_limit(out, "mean_limit", finding->mean_limit);
	put_limit(out, "second_limit", finding->second_limit);
	put_limit(out, "ceiling_limit", finding->ceiling_limit);
	return out;
}

json_t *low_price_result(const char *by, const json_t *finding, bool rejected)
{
	json_t *out = finding ? json_deep_copy(finding) : json_object();

	json_object_set_new(out, "by", json_string(by));
	json_object_set_new(out, "outcome",
		json_string(low_price_outcome_name(
			rejected ? LOW_PRICE_REJECTED : LOW_PRICE_KEPT)));
	return out;
}

#define CLAUSE "异常低价（"

bool low_price_is_clause(const char *clause)
{
	return g_str_has_prefix(clause, CLAUSE);
}

char *low_price_clause(const char *by)
{
	return g_strdup_printf(CLAUSE "%s）",
		strcmp(by, LOW_PRICE_BY_JUDGEMENT) == 0 ? "专业判断" : by);
}

char *low_price_silence(const char *by)
{
	g_autofree char *clause = low_price_clause(by);

	return g_strdup_printf("%s：未在规定时间内提交书面说明", clause);
}
