/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_TENDER_HAND_H
#define SERVER_ACT_TENDER_HAND_H

/* What a bidder has of a tender file, since when, and which changes of it it has not yet seen. */
#include <glib.h>

#include "server/act/tender_case.h"

struct tender_hand {
	GPtrArray *fetches; /* struct tender_fetch */
	GHashTable *seen;   /* when, by what */
	int64_t first_us;   /* of the fetches; 0: it has nothing */
	int64_t file_us;    /* the first of a file offered to those who sign in, of a notice that is
			       in force; 0: none */
};

void tender_hand_clear(struct tender_hand *h);
#define TENDER_HAND_AUTO __attribute__((cleanup(tender_hand_clear)))

/* Of the account that acts; of anybody else but a bidder it is empty. 0 or negative errno. */
int tender_hand_read(struct act *a, const struct tender_case *c, struct tender_hand *ret);

/* Whether the bidder had the file when this came, and has not said that it saw it. */
bool tender_waits(const struct tender_hand *h, const char *id, int64_t at_us);

/* When a file was first fetched; 0: never. */
int64_t tender_fetched_us(const struct tender_hand *h, const char *attachment_id);

#endif
