/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_LEDGER_FILES_H
#define SERVER_PUBLISH_LEDGER_FILES_H

/*
 * The public side of the ledger as files below DIR: checkpoint, key, tile/… (C2SP tlog-tiles). They
 * are derived from the database and can be written again at any time. A checkpoint appears only
 * after all tiles it needs; a file is never changed, only replaced whole.
 *
 * Also the way back: inclusion and consistency proofs are computed from the tiles.
 */
#include <glib.h>
#include <stdint.h>

#include "proto/ledger_tile.h"
#include "proto/ledger_tree.h"
#include "server/audit/event.h"

struct ledger_files;

/* dir is created if it is missing. 0 or negative errno. */
int ledger_files_open(const char *dir, struct ledger_files **ret);
struct ledger_files *ledger_files_free(struct ledger_files *f);

/*
 * Leaves already held; 0 at first. Every leaf is added once and in order; what is added is written
 * by ledger_files_write.
 */
uint64_t ledger_files_size(const struct ledger_files *f);
int ledger_files_add(struct ledger_files *f, const struct event *e);

/* The same for an entry made elsewhere: its hash counts, its leaf (or NULL) is what is shown. */
int ledger_files_add_entry(struct ledger_files *f, const struct ledger_entry *entry);

/*
 * Writes all new and grown tiles and bundles, then the checkpoint. 0 or negative errno; after an
 * error the same call again continues.
 */
int ledger_files_write(struct ledger_files *f, const char *checkpoint_note, const char *key_text);

/* For proofs over the files of a directory at a tree size. */
struct ledger_files_reader {
	const char *dir;
	uint64_t size;
};
/* A read function for struct ledger_tile_source; ctx is a struct ledger_files_reader. */
int ledger_files_read(
	void *ctx, unsigned tile_level, uint64_t first, unsigned n, uint8_t *ret_hashes);

#endif
