/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SESSION_EXPORT_H
#define SERVER_PUBLISH_SESSION_EXPORT_H

/*
 * The record of one evaluation session (评标会) as files, for `bidroom-verify session`. What each
 * file holds and how it is checked is in proto/README.md, "Session record":
 *
 *	session.json                 what it is
 *	events.jsonl                 its events with their proofs
 *	checkpoint, key              the signed head all proofs lead to, the log's verifier key
 *	draw.json, sheets.json, results.json, report.json, report.pdf
 *	                             what the events carry digests of
 *	reels/                       the recording
 */
#include <stdint.h>

struct checkpoint_key;
struct db_txn;
struct field_cipher;

struct session_export {
	const struct checkpoint_key *key;
	const struct field_cipher *scores; /* opens the sheets of ranked lots */
	const char *session_id;
	const char *data_dir; /* reels/ and public/ledger/ below it are read */
	const char *dir;      /* written; exists or is made */
	int64_t n_events;     /* out */
};

/*
 * 0; STORE_E_NONE: no such session; -EAGAIN: its last events have no place in the released ledger
 * yet, ask again in a second; other negative errno. May be called again.
 */
int session_export(struct db_txn *txn, struct session_export *x);

#endif
