/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_PEER_H
#define ROOM_CLIENT_LOAD_PEER_H

/*
 * One seat of the load: comes in by its ticket, offers its tracks, then sends and counts.
 *
 *	COMING   connecting, hello, publish     OVER  failed, or the line is lost
 *	SEATED   has its tracks
 */
#include "room-client/load/figures.h"
#include "room-client/load/plan.h"
#include "room-client/load/speech.h"
#include "room-client/load/wire.h"

enum peer_state { PEER_COMING, PEER_SEATED, PEER_OVER };

struct peer {
	const struct plan_seat *seat;
	struct figures *figures;
	bool measuring;   /* what comes counts */
	bool second_half; /* of the measured time */
	enum peer_state state;
	char why[160]; /* OVER: what happened */
	struct wire *wire;
	struct speech cam, mic;
	bool sign, plain;
	GArray *heard; /* by track number: last sequence number plus one, 0 for none */
};

struct peer_config {
	const struct wire_target *target;
	const struct speech_rate *rate;
	bool sign;  /* send a stamp for each group */
	bool plain; /* no room, but any relay to the others of the same address */
};

void peer_init(struct peer *p, const struct plan_seat *seat, const struct peer_config *config,
	struct figures *figures);
void peer_done(struct peer *p);

/* Speaks from now on, each seat at its own phase. */
void peer_begin(struct peer *p, int64_t now_us);
void peer_send(struct peer *p, int64_t now_us);

#endif
