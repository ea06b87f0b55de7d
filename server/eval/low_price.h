/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Abnormally low prices (异常低价): which bids must explain themselves, and by which numbers. E19
 * (government purchase) asks if any of its three conditions holds, E20 (an example of works) if
 * both of its two do; anything else is the committee's professional judgement. Pure functions, any
 * thread. The member "low_price" of a scoring scheme, both rules off where it says nothing:
 *
 *	{"rule": "E19", "without_suspect"?: true, "minutes"?}
 *	{"rule": "E20", "of_ceiling"?: "85", "of_mean"?: "90", "minutes"?}
 *
 * without_suspect: the mean a bid is compared with leaves this bid out; the text of the rule that
 * was seen does not settle it. minutes: how long a bidder has for the explanation, 30 unless it
 * says otherwise.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "proto/decimal.h"

#define LOW_PRICE_MINUTES 30
#define LOW_PRICE_MINUTES_MAX 1440
/* How many of them one event names: a ledger leaf is no longer than 64 KiB. */
#define LOW_PRICE_SUSPECTS_MAX 150

enum low_price_kind {
	LOW_PRICE_OFF = 0,
	LOW_PRICE_E19,
	LOW_PRICE_E20,
};

enum low_price_trigger {
	LOW_PRICE_OF_MEAN = 1 << 0,          /* under a share of the mean */
	LOW_PRICE_OF_SECOND_LOWEST = 1 << 1, /* under a share of the second lowest */
	LOW_PRICE_OF_CEILING = 1 << 2,       /* under a share of the ceiling */
};

struct low_price_rule {
	enum low_price_kind kind;
	bool without_suspect;
	struct decimal of_mean, of_second_lowest, of_ceiling; /* percent */
	unsigned minutes;
};

struct low_price_bid {
	struct decimal price;
	bool passed; /* qualification and responsiveness */
};

/* Limits as they were for this bid, six decimals; a limit that does not exist is 0. */
struct low_price_finding {
	unsigned triggers; /* that hold */
	bool must_explain; /* as the rule counts them */
	struct decimal mean_limit, second_limit, ceiling_limit;
};

/* Who asks a bid to explain itself: the rule, by its name, or a member's professional judgement. */
#define LOW_PRICE_BY_JUDGEMENT "judgement"

/* What a bidder asked to explain did (E18). */
enum low_price_answer {
	LOW_PRICE_PENDING = 1,
	LOW_PRICE_SILENT, /* the time is up */
	LOW_PRICE_ANSWERED,
};

enum low_price_outcome {
	LOW_PRICE_KEPT = 1, /* nothing to explain, or explained */
	LOW_PRICE_WAITS,    /* the committee may not go on with this bid */
	LOW_PRICE_REJECTED,
};

/* Whether the explanation and its proof are sufficient: more than half of the panel decides. */
struct low_price_votes {
	unsigned convinced, against, panel;
};

const char *low_price_kind_name(enum low_price_kind kind); /* "E19"; NULL for off */
/* In the order of the bits; NULL for another. */
const char *low_price_trigger_name(enum low_price_trigger t);

/* NULL reads as off. False: *ret_field names what is wrong. */
bool low_price_rule_read(
	const json_t *low_price, struct low_price_rule *ret, const char **ret_field);
json_t *low_price_rule_to_json(const struct low_price_rule *rule);

/* Fills ret[n]; ceiling may be NULL. Bids that did not pass neither count nor fire. */
void low_price_check(const struct low_price_rule *rule, const struct decimal *ceiling,
	const struct low_price_bid *bids, size_t n, struct low_price_finding *ret);

/* Silence is no explanation, whoever is convinced. */
enum low_price_outcome low_price_settle(
	bool must_explain, enum low_price_answer answer, const struct low_price_votes *votes);
const char *low_price_outcome_name(enum low_price_outcome outcome);

/* {"triggers": ["mean" …], "mean_limit"?, "second_limit"?, "ceiling_limit"?}, a new object. */
json_t *low_price_finding_to_json(const struct low_price_finding *finding);

/*
 * What a result tells of a bid that had to explain itself: {"by", the finding's members, "outcome":
 * "kept" | "rejected"}; finding NULL: of a judgement. A new object.
 */
json_t *low_price_result(const char *by, const json_t *finding, bool rejected);

/* How a rejection quotes it: "异常低价（E19）"; g_free it. */
char *low_price_clause(const char *by);
/* Whether a vote quotes it, whoever asked: others are about something else than the price. */
bool low_price_is_clause(const char *clause);
/* The whole reason where no explanation came in time; g_free it. */
char *low_price_silence(const char *by);
