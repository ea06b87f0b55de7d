/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the upstream platform refused, or what broke the norm here, is sent again once its cause is
 * mended (重新上报): its records are made anew from what the notice and its project are now, by
 * whoever sends them, under the same id, so that the platform can tell it is the same delivery.
 */
#include "server/act/acts.h"

#include "server/store/exchange_store.h"

static const struct field fields[] = {
	{"push_id", FIELD_ID, true},
	{NULL},
};

static int again(struct act *a, const struct exchange_push *p)
{
	int r = exchange_store_again(a->txn, p->push_id, a->real_us);

	if (r == STORE_E_NONE)
		return refuse(a->refusal, "exchange.state", NULL, "it is %s",
			exchange_state_name(p->state));
	return r ? r
		 : act_event(a, "exchange.again", "notice", p->notice_id,
			   json_pack("{s:s, s:s, s:s}", "push_id", p->push_id, "state",
				   exchange_state_name(p->state), "error",
				   p->last_error ? p->last_error : ""));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct exchange_push *p = NULL;
	int r = act_found(a, exchange_store_get(a->txn, in_text(in, "push_id"), &p), "push_id");

	if (!r)
		r = again(a, p);
	exchange_push_free(p);
	return r;
}

const struct act_kind exchange_again_act = {.name = "exchange.again", .fields = fields, .run = run};
