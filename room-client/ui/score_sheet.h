/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A member's score sheet (评分表) for one lot while it is filled in: bidders down, items across. No
 * GTK. What is in a cell is what was typed; only what is lawful leaves the sheet.
 */

#include <jansson.h>
#include <stdbool.h>

struct score_sheet;

enum score_cell {
	SCORE_OK,
	SCORE_EMPTY,
	SCORE_MALFORMED, /* no number */
	SCORE_BELOW,     /* less than nothing */
	SCORE_ABOVE,     /* more than the item's highest */
	SCORE_PLACES,    /* more than two decimals */
};

struct score_item {
	const char *id, *name;
	char max[48]; /* as people read it, two decimals */
	bool objective;
};

/* From GET …/lots/{lot_id}/sheet, which is copied. NULL: it has not that form. */
struct score_sheet *score_sheet_new(const json_t *sheet);
struct score_sheet *score_sheet_free(struct score_sheet *s);
/* Another one for each sheet that was made, but see score_sheet_keep: tells who shows one that it
 * is a new one. Never 0. */
unsigned score_sheet_serial(const struct score_sheet *s);

unsigned score_sheet_n_bids(const struct score_sheet *s);
unsigned score_sheet_n_items(const struct score_sheet *s);
const char *score_sheet_bidder(const struct score_sheet *s, unsigned bid);
struct score_item score_sheet_item(const struct score_sheet *s, unsigned item);
bool score_sheet_is_submitted(const struct score_sheet *s);
/* Members differed on objective items, and it went back: only some cells may be changed. */
bool score_sheet_is_returned(const struct score_sheet *s);
bool score_sheet_may_change(const struct score_sheet *s, unsigned bid, unsigned item);
const char *score_sheet_commitment(const struct score_sheet *s); /* in hex; "" before */

/* As it was typed; "": nothing. */
const char *score_sheet_text(const struct score_sheet *s, unsigned bid, unsigned item);
/* False: that stood there already. */
bool score_sheet_set(struct score_sheet *s, unsigned bid, unsigned item, const char *typed);
/* Takes over what was typed on a sheet that this one replaces, where bid and item are still there.
 * If these are the same altogether, so is the serial. */
void score_sheet_keep(struct score_sheet *s, const struct score_sheet *from);
/* The same for what score_sheet_scores left out, since it is not lawful; the serial is a new one.
 */
void score_sheet_keep_unlawful(struct score_sheet *s, const struct score_sheet *from);
enum score_cell score_sheet_check(const struct score_sheet *s, unsigned bid, unsigned item);
/* The sum of a bidder's lawful scores, two decimals; ret is returned. */
const char *score_sheet_total(const struct score_sheet *s, unsigned bid, char ret[48]);
/* How many cells are lawful, of all. */
unsigned score_sheet_filled(const struct score_sheet *s, unsigned *ret_of);

/* bid id → item id → score, lawful ones only; the caller owns it. */
json_t *score_sheet_scores(const struct score_sheet *s);
