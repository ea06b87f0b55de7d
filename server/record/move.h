/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A reel on its way into the bucket: piece by piece it is sent, read back and compared, and only
 * when the whole is there it is marked as away (away.h). The reel here is removed by
 * record_move_finish(), which its caller does not call before the event of the move is committed.
 * Blocking; one thread at a time.
 */

#include <stdbool.h>

#include "server/record/away.h"

struct record_move;

/* Appends the numbers of the session's reels in dir (uint16_t) that are not moved, in order. One
 * without a byte has nothing that could be. Cheap. */
void record_move_list(const char *dir, const char *session, GArray *tracks);

/* Takes the session's folder for itself, so nobody else moves or removes anything there meanwhile.
 * -EBUSY: another has it, or a recorder writes the reel; -ENOENT: it is gone or empty. Reels of a
 * server that died are recovered before any is moved. */
int record_move_new(const char *dir, const char *session, uint16_t track, struct bucket *bucket,
	struct record_move **ret);
struct record_move *record_move_free(struct record_move *m);

/* A piece more. 1: there is more; 0: all of it is there; -EBADMSG: what came back is not what was
 * sent; else as bucket_put(). After a failure the move is begun again. */
int record_move_step(struct record_move *m);

const char *record_move_session(const struct record_move *m);
uint16_t record_move_track(const struct record_move *m);
const struct record_away *record_move_result(const struct record_move *m);

/* Removes the reel here. */
int record_move_finish(struct record_move *m);
