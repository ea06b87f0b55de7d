/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The members of a session: names are shown from arrival on, to those who lead and watch and to the
 * member himself; others see the alias. Of sheets only the progress is told.
 */
#include "server/api/session_look.h"

#include "server/act/personal_reason.h"
#include "server/act/session_act.h"
#include "server/eval/panel.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

static json_t *progress(const struct session_look *l, int member_no)
{
	json_t *list = json_array();

	for (guint i = 0; i < l->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(l->lots, i);
		const struct sheet_row *s = session_look_sheet(l, lot->lot_id, member_no);

		json_array_append_new(
			list, json_pack("{s:s, s:i, s:i, s:b}", "lot_id", lot->lot_id, "filled",
				      s ? s->filled : 0, "of", l->n_scores[i], "submitted",
				      s && s->submitted));
	}
	return list;
}

/* Members do not learn from which city the others speak. */
static void out_seat(json_t *row, const struct session_look *l, const struct member_row *m)
{
	out_text(row, "seat_id", m->seat_id);
	out_text(row, "seat_label", m->seat_label);
	if (!l->me || l->me->no == m->no) {
		out_text(row, "venue_id", m->venue_id);
		out_text(row, "venue_name", m->venue_name);
	}
	json_object_set_new(row, "online", json_boolean(m->online));
	out_time(row, "arrived_at", m->arrived_us);
}

/* With its salt anybody who is told the reason can find its digest in the ledger. */
static void out_reason(
	json_t *row, const char *name, const char *text, const char *salt_name, const uint8_t *salt)
{
	out_text(row, name, text);
	if (salt)
		out_hex(row, salt_name, salt, PERSONAL_SALT_LEN);
}

/*
 * Who will not sign, and why members left: that it is so is for all, the reason is personal, for
 * those who lead and watch and for whom it concerns.
 */
static void out_reasons(struct act *a, const struct session_look *l, guint i, json_t *row)
{
	const struct member_row *m = g_ptr_array_index(l->members, i);
	bool told = l->me ? l->me->no == m->no : act_has_role(a, SESSION_MAY_KNOW);
	const struct report_unsigned *refusal = session_look_refusal(l, m->no);

	if (m->left_reason && told)
		out_reason(row, "left_reason", m->left_reason, "left_salt",
			m->left_salted ? m->left_salt : NULL);
	if (m->release_note && told)
		out_reason(row, "release_note", m->release_note, "release_salt", m->release_salt);
	if (!refusal || l->signed_by[i])
		return;
	json_object_set_new(row, "refused", json_true());
	if (refusal->reason && told)
		out_reason(row, "refused_reason", refusal->reason, "refused_salt",
			refusal->salted ? refusal->salt : NULL);
}

int session_out_member(struct act *a, const struct session_look *l, guint i, json_t *list)
{
	const struct member_row *m = g_ptr_array_index(l->members, i);
	bool known = !l->me ? act_has_role(a, SESSION_MAY_KNOW) : l->me->no == m->no;
	g_autofree char *alias = member_alias(m->no);
	g_autofree char *name = NULL;
	json_t *row = json_object();

	json_array_append_new(list, row);
	out_int(row, "member_no", m->no);
	out_text(row, "alias", alias);
	out_text(row, "state", member_state_name(m->state));
	json_object_set_new(row, "leader", json_boolean(l->session->leader_no == m->no));
	json_object_set_new(row, "signed", json_boolean(l->signed_by[i]));
	json_object_set_new(row, "sheets", progress(l, m->no));
	out_reasons(a, l, i, row);
	if (!m->account_id[0])
		return 0;
	out_seat(row, l, m);
	int r = known ? member_identity(a, l->session->session_id, m, NULL, &name) : 0;
	if (name)
		out_text(row, "name", name);
	return r;
}
