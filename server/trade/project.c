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

const char *project_refusal_code(int refusal)
{
	switch (refusal) {
		PROJECT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *tender_mode_name(enum tender_mode m)
{
	return m >= MODE_OPEN && m <= MODE_INQUIRY ? mode_names[m] : NULL;
}

enum tender_mode tender_mode_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(mode_names); i++)
		if (strcmp(mode_names[i], name) == 0)
			return (enum tender_mode)i;
	return 0;
}

static void find(GArray *list, enum verdict_kind kind, int refusal, const char *field)
{
	struct rule_verdict v = {kind, refusal, project_refusal_code(refusal), NULL, field, 0};

	verdicts_add(list, &v);
}

static void no(GArray *list, int refusal, const char *field)
{
	find(list, VERDICT_REFUSE, refusal, field);
}

static void check_name(GArray *list, const char *text, const char *field)
{
	g_autofree char *stripped = text ? g_strstrip(g_strdup(text)) : NULL;

	if (!stripped || !*stripped)
		no(list, PROJECT_E_MISSING, field);
	else if (g_utf8_strlen(text, -1) > PROJECT_NAME_MAX)
		no(list, PROJECT_E_TOO_LONG, field);
}

static void check_code(GArray *list, const char *code, unsigned len, const char *field)
{
	if (!code)
		return;
	switch (code_check_lot_family(code, len)) {
	case 0:
		break;
	case CODE_E_DATE:
		find(list, VERDICT_WARN, PROJECT_E_CODE_FOREIGN, field);
		break;
	default:
		no(list, PROJECT_E_CODE, field);
	}
}

/* A credit code that does not check out is mostly a typing error, but old codes are about. */
static void check_credit_code(GArray *list, const char *code, const char *field)
{
	int r = code ? code_check_credit(code) : 0;

	if (r)
		find(list, r == CODE_E_SHAPE ? VERDICT_REFUSE : VERDICT_WARN, PROJECT_E_CREDIT_CODE,
			field);
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

static void check_lot(
	const struct project_draft *project, const struct lot_draft *lot, GArray *list)
{
	unsigned floor = project_price_weight_floor(project->regime, project->category);

	check_name(list, lot->name, "lots.name");
	check_code(list, lot->code, CODE_LOT_LEN, "lots.code");
	if (decimal_sign(lot->ceiling) < 0 || !decimal_in_range(lot->ceiling))
		no(list, PROJECT_E_AMOUNT, "lots.ceiling");
	else if (decimal_cmp(lot->ceiling, project->budget) > 0)
		find(list, project->regime == REGIME_GP ? VERDICT_REFUSE : VERDICT_WARN,
			PROJECT_E_CEILING, "lots.ceiling");
	if (decimal_cmp(lot->weights_sum, decimal_from_int(100)) != 0)
		no(list, PROJECT_E_WEIGHTS, "lots.scheme");
	if (decimal_cmp(lot->price_weight, decimal_from_int(floor)) < 0 ||
		decimal_cmp(lot->price_weight, decimal_from_int(100)) > 0)
		no(list, PROJECT_E_PRICE_WEIGHT, "lots.scheme.price.weight");
}

static void check_lots(const struct project_draft *project, GArray *list)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

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
	}
}

static void check_kind(const struct project_draft *project, GArray *list)
{
	bool purchase_only = project->mode >= MODE_NEGOTIATION;

	if (!regime_name(project->regime))
		no(list, PROJECT_E_REGIME, "regime");
	if (!lot_category_name(project->category))
		no(list, PROJECT_E_CATEGORY, "category");
	if (!tender_mode_name(project->mode) || (purchase_only && project->regime != REGIME_GP))
		no(list, PROJECT_E_METHOD, "method");
}

void project_check(const struct project_draft *project, GArray *verdicts)
{
	check_kind(project, verdicts);
	check_name(verdicts, project->name, "name");
	if (!project->region || code_check_region(project->region))
		no(verdicts, PROJECT_E_REGION, "region");
	check_code(verdicts, project->code, CODE_TENDER_LEN, "code");
	check_name(verdicts, project->buyer, "buyer_name");
	check_credit_code(verdicts, project->buyer_code, "buyer_code");
	if (project->agency)
		check_name(verdicts, project->agency, "agency_name");
	check_credit_code(verdicts, project->agency_code, "agency_code");
	if (decimal_sign(project->budget) <= 0 || !decimal_in_range(project->budget))
		no(verdicts, PROJECT_E_AMOUNT, "budget");
	check_lots(project, verdicts);
}

struct committee_facts project_committee_facts(const struct project_draft *project)
{
	return (struct committee_facts){
		.regime = project->regime,
		.is_group = project->regime == REGIME_GP && project->mode >= MODE_NEGOTIATION,
		.budget = project->budget,
		.complex = project->complex,
		.high_impact = project->high_impact,
	};
}
