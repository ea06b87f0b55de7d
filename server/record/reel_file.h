/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One reel being written: DIR/SESSION/TRACK.webm and its index TRACK.idx. Owned by the recorder
 * thread. What is put passes four states:
 *
 *	buffered   in memory
 *	written    in the files, index entry included: survives a kill of the process
 *	syncing    was written when the sync under way began
 *	durable    that sync is over: survives a power cut, and its entries go into a part
 *
 * An index entry holds its cluster's hash, so after a power cut it proves itself (recover.h).
 */

#include "proto/reel.h"

struct reel_file;

/* Creates both files; -EEXIST when the track was recorded before. REEL_E_HEAD: see proto/reel.
 * session_key: seals the reel (proto/reel_seal.h); NULL: plain. */
int reel_file_open(const char *dir, const struct reel_head *head, const uint8_t *session_key,
	struct reel_file **ret_file);
/* Closes without a last sync. */
struct reel_file *reel_file_free(struct reel_file *f);

/* Buffers one message. Refusals are those of reel_writer_put(). */
int reel_file_put(struct reel_file *f, const uint8_t *message, size_t len);

/* Ends the open cluster; the next message begins another. */
int reel_file_cut(struct reel_file *f);

/* Writes what is buffered and the index entries of finished clusters. After a fault the rest is
 * kept for the next try. */
int reel_file_write(struct reel_file *f);

/* Nothing more can be written: forgets what is buffered. What is written may still be synced;
 * nothing more is put into it. */
void reel_file_abandon(struct reel_file *f);
/* Nothing more can be synced: forgets what is not durable. */
void reel_file_abandon_unsynced(struct reel_file *f);

/* A sync of the whole disk begins. False: this reel has nothing for it. */
bool reel_file_sync_begin(struct reel_file *f);
bool reel_file_is_syncing(const struct reel_file *f);
/* It is over: moves the entries of what is durable now to entries (struct reel_entry). */
void reel_file_sync_end(struct reel_file *f, GArray *entries);
/* Forces this reel alone to disk, when the sync of the whole failed and did not say for whom. */
int reel_file_sync_self(struct reel_file *f);

/* Bytes in memory that wait to be written. */
size_t reel_file_n_buffered(const struct reel_file *f);
/* Everything put into it is durable and was moved out, or was abandoned. */
bool reel_file_is_drained(const struct reel_file *f);
/* Session time of the newest block; after it was abandoned of the newest that is kept. */
uint32_t reel_file_last_ms(const struct reel_file *f);

/* DIR/SESSION/TRACK.webm or .idx. */
char *reel_file_path(const char *dir, const char *session, uint16_t track, const char *ending);

/* Whether a recorder, of whatever process, writes the reel: it holds a lock as long as it does, and
 * a dead one holds none. Asking locks nothing. */
bool reel_file_is_locked(int fd);
