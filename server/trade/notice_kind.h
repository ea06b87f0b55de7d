/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The kinds of notices (公告, 公示) as one table: regime, names, which times they carry, the rules
 * their periods obey, what their publication does, what they may follow, and what they must say.
 * The rows stand in notice_kinds.def and notice_fields.def; constant data, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "server/trade/project.h"
#include "server/trade/regime.h"

enum notice_kind {
	NOTICE_KIND_NONE = 0,
#define KIND(id, name, regime, category, times, period, offer, effect, follows, must, source, \
	sourced, zh, en)                                                                      \
	NOTICE_##id,
#include "server/trade/notice_kinds.def"
#undef KIND
	N_NOTICE_KINDS
};

/* A set of kinds. */
#define NOTICE_BIT(kind) (UINT64_C(1) << (kind))

/* Which times a kind carries. */
enum notice_times {
	TIMES_NONE = 0,     /* none but the publication itself */
	TIMES_TENDER,       /* offer of the file, deadline, opening */
	TIMES_LISTING,      /* the same times without a lawful least: sales of assets */
	TIMES_NEW_DEADLINE, /* a new deadline, if it moves it */
	TIMES_PUBLICITY,    /* a publicity period (公示期, 公告期限) */
};

/* What its publication does to the project. */
enum notice_effect {
	EFFECT_NONE = 0,
	EFFECT_ANNOUNCE, /* the lots are offered until the deadline */
	EFFECT_CHANGE,   /* the deadline of its lots moves if a new one is said */
	EFFECT_END,      /* lots that are still open end as failed */
};

struct notice_kind_row {
	const char *name; /* in JSON and SQL */
	enum regime regime;
	enum lot_category category; /* 0: any of the regime */
	enum notice_times times;
	const char *period_rule; /* of the time to prepare, or of the publicity; NULL: none */
	const char *offer_rule;  /* of the offer of the file; NULL: none */
	enum notice_effect effect;
	uint64_t follows; /* NOTICE_BIT() of the kinds it may stand behind */
	bool must_follow; /* a change or clarification without its predecessor is none */
	const char *source;
	bool sourced; /* false: the list of its fields is not confirmed by a text (未核实) */
	const char *zh, *en;
};

struct notice_field {
	enum notice_kind kind;
	const char *name;
	bool required;
	bool withholdable;
	bool own;          /* of this project alone: no template takes it over */
	const char *label; /* Chinese, for the form and the printed page */
	const char *label_en;
};

/* NULL for a value that is no kind. */
const struct notice_kind_row *notice_kind_row(enum notice_kind k);

const char *notice_kind_name(enum notice_kind k);
enum notice_kind notice_kind_from_name(const char *name);
const char *notice_kind_title(enum notice_kind k); /* 招标公告 … */
enum regime notice_kind_regime(enum notice_kind k);
/* It opens the time in which bids are prepared: of a tender, or of a purchase by talks. */
bool notice_kind_is_tender(enum notice_kind k);
/* What is attached to it is a part of the tender file: it invites, or changes that. */
bool notice_kind_makes_tender(enum notice_kind k);
bool notice_kind_may_follow(enum notice_kind k, enum notice_kind predecessor);
/* Whether a project of that regime, category and mode may have it. */
bool notice_kind_fits(
	enum notice_kind k, enum regime regime, enum lot_category category, enum tender_mode mode);

/* All rows, grouped by kind. */
const struct notice_field *notice_fields(size_t *ret_n);
const struct notice_field *notice_field_find(enum notice_kind k, const char *name);

/* [{name, regime, category?, methods?, times, period_rule?, …, fields: [{name, required, …}]}] */
json_t *notice_kinds_to_json(void);
