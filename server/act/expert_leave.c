/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An expert is on leave (请假) for a time, and is not drawn for a session that falls into it. Why
 * is nobody's business here. A leave that is ended before it began is as if it had never been.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/store/expert_store.h"

/* Of one expert, that have not ended. */
#define LEAVES_MAX 20

static const struct field fields[] = {
	{"expert_id", FIELD_ID, true},
	{"from", FIELD_TIME, true},
	{"until", FIELD_TIME, true},
	{NULL},
};

/* The expert's leaves that have not ended; nobody adds or ends one until this transaction ends. */
static int lock_leaves(struct act *a, const char *expert_id, GPtrArray **ret)
{
	EXPERT_AUTO struct expert *e = NULL;
	int r = act_found(a, expert_store_lock(a->txn, expert_id, &e), "expert_id");

	return r ? r : expert_store_leaves(a->txn, expert_id, expert_id, a->legal_us, ret);
}

static int tell(struct act *a, const char *kind, const struct expert_leave *l, int64_t until_us)
{
	json_t *body = json_pack("{s:s}", "leave", l->leave_id);

	out_time(body, "from", l->from_us);
	out_time(body, "until", until_us);
	return act_event(a, kind, "expert", l->expert_id, body);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct expert_leave leave = {
		.from_us = in_time_us(in, "from", 0), .until_us = in_time_us(in, "until", 0)};
	g_autoptr(GPtrArray) leaves = NULL;
	int r = lock_leaves(a, in_text(in, "expert_id"), &leaves);

	if (r)
		return r;
	if (leave.until_us <= leave.from_us || leave.until_us <= a->legal_us)
		return refuse(a->refusal, "expert.leave", "until", NULL);
	if (leaves->len >= LEAVES_MAX)
		return refuse(a->refusal, "expert.leave_many", NULL, "%d at most", LEAVES_MAX);
	id_new(leave.leave_id);
	g_strlcpy(leave.expert_id, in_text(in, "expert_id"), sizeof(leave.expert_id));
	r = expert_store_add_leave(a->txn, &leave);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "leave_id", leave.leave_id);
	return tell(a, "expert.leave_granted", &leave, leave.until_us);
}

static const struct field end_fields[] = {
	{"expert_id", FIELD_ID, true},
	{"leave_id", FIELD_ID, true},
	{NULL},
};

static int run_end(struct act *a, const json_t *in, json_t *out)
{
	const struct expert_leave *leave = NULL;
	g_autoptr(GPtrArray) leaves = NULL;
	int64_t until_us;
	int r = lock_leaves(a, in_text(in, "expert_id"), &leaves);

	for (guint i = 0; !r && i < leaves->len && !leave; i++) {
		const struct expert_leave *l = g_ptr_array_index(leaves, i);

		if (strcmp(l->leave_id, in_text(in, "leave_id")) == 0)
			leave = l;
	}
	if (!r && !leave)
		r = act_found(a, STORE_E_NONE, "leave_id");
	if (r)
		return r;
	until_us = MAX(a->legal_us, leave->from_us);
	r = expert_store_end_leave(a->txn, leave, until_us);
	if (r)
		return r < 0 ? r : -EIO;
	return tell(a, "expert.leave_ended", leave, until_us);
}

const struct act_kind expert_leave_act = {
	.name = "expert.leave", .fields = fields, .run = run, .flags = ACT_CREATES};
const struct act_kind expert_leave_end_act = {
	.name = "expert.leave_end", .fields = end_fields, .run = run_end};
