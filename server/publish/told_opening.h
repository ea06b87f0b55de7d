/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_TOLD_OPENING_H
#define SERVER_PUBLISH_TOLD_OPENING_H

/* A lot's opening that is over, with its bids. Pure. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"

struct told_opening {
	char lot_id[ID_SIZE];
	char notice_id[ID_SIZE]; /* the notice that invited these bids */
	int64_t opened_us;       /* when the opening was over */
	GPtrArray *
		bids; /* struct bid_row: all that were there at the deadline, in order of receipt */
};

/* For arrays of struct told_opening. */
void told_opening_free(void *opening);

#endif
