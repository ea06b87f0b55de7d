/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/tender_hand.h"

#include <string.h>

void tender_hand_clear(struct tender_hand *h)
{
	g_clear_pointer(&h->fetches, g_ptr_array_unref);
	g_clear_pointer(&h->seen, g_hash_table_unref);
}

static bool is_of_tender(const struct tender_case *c, const char *notice_id)
{
	const struct notice_row *n = notice_row_find(c->notices, notice_id);

	return n && tender_is_part(n);
}

static int64_t first_of(int64_t a_us, int64_t b_us)
{
	return a_us ? MIN(a_us, b_us) : b_us;
}

int tender_hand_read(struct act *a, const struct tender_case *c, struct tender_hand *ret)
{
	const char *me = a->actor->account_id;
	int r = tender_store_fetches(a->txn, c->project->project_id, me, &ret->fetches);

	if (!r)
		r = tender_store_seen(a->txn, me, &ret->seen);
	for (guint i = 0; !r && i < ret->fetches->len; i++) {
		const struct tender_fetch *f = g_ptr_array_index(ret->fetches, i);
		ret->first_us = first_of(ret->first_us, f->first_us);
		if (f->offered && is_of_tender(c, f->notice_id))
			ret->file_us = first_of(ret->file_us, f->first_us);
	}
	return r;
}

bool tender_waits(const struct tender_hand *h, const char *id, int64_t at_us)
{
	const int64_t *seen_us = g_hash_table_lookup(h->seen, id);

	return h->first_us && at_us > h->first_us && (!seen_us || *seen_us < at_us);
}

int64_t tender_fetched_us(const struct tender_hand *h, const char *attachment_id)
{
	for (guint i = 0; i < h->fetches->len; i++) {
		const struct tender_fetch *f = g_ptr_array_index(h->fetches, i);
		if (strcmp(f->id, attachment_id) == 0)
			return f->first_us;
	}
	return 0;
}
