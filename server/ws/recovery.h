/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_RECOVERY_H
#define SERVER_WS_RECOVERY_H

/*
 * Before a room opens again: what its process of before could not tell the ledger any more. The
 * reels on the disk know it (server/record/recover.h has made them whole): clusters of no media
 * part become parts, tracks that nobody ended are ended, the time without recording is a gap.
 * Does nothing when there is nothing of the kind. Blocks; a worker's.
 */
#include <stdint.h>

struct act_env;
struct refusal;

struct recovery {
	uint64_t last_part;  /* the number of the last media part in the ledger now; 0: none */
	int64_t last_ms;     /* session time of the last that was recorded; 0: nothing was */
	uint16_t last_track; /* the highest number that a reel has; 0: none */
};

/* opened_us: real time of session time 0. 0, REFUSED or negative errno. */
int recovery_run(const struct act_env *env, const char *session_id, int64_t opened_us,
	struct recovery *ret, struct refusal *r);

#endif
