/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_CREW_H
#define ROOM_CLIENT_LOAD_CREW_H

/*
 * The seats of one process, and the talk with the process that started it:
 *
 *	crew to boss   one byte: all seats are taken, or have failed
 *	boss to crew   struct crew_orders: when to begin, what to measure
 *	crew to boss   struct figures, then the process ends
 */
#include "room-client/load/peer.h"

struct crew_orders {
	int64_t begin_us;                /* monotonic: speak from now on */
	int64_t measure_us, measured_us; /* from, to */
};

/* Does all of the above on this thread. */
void crew_run(const struct peer_config *config, const GPtrArray *seats, int from_boss, int to_boss);

#endif
