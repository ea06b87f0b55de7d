/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the recorder tells the house above it. Parts are what a verifier will check the reels
 * against, so each must reach the ledger; until the callee says that one did, it waits in memory,
 * and after a crash it is made again from the index beside the reels (server/record/recover.h).
 */

#include "proto/media_part.h"

/* What one tick made durable in one session. */
struct record_part {
	char session[IDENT_SIZE];
	uint64_t no;      /* from 1, gapless within the session */
	GArray *clusters; /* struct media_cluster, for media_part_build() */
};

enum record_space {
	RECORD_SPACE_ENOUGH,
	RECORD_SPACE_LOW,  /* somebody should see to it */
	RECORD_SPACE_NONE, /* nothing new is begun here; what runs goes on */
};

/* Called on the recorder's thread, which must not be kept waiting: post a job and return. */
struct record_out {
	/* The oldest part of its session that is not done. It stays as it is until
	 * recorder_part_done(); the next part of the session comes after that. */
	void (*part)(void *user, const struct record_part *part);
	/* Nothing of this track was recorded between these session times. to_ms 0: the reel has
	 * ended there for good. error: negative errno (-ENOBUFS: the disk was too slow). */
	void (*gap)(void *user, const struct reel_head *of, uint32_t from_ms, uint32_t to_ms,
		int error);
	/* A disk has less room than before it is wise, or has it again. */
	void (*space)(void *user, const char *dir, uint64_t free_bytes, enum record_space space);
	void *user;
};

#define RECORD_KEY_LEN 32

/* Where the keys of sealed reels come from. Called on the recorder's thread and may wait for the
 * disk: gets the key of a session, or makes one that is durable. -errno. */
struct record_keys {
	int (*get)(
		void *user, const char *dir, const char *session, uint8_t ret_key[RECORD_KEY_LEN]);
	void *user;
};
