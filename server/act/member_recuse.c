/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/draw_act.h"
#include "server/act/session_act.h"
#include "server/eval/avoidance.h"
#include "server/store/account_store.h"
#include "server/store/draw_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

/*
 * A member recuses himself (回避). What he did is void but stays; whoever is next in the drawn
 * order takes his place and is waited for at the gate.
 */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"grounds", FIELD_LIST, true, 1, AVOIDANCE_GROUNDS_MAX},
	{NULL},
};

static int check_grounds(struct act *a, const json_t *grounds)
{
	json_t *ground;
	size_t i;

	json_array_foreach ((json_t *)grounds, i, ground) {
		const char *name = json_string_value(ground);

		if (!name || !recusal_ground_is_known(name))
			return refuse(a->refusal, "input.invalid", "grounds",
				"ground %zu is not known", i + 1);
	}
	return 0;
}

/* A result that stands was made with his scores: it is for the supervisor to undo it. */
static int check_not_ranked(struct act *a, const char *session_id)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, session_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		if (lot->state == LOT_RANKED)
			return refuse(a->refusal, flow_refusal_code(FLOW_E_STEP), NULL,
				"lot %s is ranked; tell the supervisor", lot->code);
	}
	return r;
}

static int leave(struct act *a, const struct eval_session *s, const struct member_row *m,
	enum member_state next)
{
	int r = member_store_set_state(a->txn, s->session_id, m->no, next);

	if (!r)
		r = member_store_give_seat(a->txn, s->session_id, m->seat_id, NULL);
	if (!r)
		r = seat_store_set_left(a->txn, s->session_id, m->seat_id, a->real_us);
	if (!r)
		r = account_store_end_seat_sign_ins(a->txn, m->account_id);
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

static int run(struct act *a, const json_t *in, json_t *out)
{
	const json_t *grounds = json_object_get(in, "grounds");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	enum member_state next;
	unsigned place = 0;
	int r = check_grounds(a, grounds);

	if (!r)
		r = session_for_act(a, in_text(in, "session_id"), "member.recuse", true, &s);
	if (!r)
		r = session_member(a, s->session_id, &m);
	if (!r)
		r = check_not_ranked(a, s->session_id);
	if (r)
		return r;
	r = member_step(m->state, MEMBER_STEP_RECUSE, &next);
	if (r)
		return refuse(a->refusal, panel_refusal_code(r), NULL, "the member is %s",
			member_state_name(m->state));
	r = leave(a, s, m, next);
	if (!r)
		r = call_next(a, s->session_id, &place);
	if (r)
		return r;
	return act_event(a, "member.recused", "session", s->session_id,
		json_pack("{s:i, s:O, s:o}", "member_no", m->no, "grounds", grounds, "next",
			place ? json_integer(place) : json_null()));
}

const struct act_kind member_recuse_act = {.name = "member.recuse", .fields = fields, .run = run};
