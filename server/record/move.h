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

/* Whether a folder has a reel at all that is not moved; cheap. */
bool record_move_is_left(const char *dir, const char *session);

/* The next reel of this session in dir that nobody writes and that is not moved yet.
 * -ENOENT: there is none; -EBUSY: another process moves it. */
int record_move_new(
	const char *dir, const char *session, struct bucket *bucket, struct record_move **ret);
struct record_move *record_move_free(struct record_move *m);

/* A piece more. 1: there is more; 0: all of it is there; -EBADMSG: what came back is not what was
 * sent; else as bucket_put(). After a failure the move is begun again. */
int record_move_step(struct record_move *m);

const char *record_move_session(const struct record_move *m);
uint16_t record_move_track(const struct record_move *m);
const struct record_away *record_move_result(const struct record_move *m);

/* Removes the reel here. */
int record_move_finish(struct record_move *m);
