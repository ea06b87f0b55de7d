/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/publication.h"

#include "server/act/act.h"
#include "server/act/notice_attachment.h"
#include "server/act/notice_withheld.h"
#include "server/store/notice_list_store.h"
#include "server/store/notice_store.h"

void publication_clear(struct publication *p)
{
	house_clear(&p->house);
}

struct site publication_site(const struct publication *p)
{
	return (struct site){.centre = p->house.centre,
		.public_url = p->env->public_url,
		.demo = p->house.demo,
		.calendar = p->env->calendar,
		.regions = p->env->regions};
}

void publication_reading_clear(struct publication_reading *r)
{
	g_clear_pointer(&r->rows, g_ptr_array_unref);
	g_clear_pointer(&r->counts, g_array_unref);
	house_clear(&r->house);
}

int publication_read(
	struct db_txn *txn, const struct publication *p, struct publication_reading *ret)
{
	int64_t last;
	int r;

	publication_reading_clear(ret);
	r = house_store_get(txn, &ret->house);
	if (!r)
		r = notice_store_last_seq(txn, &last);
	if (r)
		return r;
	ret->range = order_next(&p->order, last);
	if (!p->order.begun)
		return notice_list_store_counts(txn, &ret->counts);
	r = notice_store_chains(txn, ret->range.after, ret->range.upto, &ret->rows);
	if (!r)
		r = notice_withheld_publish(p->env, txn, ret->rows);
	return r ? r : notice_attachments_publish(txn, ret->rows);
}

bool publication_renamed(struct publication *p, struct publication_reading *reading)
{
	if (!g_strcmp0(p->house.centre, reading->house.centre) &&
		p->house.demo == reading->house.demo)
		return false;
	house_clear(&p->house);
	p->house = reading->house;
	reading->house = (struct house){0};
	bool begun = p->order.begun;
	p->order.begun = false;
	return begun;
}
