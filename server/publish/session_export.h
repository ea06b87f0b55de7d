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
 *	draw.json, sheets.json, reviews.json, results.json, void.json, award-LOT.json, report.json,
 *	report.pdf, report-signed.pdf
 *	                             what the events carry digests of
 *	reels/                       the recording
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/reel.h"

struct checkpoint_key;
struct db_txn;
struct field_cipher;

/*
 * How much of a reel the record speaks of. A reel that still grows is ahead of the ledger by what
 * its next part will name; the record ends where its events do.
 */
struct session_reel {
	unsigned track;
	GArray *entries;  /* struct reel_entry */
	bool is_withheld; /* original of a masked track, or said to one seat alone */
};

/* Bytes of the reel up to its last entry. */
uint64_t session_reel_length(const struct session_reel *reel);

/* An open reel to be copied, wherever it lies (server/record/reel_media.h fills it in). */
struct reel_source {
	/* A descriptor for the caller to close, or negative errno: -ENOENT: it is missing. */
	int (*open)(void *ctx, const char *session_id, uint16_t track);
	void *ctx;
};

/* The folder of the session in that one of the directories which has the index of this track, in
 * the last one when none has; a new text. */
char *session_reel_folder(const char *const *reel_dirs, const char *session_id, unsigned track);

struct session_export {
	const struct checkpoint_key *key;
	const struct field_cipher *scores; /* opens the sheets of ranked lots */
	const char *session_id;
	const char *data_dir;         /* public/ledger/ below it is read */
	const char *const *reel_dirs; /* searched for the recording; ends with NULL */
	struct reel_source reels_from;
	const char *dir;    /* written; exists or is made */
	bool without_reels; /* the caller sees to them */
	/* out; session_export_clear */
	char *title;
	bool closed;
	int64_t n_events;
	uint64_t first_index; /* least place of an event */
	uint64_t size;        /* of the checkpoint */
	bool destroyed;       /* a destruction record says that its reels are gone */
	int64_t n_later;  /* events of a running session that the checkpoint does not hold yet */
	GPtrArray *reels; /* struct session_reel, by track */
};

/*
 * 0; STORE_E_NONE: no such session; -EAGAIN: events that the evidence needs have no place in the
 * released ledger yet, ask again in a second; other negative errno. May be called again. What a
 * running room adds all the time is not waited for: the record ends at the checkpoint.
 */
int session_export(struct db_txn *txn, struct session_export *x);
void session_export_clear(struct session_export *x);

#endif
