/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_BUNDLE_PARTS_H
#define SERVER_PUBLISH_BUNDLE_PARTS_H

/* What a bundle is made of, for server/publish/bundle only. All return 0 or negative errno. */
#include <jansson.h>

#include "server/core/id.h"
#include "server/publish/bundle.h"

/* An opened bid of the session. */
struct bundle_bid {
	char bid_id[ID_SIZE];
	bool destroyed; /* the key of its project was: it stays closed */
	GBytes *key;    /* of its content; NULL when destroyed */
	char *bidder;
	json_t *files; /* of its manifest */
	uint64_t size;
};
void bundle_bid_free(void *bid);

/* cosigned.json: heads that cosigners signed while the session's events came, and their proofs. */
int bundle_write_cosigned(struct db_txn *txn, struct bundle *b);

/* Reads the opened bids; of a session that goes on none. */
int bundle_read_bids(struct db_txn *txn, struct bundle *b);
/* documents/<bid>/: the documents, and what is needed to seal them again. */
int bundle_write_documents(struct bundle *b);

/* reels/: finalised copies and their indexes. */
int bundle_write_reels(struct bundle *b);
int bundle_write_index(struct bundle *b, unsigned track, const GArray *entries);
/* The reel at fd, which lies in folder, without its seal and with its key. Positive: it cannot be
 * opened, and nothing is written. */
int bundle_write_opened(
	struct bundle *b, const struct session_reel *reel, int fd, const char *folder);

/* bundle.json and the page's data.js, over everything that lies in the working folder. */
int bundle_write_manifest(struct bundle *b);

/* An output file below the working folder that counts what it takes. */
struct bundle_file {
	struct bundle *b;
	int fd;
};
int bundle_file_open(struct bundle *b, const char *name, struct bundle_file *ret);
int bundle_file_write(struct bundle_file *f, const void *bytes, size_t len);
/* Forces it to the disk when r is 0, closes it in any case, and hands r on. */
int bundle_file_close(struct bundle_file *f, int r);

/* Takes away a folder with everything in it, or a file. */
void bundle_remove_tree(const char *path);

/* Lists all files below a folder, names relative to it, sorted; free with g_ptr_array_unref. */
int bundle_list(const char *dir, GPtrArray **ret);

#endif
