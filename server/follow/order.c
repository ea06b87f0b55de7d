/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/order.h"

#include <glib.h>

#define BATCH 100

struct order_range order_next(const struct order *o, int64_t last)
{
	struct order_range r = {.last = last, .after = last, .upto = last};

	if (!o->begun)
		return r;
	r.fresh = last > o->head;
	r.upto = r.fresh ? MIN(last, o->head + BATCH) : o->mend;
	r.after = r.fresh ? o->head : MAX(0, o->mend - BATCH);
	return r;
}

void order_begin(struct order *o, int64_t last)
{
	*o = (struct order){.begun = true, .head = last, .mend = last};
}

bool order_done(struct order *o, const struct order_range *range)
{
	if (range->fresh) {
		o->head = range->upto;
		return false;
	}
	bool was = o->mend > 0;
	o->mend = range->after;
	return was && !o->mend;
}
