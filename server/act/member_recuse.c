/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/member_leave.h"
#include "server/act/session_act.h"
#include "server/eval/avoidance.h"
#include "server/store/member_store.h"
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

static int run(struct act *a, const json_t *in, json_t *out)
{
	const json_t *grounds = json_object_get(in, "grounds");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	unsigned place = 0;
	json_t *body;
	int r = session_for_act(a, in_text(in, "session_id"), "member.recuse", true, &s);

	if (!r)
		r = session_member(a, s->session_id, &m);
	if (!r)
		r = check_grounds(a, grounds);
	if (r)
		return r;
	body = json_pack("{s:i, s:O}", "member_no", m->no, "grounds", grounds);
	r = member_leave(a, s, m, MEMBER_STEP_RECUSE, NULL, body, &place);
	json_decref(body);
	return r;
}

const struct act_kind member_recuse_act = {.name = "member.recuse", .fields = fields, .run = run};
