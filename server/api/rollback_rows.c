/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps back (环节回退) of a session, as those who may know what was found see them. */
#include "server/api/views.h"

#include "server/store/rollback_store.h"

static json_t *rollback_json(const struct rollback_row *r)
{
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "rollback_id", r->rollback_id,
		"from", flow_step_name(r->from), "to", flow_step_name(r->to), "code",
		rollback_reason_name(r->code), "reason", r->reason, "by",
		flow_role_name(r->member_no ? FLOW_CHAIR : FLOW_HOST));

	out_time(row, "asked_at", r->asked_us);
	if (!r->decided_by[0])
		return row;
	json_object_set_new(row, r->withdrawn ? "withdrawn" : "approved",
		json_boolean(r->withdrawn || r->approved));
	if (r->note)
		out_text(row, "note", r->note);
	out_time(row, "decided_at", r->decided_us);
	return row;
}

int rollback_rows(struct act *a, const char *session_id, json_t **ret)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = rollback_store_of_session(a->txn, session_id, &rows);

	if (r)
		return r;
	*ret = json_array();
	for (guint i = 0; i < rows->len; i++)
		json_array_append_new(*ret, rollback_json(g_ptr_array_index(rows, i)));
	return 0;
}
