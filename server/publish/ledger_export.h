/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_LEDGER_EXPORT_H
#define SERVER_PUBLISH_LEDGER_EXPORT_H

/*
 * The whole ledger as files, rebuilt from the database and nothing else, for `bidroom-verify
 * ledger`: the layout of ledger_files, and
 *
 *	checkpoints   every signed head, each behind a line "size <n> bytes <m>"
 *	export.json   {"form":"bidroom.ledger.v1","full":bool,"size":n}
 *
 * A full export shows the leaf of every event, for auditors; the public one shows what is public.
 * What the tables hold is written as it is: places with the hash recorded for them, leaves made
 * anew from the event rows. Whether they fit is the verifier's business.
 */
#include <stdbool.h>
#include <stdint.h>

struct checkpoint_key;
struct db_txn;

/*
 * Reads in txn, whose snapshot makes places and checkpoints of the same moment, and writes below
 * dir. May be called again after a failure. 0 or negative errno.
 */
int ledger_export(struct db_txn *txn, const struct checkpoint_key *key, const char *dir, bool full,
	int64_t *ret_size);

#endif
