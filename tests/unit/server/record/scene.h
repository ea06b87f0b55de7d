/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A recorder on a disk that does as it is told, and what comes up from it. */

#include "server/record/recorder.h"
#include "tests/unit/server/record/objects.h"

#define TICK_MS 20
#define WAIT_MS 20000

/* The recorder's syncs go through here: a disk that is slow, or that fails. */
struct disk {
	GMutex lock;
	GCond changed;
	bool held;
	int error;      /* of the whole disk */
	int file_error; /* of each reel */
	guint n_syncs, n_file_syncs;
};
extern struct disk disk;

/* The syncs are counted from here. */
void disk_set(bool held, int error, int file_error);
void disk_wait_sync(void);

/* What came up, kept for the test's thread. */
struct inbox {
	GMutex lock;
	GCond changed;
	struct recorder *recorder;
	bool answer;    /* says "done" to every part */
	guint n_refuse; /* says "not committed" to the first so many */
	guint n_calls;
	GArray *clusters; /* struct media_cluster: of parts answered as done */
	GArray *numbers;  /* uint64_t: of every part handed up */
	guint n_gaps;
	uint32_t gap_from_ms, gap_to_ms;
	int gap_error;
	guint n_spaces;
	enum record_space space;
};

/* Makes the recorder too; options gets its tick where it has none. */
void inbox_init(struct inbox *in, struct recorder_options *options);
/* After recorder_stop(). */
void inbox_done(struct inbox *in);

void wait_until(struct inbox *in, bool (*holds)(const struct inbox *in, guint n), guint n);
bool has_calls(const struct inbox *in, guint n);
bool has_gaps(const struct inbox *in, guint n);
bool has_blocks(const struct inbox *in, guint n);
bool has_spaces(const struct inbox *in, guint n);

void put(struct inbox *in, struct record_track *t, uint16_t track, uint32_t seq);

/* The entries of one track that came up in parts hold against the file. */
void assert_recorded(const struct inbox *in, const char *dir, uint16_t track, uint64_t n_blocks);
