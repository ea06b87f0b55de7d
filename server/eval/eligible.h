/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Whether an expert of the pool (专家库) may be drawn for a session, and whether the draw may be
 * held now: what the flags of a draw's snapshot are made from (draw.h). The first reason found
 * counts: the draw says in public how many it left out for which. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/trade/calendar.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define ELIGIBLE_REFUSALS(X) X(ELIGIBLE_E_DRAW_TOO_EARLY, "draw.too_early")

enum eligible_refusal { ELIGIBLE_E_NONE = 0, ELIGIBLE_REFUSALS(REFUSAL_ENUM) };

enum eligible_reason {
	ELIGIBLE_YES = 0,
	ELIGIBLE_SPECIALITY,
	ELIGIBLE_NOT_IN_STANDING, /* suspended, dismissed, or never admitted */
	ELIGIBLE_ON_LEAVE,        /* 请假 */
	ELIGIBLE_REGION,          /* a draw across provinces that asks for others */
	ELIGIBLE_REGULATOR,       /* C10: works for who supervises the project */
	ELIGIBLE_UNIT,            /* employed by a party, or by whom else is to be avoided */
	ELIGIBLE_INTERVAL,        /* drawn for another session too near to this (C15) */
	ELIGIBLE_FREQUENCY,       /* drawn too often in the period (C15) */
	ELIGIBLE_REPLACED,        /* was on a committee for these lots already */
	ELIGIBLE_BUSY,            /* drawn for another session at the same time */
};

#define ELIGIBLE_REASONS (ELIGIBLE_BUSY + 1)

struct eligible_expert {
	bool in_standing;
	int64_t leave_from_us, leave_until_us; /* exclusive; 0, 0: none */
	bool of_party;      /* the unit is one to be avoided, by avoidance_unit_key() */
	const char *region; /* six digits */
	const char *const *specialities;
	size_t n_specialities;
	bool is_regulator;
	bool was_member; /* of a committee that was dissolved */
	bool is_busy;    /* sits on a panel whose time overlaps that of this one */
	/* Of the sessions he was drawn for, the one nearest to this, before or after; 0: none. */
	int64_t nearest_us;
	unsigned n_drawn; /* for how many in the period before this one */
};

struct eligible_rule {
	const char *const *specialities; /* any of them */
	size_t n_specialities;
	const char *region;      /* prefix of the wanted region; NULL: any */
	bool outside;            /* of other regions than that */
	int64_t session_us;      /* when they will sit */
	int64_t interval_us;     /* 0: no limit */
	unsigned most_in_period; /* 0: no limit */
};

const char *eligible_refusal_code(int refusal);
const char *eligible_reason_name(enum eligible_reason reason); /* "unit" … */

enum eligible_reason eligible_check(
	const struct eligible_expert *expert, const struct eligible_rule *rule);

/* The flags of an expert's entry in the snapshot. */
uint8_t eligible_flags(enum eligible_reason reason);

/*
 * Whether the draw may be held at now_us for an opening at opening_us (C12): not earlier than 48
 * hours before, 72 where experts of other provinces are drawn; hours on days that are not working
 * days do not count. binding: the tender is one the rule is for. *ret_verdict (may be NULL) tells
 * from when on.
 */
int eligible_draw_time(const struct rulebook *book, const struct calendar *calendar, bool binding,
	bool other_province, int64_t opening_us, int64_t now_us, struct rule_verdict *ret_verdict);
