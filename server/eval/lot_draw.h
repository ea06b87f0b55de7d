/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a scoring scheme leaves to chance (抽取浮动点、摇号、抽签), as a pure function of the seed
 * of the session's draw (draw.h): three parties made it and none of them alone, so nobody can steer
 * it, and anybody can compute it again. It is published as soon as the experts are drawn.
 *
 *	ticket(what, text) = SHA-256("bidroom.lot.draw.v1\n" ‖ seed ‖ lot id ‖ "\n" ‖ what ‖ "\n" ‖
 *		text)
 *
 * The lower a ticket is as bytes, the earlier it is drawn:
 *
 *	float, ceiling_share, band   texts: the choices of the scheme in their shortest
 *	                             form, "-1.5"; the first one is drawn
 *	shortlist, candidates        texts: the numbers of the opened bids in order of
 *	                             receipt, from "1"; the whole order is drawn, and the
 *	                             first so many of it that were not rejected before
 *	                             are taken (price_score.h)
 *	member                       texts: the numbers of members who spread alike (combine.h)
 *	tie                          texts: the numbers of the bids; the order among equals
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "server/eval/draw.h"
#include "server/eval/price_rule.h"

struct lot_chance {
	uint8_t seed[DRAW_BYTES];
	const char *lot_id;
};

/* What price_score.h reads as drawn; NULL where the rule leaves nothing open. */
json_t *lot_draw_params(
	const struct lot_chance *chance, const struct price_rule *rule, size_t n_bids);

/* Sorts numbers into the order in which they are drawn. */
void lot_draw_numbers(
	const struct lot_chance *chance, const char *what, unsigned *numbers, size_t n);

/*
 * Whether what somebody says was drawn is what was; both may be NULL. The balls also as they were
 * told once: only the numbers taken, the candidates out of the shortlist.
 */
bool lot_draw_is(const json_t *told, const json_t *drawn, const struct price_rule *rule);
