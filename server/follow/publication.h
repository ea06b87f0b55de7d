/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_PUBLICATION_H
#define SERVER_FOLLOW_PUBLICATION_H

/*
 * What a follower that writes public files reads of the publication order (发布顺序), and under
 * which name of the house it wrote them. Everything it writes carries that name, so that another
 * one, or a house that becomes a demo, has everything written again.
 */
#include <glib.h>

#include "server/follow/order.h"
#include "server/publish/site.h"
#include "server/store/house_store.h"

struct act_env;

struct publication {
	const struct act_env *env;
	struct order order;
	struct house house; /* as the files carry it */
};

void publication_clear(struct publication *p);
struct site publication_site(const struct publication *p);

/* What one step reads in one transaction; zero it first. */
struct publication_reading {
	struct order_range range;
	GPtrArray
		*rows; /* struct notice_row of the projects with changes in the range, by project */
	GArray *counts; /* struct notice_count, before order_begin() */
	struct house house;
};

/* Replaces what *ret holds. 0 or negative errno. */
int publication_read(
	struct db_txn *txn, const struct publication *p, struct publication_reading *ret);
void publication_reading_clear(struct publication_reading *r);

/* Takes the house's name over. True if all that was written so far has to be written again. */
bool publication_renamed(struct publication *p, struct publication_reading *reading);

#endif
