/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DRAW_ACT_H
#define SERVER_ACT_DRAW_ACT_H

/* What the acts of a draw (抽取) have in common. */
#include "server/act/act.h"
#include "server/act/draw_pool.h"
#include "server/eval/draw.h"

struct draw_nonces;
struct draw_row;

/* The draw locked, with what the parties have done so far; REFUSED when it was drawn already. */
int draw_begin_act(
	struct act *a, const char *draw_id, struct draw_row **ret, struct draw_nonces *ret_nonces);

/* The party named in the input. */
int draw_party_in(struct act *a, const json_t *in, enum draw_party *ret);

bool draw_all_committed(const struct draw_nonces *nonces);

/* A party's nonce becomes known: by itself, or by the holders. Checks it against its commitment. */
int draw_reveal_nonce(struct act *a, const char *draw_id, const struct draw_nonces *nonces,
	enum draw_party party, const uint8_t nonce[DRAW_BYTES], const char *by);

/*
 * Fixes the pool as it is now: the draw's key, its snapshot and row, and the public event, which
 * says how many were left out for what: whoever would have a few drawn by suspending the others is
 * seen. ret_draw_id gets its id. REFUSED with draw.too_few.
 */
int draw_prepare(struct act *a, const char *session_id, const struct draw_rule *rule,
	const struct draw_wanted *wanted, char ret_draw_id[static ID_SIZE]);

/* The seed of a session's draw; REFUSED with session.not_drawn before it was run. */
int draw_seed_of(struct act *a, const char *session_id, uint8_t ret_seed[static DRAW_BYTES]);

/* Seats the expert at a place (from 1) of the drawn order on the panel, under that number. 0, or
 * DRAW_E_TOO_FEW when the order ends before it. */
int draw_seat_place(struct act *a, const struct draw_row *draw, unsigned place);

#endif
