/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/project_register.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "server/act/lot_scheme.h"
#include "server/act/project_holder.h"
#include "server/act/report_candidates.h"
#include "server/act/template_act.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/project_store.h"
#include "server/trade/calendar.h"
#include "server/trade/code.h"
#include "server/trade/deposit.h"
#include "server/trade/rulebook.h"
#include "server/trade/template.h"

static const struct field whole_fields[] = {PROJECT_FIELDS(true), {NULL}};

static const struct field lot_fields[] = {
	{"name", FIELD_TEXT, true, 1, 200},
	{"code", FIELD_TEXT, false, CODE_LOT_LEN, CODE_LOT_LEN}, /* of another system */
	{"ceiling", FIELD_DECIMAL, false},
	{"price_form", FIELD_NAME, true, 1, 16},
	{"scheme", FIELD_OBJECT, false}, /* how its bids are scored; assets have none */
	{"bond", FIELD_DECIMAL, false},  /* where lots ask for different ones */
	{"bond_forms", FIELD_LIST, false, 1, 4},
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

static int check_forms(struct act *a, size_t no, const json_t *lot)
{
	const json_t *name;
	size_t i;

	json_array_foreach (json_object_get(lot, "bond_forms"), i, name)
		if (!deposit_form_from_name(json_string_value(name)))
			return refuse(a->refusal, "input.invalid", "bond_forms",
				"lot %zu: transfer, guarantee, insurance or surety", no);
	return 0;
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
		drafts[i].code = in_text(lot, "code");
		drafts[i].ceiling = in_decimal(lot, "ceiling");
		drafts[i].bond = in_decimal(lot, "bond");
		r = check_forms(a, i + 1, lot);
		if (r)
			return r;
		if (!scored && !in_has(lot, "scheme"))
			continue;
		if (!in_has(lot, "scheme"))
			return refuse(a->refusal, "input.missing", "scheme",
				"lot %zu: how its bids are scored", i + 1);
		r = lot_scheme_read(a, i + 1, lot, &drafts[i]);
		if (r)
			return r;
	}
	return lots_check_wins(a, lots);
}

static int check_rules(struct act *a, const json_t *in, const struct lot_draft *lots, json_t *out)
{
	struct project_draft draft = {
		.book = rulebook_current(),
		.regime = regime_from_name(in_text(in, "regime")),
		.category = lot_category_from_name(in_text(in, "category")),
		.mode = tender_mode_from_name(in_text(in, "method")),
		.name = in_text(in, "name"),
		.code = in_text(in, "code"),
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
	static const char *const names[] = {"unified_code", "investment_code", "mandatory", "joint",
		"joint_members", "buyer_code", "agency_code", "content", "place", "qualification",
		"supervising_department", "approving_department", "bond", "performance_percent"};
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

static int refuse_taken(struct act *a, const char *field, const char *code)
{
	return refuse(a->refusal, "project.code_taken", field, "%s", code);
}

/*
 * Under the code another system gave it, or under the next of ours that nobody else's code looks
 * like.
 */
static int insert_coded(struct act *a, const char *foreign, struct project *p)
{
	char code[CODE_TENDER_LEN + 1];
	int r;

	if (foreign) {
		g_strlcpy(p->code, foreign, sizeof(p->code));
		r = project_store_insert(a->txn, p);
		return r == DB_E_DUPLICATE ? refuse_taken(a, "code", foreign) : r;
	}
	do {
		r = make_codes(a, p->region, code);
		if (r)
			return r;
		g_strlcpy(p->code, code, sizeof(p->code));
		r = project_store_insert(a->txn, p);
	} while (r == DB_E_DUPLICATE);
	return r;
}

static int insert_project(struct act *a, const json_t *in, const char *founder, struct project *p)
{
	int r;

	id_new(p->project_id);
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
	g_strlcpy(p->created_by, founder, sizeof(p->created_by));
	p->created_us = a->legal_us;
	p->facts = facts_of(in);
	r = insert_coded(a, in_text(in, "code"), p);
	return r <= REFUSED ? r : -EIO;
}

static json_t *lot_facts_of(const json_t *in)
{
	json_t *facts = json_object();

	if (in_has(in, "bond"))
		json_object_set(facts, "bond", json_object_get(in, "bond"));
	if (in_has(in, "bond_forms"))
		json_object_set(facts, "bond_forms", json_object_get(in, "bond_forms"));
	return facts;
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
		json_auto_t *facts = lot_facts_of(in);
		char code[CODE_LOT_LEN + 1];
		int r = code_make_lot(p->code, (unsigned)i + 1, code);

		if (r)
			return r < 0 ? r : -ERANGE;
		if (in_has(in, "code"))
			g_strlcpy(code, in_text(in, "code"), sizeof(code));
		lot.facts = facts;
		id_new(lot.lot_id);
		g_strlcpy(lot.project_id, p->project_id, sizeof(lot.project_id));
		g_strlcpy(lot.code, code, sizeof(lot.code));
		g_strlcpy(lot.price_form, in_text(in, "price_form"), sizeof(lot.price_form));
		r = project_store_insert_lot(a->txn, &lot);
		if (r == DB_E_DUPLICATE)
			return refuse_taken(a, "lots.code", code);
		if (r)
			return r < 0 ? r : -EIO;
		json_array_append_new(
			ret_rows, json_pack("{s:s, s:s, s:I}", "lot_id", lot.lot_id, "code",
					  lot.code, "no", (json_int_t)lot.no));
	}
	return 0;
}

static int read_holder(struct act *a, const json_t *holders, size_t i, char ret_kid[static 65])
{
	const char *account_id = json_string_value(json_array_get(holders, i));

	if (!account_id || !id_valid(account_id))
		return refuse(a->refusal, "input.invalid", "holders", "holder %zu is no id", i + 1);
	for (size_t k = 0; k < i; k++)
		if (!g_strcmp0(account_id, json_string_value(json_array_get(holders, k))))
			return refuse(
				a->refusal, "project.holder", "holders", "a holder is named twice");
	return project_holder_key(a, "holders", account_id, (int64_t)i + 1, ret_kid);
}

/* Sealed bids need them; assets are sold without. */
static int check_holders(struct act *a, const json_t *in)
{
	const json_t *holders = json_object_get(in, "holders");
	int64_t threshold = in_int(in, "holder_threshold", 0);
	char kid[65];
	int r = 0;

	if (regime_from_name(in_text(in, "regime")) == REGIME_ASSET)
		return 0;
	if (!threshold || !in_has(in, "window_minutes"))
		return refuse(a->refusal, "input.missing",
			in_has(in, "window_minutes") ? "holder_threshold" : "window_minutes",
			"sealed bids need holders and a window");
	if (threshold > (int64_t)json_array_size(holders))
		return refuse(a->refusal, "project.holder", "holder_threshold",
			"there are fewer holders than the threshold");
	for (size_t i = 0; !r && i < json_array_size(holders); i++)
		r = read_holder(a, holders, i, kid);
	return r;
}

static int insert_holders(struct act *a, const struct project *p, const json_t *holders)
{
	int r = 0;

	for (size_t i = 0; !r && p->regime != REGIME_ASSET && i < json_array_size(holders); i++) {
		char kid[65];

		r = read_holder(a, holders, i, kid);
		if (!r)
			r = project_store_insert_holder(a->txn, p->project_id, (int64_t)i + 1,
				json_string_value(json_array_get(holders, i)), kid);
	}
	return r;
}

static int check_template(struct act *a, const json_t *in)
{
	TEMPLATE_AUTO struct template *t = NULL;
	int r;

	if (!in_has(in, "template_id"))
		return 0;
	r = template_usable(
		a, in_text(in, "template_id"), regime_from_name(in_text(in, "regime")), &t);
	/* A kind of notices is no category. */
	return !r && strcmp(t->kind, in_text(in, "category")) != 0
		       ? template_refuse(a, TEMPLATE_E_KIND, "template_id", "of another category")
		       : r;
}

int project_register_check(struct act *a, const json_t *in, json_t *out)
{
	const json_t *lots = json_object_get(in, "lots");
	g_autofree struct lot_draft *drafts = g_new0(struct lot_draft, json_array_size(lots) + 1);
	bool scored = regime_from_name(in_text(in, "regime")) != REGIME_ASSET;
	int r = fields_check(whole_fields, in, a->refusal);

	if (!r && !read_rescue(in))
		r = refuse(a->refusal, "input.invalid", "rescue", "none, fault or any");
	if (!r && in_has(in, "joint_members") && !in_bool(in, "joint", false))
		r = refuse(a->refusal, "input.invalid", "joint_members", "without joint");
	if (!r)
		r = read_lots(a, lots, scored, drafts);
	if (!r)
		r = check_template(a, in);
	if (!r)
		r = check_rules(a, in, drafts, out);
	return r ? r : check_holders(a, in);
}

/* Whoever kept it as a draft founded it; who acts is the second person, if there was one. */
int project_register(
	struct act *a, const json_t *in, const char *founder, const char *draft_id, json_t *out)
{
	struct project p = {0};
	json_t *rows = json_array();
	int r = project_register_check(a, in, out);

	json_object_set_new(out, "lots", rows);
	if (!r)
		r = insert_project(a, in, founder, &p);
	if (!r)
		r = insert_lots(a, &p, json_object_get(in, "lots"), rows);
	if (!r)
		r = insert_holders(a, &p, json_object_get(in, "holders"));
	json_decref(p.facts);
	if (r)
		return r;
	out_text(out, "project_id", p.project_id);
	out_text(out, "code", p.code);
	return act_event(a, "project.created", "project", p.project_id,
		json_pack("{s:s, s:s, s:s, s:s*, s:O, s:O}", "code", p.code, "rulebook",
			p.rulebook_version, "founder", founder, "draft", draft_id, "input", in,
			"lots", rows));
}
