/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_HOUSE_STORE_H
#define SERVER_STORE_HOUSE_STORE_H

/* The house itself: the name of the trading centre (公共资源交易中心). */
struct db_txn;

int house_store_insert(struct db_txn *txn, const char *name);

/* A new string; before the house was opened a general one. 0 or negative errno. */
int house_store_name(struct db_txn *txn, char **ret_name);

#endif
