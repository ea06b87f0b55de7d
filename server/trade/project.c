/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/project.h"

#include <string.h>

#include "server/trade/code.h"

/* 87号令 55: price carries at least this share of a comprehensive score (goods, services). */
#define GOODS_PRICE_FLOOR 30
#define SERVICES_PRICE_FLOOR 10
/* Above this many yuan the platforms of the data norm stop a record until somebody looks at it. */
#define AMOUNT_LOOKED_AT INT64_C(3000000000)

static const char *const mode_names[] = {
	[MODE_OPEN] = "open",
	[MODE_INVITED] = "invited",
	[MODE_NEGOTIATION] = "negotiation",
	[MODE_CONSULTATION] = "consultation",
	[MODE_INQUIRY] = "inquiry",
	[MODE_AUCTION] = "auction",
	[MODE_LISTING] = "listing",
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
	return m >= MODE_OPEN && m <= MODE_LISTING ? mode_names[m] : NULL;
}

bool tender_mode_by_talks(enum tender_mode m)
{
	return m == MODE_NEGOTIATION || m == MODE_CONSULTATION || m == MODE_INQUIRY;
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

static void no_by_rule(GArray *list, int refusal, const char *rule, const char *field)
{
	struct rule_verdict v = {
		VERDICT_REFUSE, refusal, project_refusal_code(refusal), rule, field, 0};

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

/* The official check character is not confirmed: another one is accepted with a warning. */
static void check_unified_code(GArray *list, const char *code)
{
	int r = code ? code_check_trade(code) : 0;

	if (r)
		find(list, r == CODE_E_CHECK ? VERDICT_WARN : VERDICT_REFUSE,
			r == CODE_E_CHECK ? PROJECT_E_CODE_FOREIGN : PROJECT_E_CODE,
			"unified_code");
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
	case LOT_LAND:
	case LOT_MINING:
	case LOT_PROPERTY:
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
	else if (project->regime != REGIME_ASSET && decimal_cmp(lot->ceiling, project->budget) > 0)
		find(list, project->regime == REGIME_GP ? VERDICT_REFUSE : VERDICT_WARN,
			PROJECT_E_CEILING, "lots.ceiling");
	if (project->regime == REGIME_ASSET || lot->by_price) /* sold, or without points */
		return;
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

static bool mode_fits(enum tender_mode mode, enum regime regime)
{
	switch (mode) {
	case MODE_OPEN:
		return true;
	case MODE_INVITED:
		return regime != REGIME_ASSET;
	case MODE_NEGOTIATION:
	case MODE_CONSULTATION:
	case MODE_INQUIRY:
		return regime == REGIME_GP;
	case MODE_AUCTION:
	case MODE_LISTING:
		return regime == REGIME_ASSET;
	}
	return false;
}

/* bond <= percent of whole, without rounding either side. */
static bool within_percent(struct decimal bond, struct decimal whole, int percent)
{
	struct decimal left, right;

	return decimal_mul(bond, decimal_from_int(100), 6, &left) == 0 &&
	       decimal_mul(whole, decimal_from_int(percent), 6, &right) == 0 &&
	       decimal_cmp(left, right) <= 0;
}

/* What a bidder for all lots has to put down is held against the whole, too. */
static void check_lot_bonds(const struct project_draft *project, const char *rule, GArray *list)
{
	struct decimal sum = decimal_from_int(0);

	if (project->n_lots > PROJECT_LOTS_MAX) /* refused as such, and not looked into */
		return;
	for (size_t i = 0; i < project->n_lots; i++) {
		if (decimal_sign(project->lots[i].bond) < 0 ||
			!decimal_in_range(project->lots[i].bond)) {
			no(list, PROJECT_E_AMOUNT, "lots.bond");
			return;
		}
		sum = decimal_add(sum, project->lots[i].bond);
	}
	if (project->regime != REGIME_ASSET && decimal_sign(sum) > 0 &&
		!within_percent(sum, project->budget, rulebook_value(project->book, rule)))
		no_by_rule(list, PROJECT_E_BOND, rule, "lots.bond");
}

/* T16, G03: the bid bond against the estimate or budget; T17: the performance bond. */
static void check_bonds(const struct project_draft *project, GArray *list)
{
	const char *rule = project->regime == REGIME_GP ? "G03" : "T16";
	const struct rulebook *book = project->book;

	if (decimal_sign(project->bond) < 0 || !decimal_in_range(project->bond))
		no(list, PROJECT_E_AMOUNT, "bond");
	else if (project->regime != REGIME_ASSET &&
		 !within_percent(project->bond, project->budget, rulebook_value(book, rule)))
		no_by_rule(list, PROJECT_E_BOND, rule, "bond");
	check_lot_bonds(project, rule, list);
	if (decimal_sign(project->performance_percent) < 0)
		no(list, PROJECT_E_AMOUNT, "performance_percent");
	else if (project->regime == REGIME_ZTB &&
		 decimal_cmp(project->performance_percent,
			 decimal_from_int(rulebook_value(book, "T17"))) > 0)
		no_by_rule(list, PROJECT_E_PERFORMANCE_BOND, "T17", "performance_percent");
}

static void check_kind(const struct project_draft *project, GArray *list)
{
	if (!regime_name(project->regime))
		no(list, PROJECT_E_REGIME, "regime");
	if (!lot_category_name(project->category) ||
		(regime_name(project->regime) &&
			!regime_has_category(project->regime, project->category)))
		no(list, PROJECT_E_CATEGORY, "category");
	if (!mode_fits(project->mode, project->regime))
		no(list, PROJECT_E_METHOD, "method");
}

void project_check(const struct project_draft *project, GArray *verdicts)
{
	check_kind(project, verdicts);
	check_name(verdicts, project->name, "name");
	if (!project->region || code_check_region(project->region))
		no(verdicts, PROJECT_E_REGION, "region");
	check_code(verdicts, project->code, CODE_TENDER_LEN, "code");
	check_unified_code(verdicts, project->unified_code);
	check_name(verdicts, project->buyer, "buyer_name");
	check_credit_code(verdicts, project->buyer_code, "buyer_code");
	if (project->agency)
		check_name(verdicts, project->agency, "agency_name");
	else if (project->by_agency)
		no(verdicts, PROJECT_E_AGENCY, "agency_name");
	check_credit_code(verdicts, project->agency_code, "agency_code");
	if (!decimal_in_range(project->budget) || decimal_sign(project->budget) < 0 ||
		(project->regime != REGIME_ASSET && decimal_sign(project->budget) == 0))
		no(verdicts, PROJECT_E_AMOUNT, "budget");
	else
		check_bonds(project, verdicts);
	if (decimal_cmp(project->budget, decimal_from_int(AMOUNT_LOOKED_AT)) > 0)
		find(verdicts, VERDICT_WARN, PROJECT_E_AMOUNT_LARGE, "budget");
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
