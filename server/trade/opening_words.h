/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the centre's last seal of an opening record says (开标记录签署情况): numbers of bids alone. Why
 * a bidder declined stands in its own event: its words are not the centre's to seal, nor to carry,
 * as no event takes those of all.
 */
#include <jansson.h>

/* Numbers of bids, as they stand in the event that closes a record. */
enum opening_word { OPENING_SIGNED, OPENING_DECLINED, OPENING_SILENT, N_OPENING_WORDS };

/* With more bids than this the event and the words tell only how many there were. */
#define OPENING_NUMBERS_MAX 1000

/* The member of the event: "signed", "declined", "silent". */
const char *opening_word_name(enum opening_word word);

/* lists: arrays of integers. g_free it. */
char *opening_words(json_t *const lists[static N_OPENING_WORDS]);
