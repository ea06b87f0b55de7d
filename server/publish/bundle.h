/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_BUNDLE_H
#define SERVER_PUBLISH_BUNDLE_H

/*
 * The bundle (归档包) of one session: its record with finalised copies of the reels, the documents
 * of the opened bids, and a page that plays it all from disk (proto/README.md, "Bundle"). It is
 * made beside its place and moved there whole; whatever goes wrong, nothing half is left.
 *
 *	bundle_begin    makes the working folder
 *	bundle_collect  reads the database, on one snapshot; again after -EAGAIN
 *	bundle_write    copies, for minutes with a long session; no database
 *	bundle_end      always; removes what bundle_write did not move to its place
 *
 * One thread at a time.
 */
#include <glib.h>
#include <jansson.h>

#include "server/publish/session_export.h"

enum bundle_refusal {
	BUNDLE_E_EXISTS = 1, /* the folder is there already */
	BUNDLE_E_BUSY,       /* the working folder is: another run, or one that was killed */
	BUNDLE_E_SESSION,    /* no such session */
	BUNDLE_E_PAGE,       /* the player page is not where the configuration says */
	BUNDLE_E_SPACE,      /* need_bytes do not fit into free_bytes */
};

struct bundle {
	/* in; borrowed */
	const struct checkpoint_key *key;
	const GArray *cosigners; /* struct note_key */
	const struct field_cipher *scores, *cipher;
	const struct field_cipher *seals; /* opens the keys of sealed reels */
	const char *session_id, *data_dir;
	const char *const *reel_dirs; /* as in struct session_export */
	struct reel_source reels_from;
	const char *page_dir; /* the built page and the texts that go with it */
	const char *dir;      /* where the bundle will stand */
	int64_t now_us;
	/* May be NULL. Bytes written and to be written; true: stop, -ECANCELED. */
	bool (*progress)(void *ctx, uint64_t done_bytes, uint64_t total_bytes);
	void *progress_ctx;
	/* out */
	struct session_export record;
	unsigned n_reels, n_missing, n_withheld, n_sealed, n_expired;
	uint64_t need_bytes, free_bytes; /* of BUNDLE_E_SPACE */
	/* its own */
	char *work_dir;
	GPtrArray *bids; /* struct bundle_bid */
	uint64_t done_bytes, total_bytes;
	json_t *reels, *documents; /* rows of the manifest */
};

/* 0, a refusal, or negative errno. -EAGAIN of bundle_collect: ask again in a second. */
int bundle_begin(struct bundle *b);
int bundle_collect(struct db_txn *txn, struct bundle *b);
int bundle_write(struct bundle *b);
void bundle_end(struct bundle *b);

/* Whether what was collected has opened bids that can still be read. */
bool bundle_holds_bids(const struct bundle *b);

#endif
