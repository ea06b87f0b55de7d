/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Abnormally low prices (异常低价) in the record of a session. */
#include "server/verify/session_record.h"

/*
 * What the result of a lot that was ranked at event index `before` must tell of a bid that had to
 * explain its price; NULL: it had not. A new object.
 */
json_t *session_low_price_result(const struct session_record *rec, const char *lot_id,
	const char *bid_id, guint before, bool rejected);

/* Whether the prices of such a lot were looked at, so that its result must say so. */
bool session_low_prices_are_seen(const struct session_record *rec, const char *lot_id, guint before);

/* A bid.rejected whose cause is that no explanation came. */
void session_low_price_silence_check(
	const struct session_record *rec, const json_t *body, guint at, const char *place);

/*
 * Whenever the scoring began, the bids of each lot whose tender file has a rule were looked at by
 * it, and the numbers are those that the opening gives; an explanation was found sufficient by more
 * than half of the panel; and nothing was summed up while one of them waited.
 */
void session_low_price_check(const struct session_record *rec);
