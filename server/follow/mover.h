/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_MOVER_H
#define SERVER_FOLLOW_MOVER_H

/*
 * Moves the recordings of sessions that were closed long enough ago to the bucket, one reel after
 * the other: all pieces are there and were read back, then the event (server/act/archive_move),
 * then the reel here is removed. Whatever fails in between, the reel is here, the others have their
 * turn, and the move is begun again. Runs where the disks are, on the thread of the destroyer:
 * neither sees the other half done.
 */
#include "server/act/act.h"

struct mover;

struct mover *mover_new(const struct act_env *env);
struct mover *mover_free(struct mover *m);

/* A follower's step; a failure is told once for all that failed in a round. */
int mover_step(struct mover *m);

#endif
