/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_kind.h"

#include <string.h>

#include <glib.h>

#define B(id) NOTICE_BIT(NOTICE_##id)
/* What opens a government purchase. */
#define GP_CALLS (B(GP_TENDER) | B(GP_NEGOTIATION) | B(GP_CONSULTATION) | B(GP_INQUIRY))

static const struct notice_kind_row kinds[] = {
#define KIND(id, name, regime, category, times, period, offer, effect, follows, must, source, \
	sourced, zh, en)                                                                      \
	[NOTICE_##id] = {name, REGIME_##regime, category, TIMES_##times, period, offer,       \
		EFFECT_##effect, follows, must, source, sourced, zh, en},
#include "server/trade/notice_kinds.def"
#undef KIND
};

G_STATIC_ASSERT(N_NOTICE_KINDS <= 64);

static const struct notice_field fields[] = {
#define FIELD(kind, name, required, withholdable, own, zh, en) \
	{NOTICE_##kind, name, required, withholdable, own, zh, en},
#include "server/trade/notice_fields.def"
#undef FIELD
};

static const char *const times[] = {
	[TIMES_NONE] = "none",
	[TIMES_TENDER] = "tender",
	[TIMES_LISTING] = "listing",
	[TIMES_NEW_DEADLINE] = "new_deadline",
	[TIMES_PUBLICITY] = "publicity",
};

const struct notice_kind_row *notice_kind_row(enum notice_kind k)
{
	return k > NOTICE_KIND_NONE && k < N_NOTICE_KINDS ? &kinds[k] : NULL;
}

const char *notice_kind_name(enum notice_kind k)
{
	return notice_kind_row(k) ? kinds[k].name : NULL;
}

const char *notice_kind_title(enum notice_kind k)
{
	return notice_kind_row(k) ? kinds[k].zh : NULL;
}

enum notice_kind notice_kind_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (enum notice_kind)i;
	return NOTICE_KIND_NONE;
}

enum regime notice_kind_regime(enum notice_kind k)
{
	return notice_kind_row(k) ? kinds[k].regime : 0;
}

bool notice_kind_is_tender(enum notice_kind k)
{
	return k == NOTICE_ZTB_TENDER || (k > NOTICE_KIND_NONE && (GP_CALLS & NOTICE_BIT(k)) != 0);
}

bool notice_kind_makes_tender(enum notice_kind k)
{
	const struct notice_kind_row *row = notice_kind_row(k);

	return row && (row->effect == EFFECT_ANNOUNCE || row->effect == EFFECT_CHANGE);
}

bool notice_kind_may_follow(enum notice_kind k, enum notice_kind predecessor)
{
	return notice_kind_row(k) && notice_kind_row(predecessor) &&
	       (kinds[k].follows & NOTICE_BIT(predecessor)) != 0;
}

/* The modes whose purchases a kind opens; 0: those of any. */
static unsigned modes_of(enum notice_kind k)
{
	switch (k) {
	case NOTICE_GP_TENDER:
		return MODE_BIT(MODE_OPEN) | MODE_BIT(MODE_INVITED);
	case NOTICE_GP_NEGOTIATION:
		return MODE_BIT(MODE_NEGOTIATION);
	case NOTICE_GP_CONSULTATION:
		return MODE_BIT(MODE_CONSULTATION);
	case NOTICE_GP_INQUIRY:
		return MODE_BIT(MODE_INQUIRY);
	default:
		return 0;
	}
}

bool notice_kind_fits(
	enum notice_kind k, enum regime regime, enum lot_category category, enum tender_mode mode)
{
	const struct notice_kind_row *row = notice_kind_row(k);

	return row && row->regime == regime && (!row->category || row->category == category) &&
	       (!modes_of(k) || (modes_of(k) & MODE_BIT(mode)) != 0);
}

const struct notice_field *notice_fields(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(fields);
	return fields;
}

const struct notice_field *notice_field_find(enum notice_kind k, const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(fields); i++)
		if (fields[i].kind == k && strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static json_t *kind_fields_to_json(enum notice_kind k)
{
	json_t *list = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (fields[i].kind == k)
			json_array_append_new(
				list, json_pack("{s:s, s:b, s:b, s:s, s:s}", "name", fields[i].name,
					      "required", (int)fields[i].required, "withholdable",
					      (int)fields[i].withholdable, "zh", fields[i].label,
					      "en", fields[i].label_en));
	return list;
}

static json_t *follows_to_json(uint64_t follows)
{
	json_t *list = json_array();

	for (int k = 1; k < N_NOTICE_KINDS; k++)
		if (follows & NOTICE_BIT(k))
			json_array_append_new(list, json_string(kinds[k].name));
	return list;
}

/* NULL: those of any. */
static json_t *modes_to_json(enum notice_kind k)
{
	json_t *list = modes_of(k) ? json_array() : NULL;

	for (enum tender_mode m = MODE_OPEN; list && tender_mode_name(m); m++)
		if (modes_of(k) & MODE_BIT(m))
			json_array_append_new(list, json_string(tender_mode_name(m)));
	return list;
}

static json_t *kind_to_json(enum notice_kind k)
{
	const struct notice_kind_row *row = &kinds[k];

	return json_pack(
		"{s:s, s:s, s:s*, s:o*, s:s, s:s*, s:s*, s:o, s:b, s:b, s:s, s:b, s:s, s:s, s:o}",
		"name", row->name, "regime", regime_name(row->regime), "category",
		row->category ? lot_category_name(row->category) : NULL, "methods",
		modes_to_json(k), "times", times[row->times], "period_rule", row->period_rule,
		"offer_rule", row->offer_rule, "follows", follows_to_json(row->follows),
		"must_follow", (int)row->must_follow, "tender_file",
		(int)notice_kind_makes_tender(k), "source", row->source, "verified",
		(int)row->sourced, "zh", row->zh, "en", row->en, "fields", kind_fields_to_json(k));
}

json_t *notice_kinds_to_json(void)
{
	json_t *list = json_array();

	for (int k = 1; k < N_NOTICE_KINDS; k++)
		json_array_append_new(list, kind_to_json((enum notice_kind)k));
	return list;
}
