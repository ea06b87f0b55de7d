/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One reel being written: DIR/SESSION/TRACK.webm and its index TRACK.idx. Owned by the recorder
 * thread. Bytes pass three states: buffered, written (survive a kill of the process), durable
 * (survive a power cut). An index entry is written only when its cluster is durable.
 */

#include "proto/reel.h"

struct reel_file;

/* Creates both files; -EEXIST when the track was recorded before. REEL_E_HEAD: see proto/reel. */
int reel_file_open(const char *dir, const struct reel_head *head, struct reel_file **ret_file);
/* Closes without a last sync. */
struct reel_file *reel_file_free(struct reel_file *f);

/* Buffers one message. Refusals are those of reel_writer_put(). */
int reel_file_put(struct reel_file *f, const uint8_t *message, size_t len);

/* Writes what is buffered. After a fault the rest is kept for the next try. */
int reel_file_write(struct reel_file *f);

/* Ends the open cluster; the next message begins another. */
void reel_file_cut(struct reel_file *f);

/* Forces what is written to disk, writes the index entries of finished clusters and moves them to
 * entries (struct reel_entry). Nothing is moved on a fault. */
int reel_file_sync(struct reel_file *f, GArray *entries);

size_t reel_file_n_buffered(const struct reel_file *f);
/* Session time of the newest block. */
uint32_t reel_file_last_ms(const struct reel_file *f);

/* DIR/SESSION/TRACK.webm or .idx. */
char *reel_file_path(const char *dir, const char *session, uint16_t track, const char *ending);

/* Whether a recorder, of whatever process, writes the reel: it holds a lock as long as it does, and
 * a dead one holds none. Asking locks nothing. */
bool reel_file_is_locked(int fd);
