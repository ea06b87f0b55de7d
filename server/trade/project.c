/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/project.h"

#include <string.h>

#include "server/trade/code.h"

/* 87号令 55: price carries at least this share of a comprehensive score (goods, services). */
#define GOODS_PRICE_FLOOR 30
#define SERVICES_PRICE_FLOOR 10

static const char *const mode_names[] = {
	[MODE_OPEN] = "open",
	[MODE_INVITED] = "invited",
	[MODE_NEGOTIATION] = "negotiation",
	[MODE_CONSULTATION] = "consultation",
	[MODE_INQUIRY] = "inquiry",
};

static const char *const method_names[] = {
	[EVAL_COMPREHENSIVE] = "comprehensive",
	[EVAL_LOWEST_PRICE] = "lowest_price",
};

const char *project_refusal_code(int refusal)
{
	switch (refusal) {
		PROJECT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int index_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 1; name && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return 0;
}

const char *tender_mode_name(enum tender_mode m)
{
	return m >= MODE_OPEN && m <= MODE_INQUIRY ? mode_names[m] : NULL;
}

enum tender_mode tender_mode_from_name(const char *name)
{
	return (enum tender_mode)index_of(mode_names, G_N_ELEMENTS(mode_names), name);
}

const char *eval_method_name(enum eval_method m)
{
	return m >= EVAL_COMPREHENSIVE && m <= EVAL_LOWEST_PRICE ? method_names[m] : NULL;
}

enum eval_method eval_method_from_name(const char *name)
{
	return (enum eval_method)index_of(method_names, G_N_ELEMENTS(method_names), name);
}

static void find(
	GArray *list, enum verdict_kind kind, int refusal, const char *rule, const char *field)
{
	struct rule_verdict v = {kind, refusal, project_refusal_code(refusal), rule, field, 0};

	verdicts_add(list, &v);
}

static void no(GArray *list, int refusal, const char *field)
{
	find(list, VERDICT_REFUSE, refusal, NULL, field);
}

static void check_name(GArray *list, const char *text, const char *field)
{
	g_autofree char *stripped = text ? g_strstrip(g_strdup(text)) : NULL;

	if (!stripped || !*stripped)
		no(list, PROJECT_E_MISSING, field);
	else if (g_utf8_strlen(text, -1) > PROJECT_NAME_MAX)
		no(list, PROJECT_E_TOO_LONG, field);
}

static bool amount_is_good(struct decimal d)
{
	return decimal_sign(d) > 0 && decimal_in_range(d);
}

static void check_code(GArray *list, const char *code, unsigned len, const char *field)
{
	if (!code)
		return;
	switch (code_check_lot_family(code, len)) {
	case 0:
		break;
	case CODE_E_DATE:
		find(list, VERDICT_WARN, PROJECT_E_CODE_FOREIGN, NULL, field);
		break;
	default:
		no(list, PROJECT_E_CODE, field);
	}
}

/* A credit code that does not check out is often a typing error, but old codes are about. */
static void check_party(GArray *list, const char *name, const char *name_field, const char *code,
	const char *code_field)
{
	check_name(list, name, name_field);
	if (!code || code_check_credit(code) == CODE_E_SHAPE)
		no(list, PROJECT_E_CREDIT_CODE, code_field);
	else if (code_check_credit(code))
		find(list, VERDICT_WARN, PROJECT_E_CREDIT_CODE, NULL, code_field);
}

unsigned project_price_weight_floor(enum regime regime, enum lot_category category)
{
	if (regime != REGIME_GP)
		return 0;
	switch (category) {
	case LOT_GOODS:
		return GOODS_PRICE_FLOOR;
	case LOT_SERVICES:
		return SERVICES_PRICE_FLOOR;
	case LOT_WORKS:
		return 0;
	}
	return 0;
}

static void check_weights(
	const struct project_draft *project, const struct lot_draft *lot, GArray *list)
{
	struct decimal sum = lot->price_weight;
	struct decimal floor =
		decimal_from_int(project_price_weight_floor(project->regime, lot->category));
	bool good = decimal_sign(lot->price_weight) >= 0 && decimal_in_range(lot->price_weight) &&
		    lot->n_criteria <= LOT_CRITERIA_MAX;

	for (size_t i = 0; good && i < lot->n_criteria; i++) {
		good = amount_is_good(lot->criteria_weights[i]);
		sum = decimal_add(sum, lot->criteria_weights[i]);
	}
	if (!good || decimal_cmp(sum, decimal_from_int(100)) != 0)
		no(list, PROJECT_E_WEIGHTS, "lots.weights");
	if (decimal_cmp(lot->price_weight, floor) < 0)
		no(list, PROJECT_E_PRICE_WEIGHT, "lots.price_weight");
}

static void check_lot(
	const struct project_draft *project, const struct lot_draft *lot, GArray *list)
{
	check_name(list, lot->name, "lots.name");
	check_code(list, lot->code, CODE_LOT_LEN, "lots.code");
	if (!lot_category_name(lot->category))
		no(list, PROJECT_E_CATEGORY, "lots.category");
	if (!amount_is_good(lot->budget))
		no(list, PROJECT_E_AMOUNT, "lots.budget");
	if (decimal_sign(lot->ceiling) < 0 || !decimal_in_range(lot->ceiling))
		no(list, PROJECT_E_AMOUNT, "lots.ceiling");
	else if (decimal_cmp(lot->ceiling, lot->budget) > 0)
		find(list, project->regime == REGIME_GP ? VERDICT_REFUSE : VERDICT_WARN,
			PROJECT_E_CEILING, NULL, "lots.ceiling");
	if (project->method == EVAL_COMPREHENSIVE)
		check_weights(project, lot, list);
}

static void check_lots(const struct project_draft *project, GArray *list)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	struct decimal sum = decimal_from_int(0);

	if (!project->n_lots)
		no(list, PROJECT_E_NO_LOTS, "lots");
	if (project->n_lots > PROJECT_LOTS_MAX) {
		no(list, PROJECT_E_TOO_MANY_LOTS, "lots");
		return;
	}
	for (size_t i = 0; i < project->n_lots; i++) {
		const struct lot_draft *lot = &project->lots[i];

		check_lot(project, lot, list);
		if (lot->name && !g_hash_table_add(names, (gpointer)lot->name))
			no(list, PROJECT_E_LOT_NAME_TWICE, "lots.name");
		if (decimal_in_range(lot->budget))
			sum = decimal_add(sum, lot->budget);
	}
	if (project->n_lots && decimal_cmp(sum, project->budget) != 0)
		find(list, VERDICT_WARN, PROJECT_E_LOTS_SUM, NULL, "budget");
}

static void check_method(const struct project_draft *project, GArray *list)
{
	bool purchase_only = project->mode >= MODE_NEGOTIATION;

	if (!regime_name(project->regime))
		no(list, PROJECT_E_REGIME, "regime");
	if (!tender_mode_name(project->mode) || (purchase_only && project->regime != REGIME_GP))
		no(list, PROJECT_E_METHOD, "mode");
	if (!eval_method_name(project->method))
		no(list, PROJECT_E_METHOD, "method");
}

void project_check(const struct project_draft *project, GArray *verdicts)
{
	check_method(project, verdicts);
	check_name(verdicts, project->name, "name");
	if (!project->region || code_check_region(project->region))
		no(verdicts, PROJECT_E_REGION, "region");
	check_code(verdicts, project->code, CODE_TENDER_LEN, "code");
	check_party(verdicts, project->buyer, "buyer", project->buyer_code, "buyer_code");
	if (project->agency)
		check_party(
			verdicts, project->agency, "agency", project->agency_code, "agency_code");
	if (!amount_is_good(project->budget))
		no(verdicts, PROJECT_E_AMOUNT, "budget");
	check_lots(project, verdicts);
}

struct committee_facts project_committee_facts(const struct project_draft *project)
{
	return (struct committee_facts){
		.regime = project->regime,
		.is_group = project->regime == REGIME_GP &&
			    (project->mode == MODE_NEGOTIATION || project->mode == MODE_INQUIRY ||
				    project->mode == MODE_CONSULTATION),
		.budget = project->budget,
		.complex = project->complex,
		.high_impact = project->high_impact,
	};
}
