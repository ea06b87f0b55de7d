/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The rulebook (规则目录): every legal clock and count as a row of data, with its source and
 * whether that source was read in full (verified) or only quoted somewhere (未核实). A refusal
 * quotes the id; a project keeps the version it was created under; the whole book is published.
 *
 * Books are constant data; any thread may read them.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "server/trade/calendar.h"
#include "server/trade/regime.h"

enum rule_kind {
	RULE_REFUSE = 1, /* the act is refused */
	RULE_CLOCK,      /* a time runs, its end is watched */
	RULE_WARN,       /* said, not enforced */
	RULE_NOTE,       /* states the law; carried out by the flow itself */
};

enum rule_unit {
	UNIT_NONE = 0,
	UNIT_DAY,         /* calendar days */
	UNIT_WORKING_DAY, /* 工作日 */
	UNIT_HOUR,
	UNIT_MINUTE,
	UNIT_YEAR,
	UNIT_PERCENT,
	UNIT_COUNT, /* of bids, members, experts … */
};

struct rule {
	const char *id;
	enum rule_kind kind;
	unsigned regimes; /* REGIME_BIT() mask */
	int value;        /* 0 where the rule has no number */
	enum rule_unit unit;
	bool verified; /* the text of the law was read; false prints 未核实 */
	const char *source;
	const char *text; /* Chinese, one sentence */
};

/* Days (2025-01-01) on which a rule came into force and went out of it, as its source says. */
struct rule_validity {
	const char *id;
	const char *from, *until; /* NULL: not said */
};

struct rulebook {
	const char *version;
	enum day_count day_count; /* how its days are counted */
	const struct rule *rules;
	size_t n_rules;
};

/* The book new projects are bound to. */
const struct rulebook *rulebook_current(void);

/* The book of that version, or NULL: a project whose book is unknown must not be touched. */
const struct rulebook *rulebook_by_version(const char *version);

/* Every book there was, the current one first. */
const struct rulebook *rulebook_all(size_t *ret_n);

/* NULL: no text that was read says since when it is valid. */
const struct rule_validity *rule_validity(const struct rule *rule);

const struct rule *rulebook_find(const struct rulebook *book, const char *id);

/* The number of a rule that is known to be in every book; asserts that it is. */
int rulebook_value(const struct rulebook *book, const char *id);

/* The id, where that rule is law under this regime; NULL: there it may be done so, but not quoted.
 */
const char *rulebook_quote(const struct rulebook *book, const char *id, enum regime regime);

/*
 * {"version", "day_count", "rules": [{id, kind, regimes, value, unit, verified, source, text,
 * valid_from, valid_until}]}; the last two where they are known.
 */
json_t *rulebook_to_json(const struct rulebook *book);
