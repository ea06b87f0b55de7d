/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What is odd about a lot that was ranked, for those who lead and watch it: scores far from those
 * of the other members (anomaly.h) and prices in regular steps (collusion.h; other signs need
 * metadata that bids do not carry). They are hints: nothing waits for them and nothing is rejected
 * by them. Pure function, any thread.
 */

#include <jansson.h>

#include "server/eval/criteria.h"
#include "server/trade/rulebook.h"

/*
 * result: as it is kept with the lot; bids that were rejected are not looked at. audience: for
 * which of enum anomaly_audience; how far one member's judgement lies from the others' is not for
 * members. A new array of
 *
 *	{"kind", "rule"?, "bid_ids": [id …], "item_id"?, "member_no"?}
 *
 * kind: one of anomaly_kind_name() or collusion_sign_name().
 */
json_t *lot_findings(const struct criteria *criteria, const json_t *result,
	const struct rulebook *book, unsigned audience);
