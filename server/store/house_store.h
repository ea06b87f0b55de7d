/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_HOUSE_STORE_H
#define SERVER_STORE_HOUSE_STORE_H

/* The house itself: the name of the trading centre (公共资源交易中心), and whether it is a demo. */
#include <stdbool.h>

struct db_txn;

struct house {
	char *centre;
	bool demo;
};

void house_clear(struct house *h);

int house_store_insert(struct db_txn *txn, const char *name);

/* Replaces what *ret holds; before the house was opened it has a general name. 0 or negative errno.
 */
int house_store_get(struct db_txn *txn, struct house *ret);

#endif
