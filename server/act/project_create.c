/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/lot_scheme.h"
#include "server/act/project_holder.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/project_store.h"
#include "server/trade/calendar.h"
#include "server/trade/code.h"
#include "server/trade/project.h"
#include "server/trade/rulebook.h"

#define HOLDERS_MAX 16

static const struct field fields[] = {
	{"regime", FIELD_NAME, true, 1, 8},
	{"category", FIELD_NAME, true, 1, 16},
	{"name", FIELD_TEXT, true, 1, 200},
	{"region", FIELD_NAME, true, 6, 6},
	{"method", FIELD_NAME, true, 1, 16},
	{"budget", FIELD_DECIMAL, false}, /* of assets there is none */
	{"buyer_name", FIELD_TEXT, true, 1, 200},
	{"agency_name", FIELD_TEXT, false, 1, 200},
	{"contact", FIELD_TEXT, true, 1, 200},
	/* Where sealed bids are taken: not for assets. */
	{"holder_threshold", FIELD_INT, false, 1, HOLDERS_MAX},
	{"holders", FIELD_LIST, false, 1, HOLDERS_MAX},
	{"window_minutes", FIELD_INT, false, 1, 1440},
	{"rescue", FIELD_NAME, false, 1, 8}, /* when holders may open; "any" unless said */
	/* Tables 501 and 550 of the data norm. */
	{"unified_code", FIELD_TEXT, false, 1, CODE_TRADE_PRINTED_LEN},
	{"mandatory", FIELD_BOOL, false},
	{"joint", FIELD_BOOL, false},
	{"buyer_code", FIELD_TEXT, false, 1, CODE_CREDIT_LEN},
	{"agency_code", FIELD_TEXT, false, 1, CODE_CREDIT_LEN},
	{"content", FIELD_TEXT, false, 1, 2000},
	{"place", FIELD_TEXT, false, 1, 200},
	{"qualification", FIELD_TEXT, false, 1, 2000},
	{"supervising_department", FIELD_TEXT, false, 1, 200},
	{"approving_department", FIELD_TEXT, false, 1, 200},
	{"bond", FIELD_DECIMAL, false},
	{"performance_percent", FIELD_DECIMAL, false},
	{"lots", FIELD_LIST, true, 1, PROJECT_LOTS_MAX},
	{NULL},
};

static const struct field lot_fields[] = {
	{"name", FIELD_TEXT, true, 1, 200},
	{"ceiling", FIELD_DECIMAL, false},
	{"price_form", FIELD_NAME, true, 1, 16},
	{"scheme", FIELD_OBJECT, false}, /* how its bids are scored; assets have none */
	{NULL},
};

static struct decimal in_decimal(const json_t *in, const char *name)
{
	struct decimal d = decimal_from_int(0);
	const char *text = in_text(in, name);

	if (text) /* fields_check has seen that it is one */
		decimal_parse_text(text, &d);
	return d;
}

static int read_lots(struct act *a, const json_t *lots, bool scored, struct lot_draft *drafts)
{
	size_t i;
	json_t *lot;

	json_array_foreach ((json_t *)lots, i, lot) {
		int r = fields_check(lot_fields, lot, a->refusal);
		if (r)
			return r;
		const char *form = in_text(lot, "price_form");
		if (strcmp(form, "amount") != 0 && strcmp(form, "other") != 0)
			return refuse(a->refusal, "input.invalid", "price_form",
				"lot %zu: amount or other", i + 1);
		drafts[i].name = in_text(lot, "name");
		drafts[i].ceiling = in_decimal(lot, "ceiling");
		if (!scored && !in_has(lot, "scheme"))
			continue;
		if (!in_has(lot, "scheme"))
			return refuse(a->refusal, "input.missing", "scheme",
				"lot %zu: how its bids are scored", i + 1);
		r = lot_scheme_read(a, i + 1, lot, &drafts[i]);
		if (r)
			return r;
	}
	return 0;
}

static int check_rules(struct act *a, const json_t *in, const struct lot_draft *lots, json_t *out)
{
	struct project_draft draft = {
		.book = rulebook_current(),
		.regime = regime_from_name(in_text(in, "regime")),
		.category = lot_category_from_name(in_text(in, "category")),
		.mode = tender_mode_from_name(in_text(in, "method")),
		.name = in_text(in, "name"),
		.region = in_text(in, "region"),
		.unified_code = in_text(in, "unified_code"),
		.buyer = in_text(in, "buyer_name"),
		.buyer_code = in_text(in, "buyer_code"),
		.agency = in_text(in, "agency_name"),
		.agency_code = in_text(in, "agency_code"),
		.budget = in_decimal(in, "budget"),
		.bond = in_decimal(in, "bond"),
		.performance_percent = in_decimal(in, "performance_percent"),
		.lots = lots,
		.n_lots = json_array_size(json_object_get(in, "lots")),
	};
	g_autoptr(GArray) verdicts = verdicts_new();

	project_check(&draft, verdicts);
	json_object_set_new(out, "findings", verdicts_to_json(verdicts));
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);
	return first ? verdict_refuse(first, a->refusal) : 0;
}

/* Codes are 17 digits for the project, 20 for the tender, 23 for a lot; ours all start from one
 * serial of the day and region. */
static int make_codes(struct act *a, const char *region, char ret[static CODE_TENDER_LEN + 1])
{
	char project[CODE_PROJECT_LEN + 1];
	int64_t serial;
	int r = project_store_next_serial(a->txn, &serial);

	if (r)
		return r;
	r = code_make_project(
		region, day_of(a->legal_us), (unsigned)((serial - 1) / 999 % 999 + 1), project);
	if (!r)
		r = code_make_tender(project, (unsigned)((serial - 1) % 999 + 1), ret);
	return r <= 0 ? r : -ERANGE;
}

/* What has no column of its own is kept as it was said. */
static json_t *facts_of(const json_t *in)
{
	static const char *const names[] = {"unified_code", "mandatory", "joint", "buyer_code",
		"agency_code", "content", "place", "qualification", "supervising_department",
		"approving_department", "bond", "performance_percent"};
	json_t *facts = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (in_has(in, names[i]))
			json_object_set(facts, names[i], json_object_get(in, names[i]));
	return facts;
}

static enum opening_rescue read_rescue(const json_t *in)
{
	return in_has(in, "rescue") ? opening_rescue_from_name(in_text(in, "rescue"))
				    : OPENING_RESCUE_ANY;
}

static int insert_project(struct act *a, const json_t *in, struct project *p)
{
	char code[CODE_TENDER_LEN + 1];
	int r = make_codes(a, in_text(in, "region"), code);

	if (r)
		return r;
	id_new(p->project_id);
	g_strlcpy(p->code, code, sizeof(p->code));
	p->regime = regime_from_name(in_text(in, "regime"));
	p->category = lot_category_from_name(in_text(in, "category"));
	p->name = (char *)in_text(in, "name");
	g_strlcpy(p->region, in_text(in, "region"), sizeof(p->region));
	g_strlcpy(p->method, in_text(in, "method"), sizeof(p->method));
	p->budget = in_decimal(in, "budget");
	p->buyer_name = (char *)in_text(in, "buyer_name");
	p->agency_name = (char *)in_text(in, "agency_name");
	p->contact = (char *)in_text(in, "contact");
	p->rulebook_version = (char *)rulebook_current()->version;
	p->holder_threshold = in_int(in, "holder_threshold", 0);
	p->window_minutes = in_int(in, "window_minutes", 0);
	p->rescue = read_rescue(in);
	g_strlcpy(p->state, "draft", sizeof(p->state));
	g_strlcpy(p->created_by, a->actor->account_id, sizeof(p->created_by));
	p->created_us = a->legal_us;
	p->facts = facts_of(in);
	r = project_store_insert(a->txn, p);
	return r <= 0 ? r : -EIO;
}

static int insert_lots(struct act *a, const struct project *p, const json_t *lots, json_t *ret_rows)
{
	json_auto_t *nothing = json_object();
	size_t i;
	json_t *in;

	json_array_foreach ((json_t *)lots, i, in) {
		struct lot lot = {
			.no = (int64_t)i + 1,
			.name = (char *)in_text(in, "name"),
			.has_ceiling = in_has(in, "ceiling"),
			.ceiling = in_decimal(in, "ceiling"),
			.scheme = in_has(in, "scheme") ? json_object_get(in, "scheme") : nothing,
			.state = LOT_DRAFT,
		};
		char code[CODE_LOT_LEN + 1];
		int r = code_make_lot(p->code, (unsigned)i + 1, code);

		if (r)
			return r < 0 ? r : -ERANGE;
		id_new(lot.lot_id);
		g_strlcpy(lot.project_id, p->project_id, sizeof(lot.project_id));
		g_strlcpy(lot.code, code, sizeof(lot.code));
		g_strlcpy(lot.price_form, in_text(in, "price_form"), sizeof(lot.price_form));
		r = project_store_insert_lot(a->txn, &lot);
		if (r)
			return r < 0 ? r : -EIO;
		json_array_append_new(
			ret_rows, json_pack("{s:s, s:s, s:I}", "lot_id", lot.lot_id, "code",
					  lot.code, "no", (json_int_t)lot.no));
	}
	return 0;
}

static int insert_holder(struct act *a, const struct project *p, size_t i, const json_t *id)
{
	const char *account_id = json_string_value(id);
	char kid[65];
	int r;

	if (!account_id || !id_valid(account_id))
		return refuse(a->refusal, "input.invalid", "holders", "holder %zu is no id", i + 1);
	r = project_holder_key(a, "holders", account_id, (int64_t)i + 1, kid);
	if (!r)
		r = project_store_insert_holder(
			a->txn, p->project_id, (int64_t)i + 1, account_id, kid);
	return r > 0 ? refuse(a->refusal, "project.holder", "holders", "a holder is named twice")
		     : r;
}

static int insert_holders(struct act *a, const struct project *p, const json_t *holders)
{
	size_t i;
	json_t *id;
	int r = 0;

	if (p->regime == REGIME_ASSET)
		return 0;
	if (!p->holder_threshold || !p->window_minutes)
		return refuse(a->refusal, "input.missing",
			p->window_minutes ? "holder_threshold" : "window_minutes",
			"sealed bids need holders and a window");
	if (p->holder_threshold > (int64_t)json_array_size(holders))
		return refuse(a->refusal, "project.holder", "holder_threshold",
			"there are fewer holders than the threshold");
	json_array_foreach ((json_t *)holders, i, id) {
		r = insert_holder(a, p, i, id);
		if (r)
			break;
	}
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const json_t *lots = json_object_get(in, "lots");
	g_autofree struct lot_draft *drafts = g_new0(struct lot_draft, json_array_size(lots));
	struct project p = {0};
	json_t *rows = json_array();
	bool scored = regime_from_name(in_text(in, "regime")) != REGIME_ASSET;
	int r = read_rescue(in)
			? read_lots(a, lots, scored, drafts)
			: refuse(a->refusal, "input.invalid", "rescue", "none, fault or any");

	json_object_set_new(out, "lots", rows);
	if (!r)
		r = check_rules(a, in, drafts, out);
	if (!r)
		r = insert_project(a, in, &p);
	if (!r)
		r = insert_lots(a, &p, lots, rows);
	if (!r)
		r = insert_holders(a, &p, json_object_get(in, "holders"));
	json_decref(p.facts);
	if (r)
		return r;
	out_text(out, "project_id", p.project_id);
	out_text(out, "code", p.code);
	return act_event(a, "project.created", "project", p.project_id,
		json_pack("{s:s, s:s, s:O, s:O}", "code", p.code, "rulebook", p.rulebook_version,
			"input", in, "lots", rows));
}

const struct act_kind project_create_act = {
	.name = "project.create", .fields = fields, .run = run, .flags = ACT_CREATES};
