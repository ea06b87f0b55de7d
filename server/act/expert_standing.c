/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An expert is suspended from the pool (暂停) or back in it (在库), with the reason: who is
 * suspended is drawn for nothing, and does not pass the gate for what he was drawn for before.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/personal_reason.h"
#include "server/store/expert_store.h"

static const struct field fields[] = {
	{"expert_id", FIELD_ID, true},
	{"standing", FIELD_NAME, true, 1, 16},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int read_standing(struct act *a, const json_t *in, bool *ret_active)
{
	const char *standing = in_text(in, "standing");

	*ret_active = strcmp(standing, "active") == 0;
	if (*ret_active || strcmp(standing, "suspended") == 0)
		return 0;
	return refuse(a->refusal, "input.invalid", "standing", "active or suspended");
}

static int set(struct act *a, struct expert *e, const char *text, json_t *body)
{
	struct personal_reason reason;
	int r;

	personal_reason_take(&reason, text, body);
	g_free(e->standing_reason);
	e->standing_reason = g_strdup(reason.text);
	memcpy(e->standing_salt, reason.salt, sizeof(e->standing_salt));
	r = expert_store_set_standing(a->txn, e);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "expert.standing_set", "expert", e->expert_id, json_incref(body));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EXPERT_AUTO struct expert *e = NULL;
	json_auto_t *body = NULL;
	bool active;
	int r = read_standing(a, in, &active);

	if (!r)
		r = act_found(
			a, expert_store_lock(a->txn, in_text(in, "expert_id"), &e), "expert_id");
	if (r)
		return r;
	if (e->active == active)
		return refuse(a->refusal, "expert.standing", "standing", NULL);
	e->active = active;
	body = json_pack("{s:s}", "standing", in_text(in, "standing"));
	return set(a, e, in_text(in, "reason"), body);
}

const struct act_kind expert_standing_act = {
	.name = "expert.standing", .fields = fields, .run = run};
