/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_ORDER_H
#define SERVER_FOLLOW_ORDER_H

/*
 * Where a follower stands that writes files along the publication order (发布顺序): what is new goes
 * first; behind that, once after the start, everything older is looked at again from the newest to
 * the oldest, so that lost and outdated files mend themselves.
 */
#include <stdbool.h>
#include <stdint.h>

struct order {
	bool begun;
	int64_t head; /* all numbers up to here are done, or in (0, mend] */
	int64_t mend; /* numbers up to here are still to be looked at again; 0: none */
};

/* The next numbers to do, (after, upto] of those up to `last`; nothing before order_begin(). */
struct order_range {
	int64_t last, after, upto;
	bool fresh; /* not a mending */
};
struct order_range order_next(const struct order *o, int64_t last);

void order_begin(struct order *o, int64_t last);
/* The range is done. True when it was the last of the mending. */
bool order_done(struct order *o, const struct order_range *range);

#endif
