/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One directory that reels are written to, and the thread that forces it to disk.
 *
 * All reels of a disk are made durable by one syncfs(): measured on ext4 with 400 reels it takes a
 * thirtieth of the CPU of an fdatasync for each, and the time of one however many reels there are
 * (tests/bench/record_bench.c). It also forces out what others wrote to that file system; who has
 * other heavy writers there gives the reels a file system of their own.
 *
 * Functions belong to the recorder thread; the sync runs on the disk's own.
 */

#include <stdbool.h>
#include <stdint.h>

struct record_disk;

/* synced is called on the disk's thread when a sync is over. -errno when the folder cannot be
 * written. path is copied. */
int record_disk_new(
	const char *path, void (*synced)(void *user), void *user, struct record_disk **ret_disk);
/* Waits for a sync under way. NULL does nothing. */
struct record_disk *record_disk_free(struct record_disk *d);

const char *record_disk_path(const struct record_disk *d);

/* Begins a sync; none may be under way. */
void record_disk_sync(struct record_disk *d);
bool record_disk_is_syncing(const struct record_disk *d);
/* True once for each sync that is over: 0 or -errno, and how long it took. */
bool record_disk_take_result(struct record_disk *d, int *ret_result, int64_t *ret_took_us);

/* Bytes that an ordinary process may still write; 0 when nobody can tell. */
uint64_t record_disk_free_bytes(const struct record_disk *d);
