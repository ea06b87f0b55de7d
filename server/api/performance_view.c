/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How experts did (一标一评): the members of one session, and one expert over time. */
#include "server/api/views.h"

#include "server/store/expert_store.h"
#include "server/store/performance_store.h"
#include "server/store/session_store.h"

#define MOST 200

static json_t *row_of(const struct performance_row *p)
{
	json_t *row = json_object();

	json_object_set(row, "items", p->items);
	if (p->remark) {
		out_text(row, "remark", p->remark);
		out_hex(row, "remark_salt", p->remark_salt, sizeof(p->remark_salt));
	}
	out_time(row, "recorded_at", p->recorded_us);
	return row;
}

static const struct field session_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_session(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	json_t *items = json_array();
	int r = act_found(
		a, session_store_get(a->txn, in_text(in, "session_id"), &s), "session_id");

	json_object_set_new(out, "items", items);
	if (!r)
		r = performance_store_of_session(a->txn, s->session_id, &rows);
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct performance_row *p = g_ptr_array_index(rows, i);
		json_t *row = row_of(p);

		out_int(row, "member_no", p->member_no);
		json_array_append_new(items, row);
	}
	return r;
}

static const struct field expert_fields[] = {
	{"expert_id", FIELD_ID, true},
	{NULL},
};

/* Who it is stays with the pool: of a session its title and no number of a member. */
static int run_expert(struct act *a, const json_t *in, json_t *out)
{
	EXPERT_AUTO struct expert *e = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	json_t *items = json_array();
	int r = act_found(a, expert_store_get(a->txn, in_text(in, "expert_id"), &e), "expert_id");

	json_object_set_new(out, "items", items);
	if (!r)
		r = performance_store_of_expert(a->txn, e->expert_id, MOST, &rows);
	for (guint i = 0; !r && i < rows->len; i++) {
		const struct performance_row *p = g_ptr_array_index(rows, i);
		json_t *row = row_of(p);

		out_text(row, "session_title", p->session_title);
		json_array_append_new(items, row);
	}
	return r;
}

const struct act_kind session_performance_view = {.name = "session.performance",
	.fields = session_fields,
	.run = run_session,
	.flags = ACT_READ};
const struct act_kind expert_performance_view = {.name = "expert.performance",
	.fields = expert_fields,
	.run = run_expert,
	.flags = ACT_READ};
