/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/leader_act.h"

#include <errno.h>

#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

void leader_ballot_clear(struct leader_ballot *b)
{
	g_clear_pointer(&b->members, g_array_unref);
	g_clear_pointer(&b->votes, g_array_unref);
}

static bool is_voter(const GArray *members, int no)
{
	for (guint i = 0; i < members->len; i++)
		if (g_array_index(members, struct leader_member, i).no == no)
			return true;
	return false;
}

static GArray *voters(const GPtrArray *rows)
{
	GArray *members = g_array_new(FALSE, FALSE, sizeof(struct leader_member));

	for (guint i = 0; i < rows->len; i++) {
		const struct member_row *m = g_ptr_array_index(rows, i);
		struct leader_member voter = {.no = m->no};

		if (member_counts(m->state))
			g_array_append_val(members, voter);
	}
	return members;
}

int leader_ballot_read(struct act *a, const struct eval_session *s, struct leader_ballot *ret)
{
	LEADER_BALLOT_AUTO struct leader_ballot b = {0};
	PROJECT_AUTO struct project *project = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int r = project_store_get(a->txn, s->project_id, &project);

	if (!r)
		r = member_store_of_session(a->txn, s->session_id, &rows);
	if (!r)
		r = session_store_votes(a->txn, s->session_id, &b.votes);
	if (r)
		return r < 0 ? r : -ENOENT;
	b.regime = project->regime;
	b.members = voters(rows);
	for (guint i = b.votes->len; i-- > 0;) {
		const struct leader_vote *v = &g_array_index(b.votes, struct leader_vote, i);

		if (!is_voter(b.members, v->voter_no) || !is_voter(b.members, v->choice_no))
			g_array_remove_index(b.votes, i);
	}
	*ret = b;
	b = (struct leader_ballot){0};
	return 0;
}

void leader_ballot_count(const struct leader_ballot *b, struct leader_state *ret)
{
	leader_count(b->regime, (const struct leader_member *)b->members->data, b->members->len,
		(const struct leader_vote *)b->votes->data, b->votes->len, ret);
}

json_t *leader_numbers(const GArray *list)
{
	json_t *out = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, json_integer(g_array_index(list, int, i)));
	return out;
}

json_t *leader_result(const struct leader_state *s)
{
	json_t *votes, *out;

	if (!s->tallies->len)
		return NULL;
	votes = json_array();
	for (guint i = 0; i < s->tallies->len; i++) {
		const struct leader_tally *t = &g_array_index(s->tallies, struct leader_tally, i);

		json_array_append_new(
			votes, json_pack("{s:i, s:i}", "member_no", t->no, "n", (int)t->n));
	}
	out = json_pack(
		"{s:i, s:o}", "round", s->leader_no ? s->round : s->round - 1, "votes", votes);
	if (s->leader_no)
		out_int(out, "leader_no", s->leader_no);
	else
		json_object_set_new(out, "tied", leader_numbers(s->tied));
	return out;
}
