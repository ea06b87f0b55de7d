/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/member_leave.h"

#include <errno.h>

#include "server/act/draw_act.h"
#include "server/act/personal_reason.h"
#include "server/act/review_act.h"
#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/store/draw_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

/* The seat is free for who comes in his place: its device is out, with its tracks. */
static int free_seat(struct act *a, const struct eval_session *s, const struct member_row *m)
{
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_store_get(a->txn, s->session_id, m->seat_id, &seat);

	if (!r)
		r = seat_act_lose_device(a, s->session_id, seat);
	if (!r)
		r = member_store_give_seat(a->txn, s->session_id, m->seat_id, NULL);
	if (!r && seat->has_device && !seat->left)
		r = seat_act_event(a, s->session_id, "room.release",
			json_pack("{s:s, s:I, s:i}", "seat", seat->seat_id, "epoch",
				(json_int_t)seat->epoch, "member_no", m->no));
	return r <= 0 ? r : -EIO;
}

static int leave(struct act *a, const struct eval_session *s, const struct member_row *m,
	enum member_state next, const struct personal_reason *reason)
{
	int r = member_store_set_left(a->txn, s->session_id, m->no, next,
		reason ? reason->text : NULL, reason ? reason->salt : NULL);

	if (!r && m->seat_id[0]) /* he had come */
		r = free_seat(a, s, m);
	if (!r && s->leader_no == m->no)
		r = session_store_set_leader(a->txn, s->session_id, 0);
	return r <= 0 ? r : -EIO;
}

/* ret_place 0: everybody eligible has been called. */
static int call_next(struct act *a, const char *session_id, unsigned *ret_place)
{
	g_autoptr(GPtrArray) members = NULL;
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);

	if (!r)
		r = draw_store_by_session(a->txn, session_id, &draw);
	if (r)
		return r < 0 ? r : -ENOENT;
	*ret_place = members->len + 1;
	r = draw_seat_place(a, draw, *ret_place);
	if (r == DRAW_E_TOO_FEW) {
		*ret_place = 0;
		return 0;
	}
	return r <= 0 ? r : -EIO;
}

/*
 * The lots that are ranked: his scores are in their results, so they are ranked anew once whoever
 * comes in his place has scored them.
 */
static int ranked_lots(struct act *a, const char *session_id, json_t **ret)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, session_id, &lots);

	*ret = json_array();
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);

		if (lot->state == LOT_RANKED)
			json_array_append_new(*ret, json_string(lot->lot_id));
	}
	return r;
}

static int say(
	struct act *a, const struct eval_session *s, const char *kind, json_t *body, unsigned next)
{
	json_t *unranked;
	int r = ranked_lots(a, s->session_id, &unranked);

	json_object_set_new(body, "next", next ? json_integer(next) : json_null());
	json_object_set_new(body, "unranked", unranked);
	return r ? r : act_event(a, kind, "session", s->session_id, json_incref(body));
}

int member_leave(struct act *a, const struct eval_session *s, const struct member_row *m,
	enum member_step step, const struct personal_reason *reason, json_t *body,
	unsigned *ret_next)
{
	const char *kind = step == MEMBER_STEP_REPLACE ? "member.replaced" : "member.recused";
	enum member_state next;
	int r = member_step(m->state, step, &next);

	if (r)
		return refuse(a->refusal, panel_refusal_code(r), NULL, "the member is %s",
			member_state_name(m->state));
	r = leave(a, s, m, next, reason);
	if (!r)
		r = call_next(a, s->session_id, ret_next);
	if (!r)
		r = say(a, s, kind, body, *ret_next);
	return r ? r : review_undo_undecided(a, s);
}
