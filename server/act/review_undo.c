/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a member who leaves concluded is void (C08). A stage of the review that was counted with his
 * ballot stands if more than half of the panel found the same without him: whoever comes in his
 * place could not change it. Where his vote decided, he cannot leave before the stage is undone.
 */
#include "server/act/review_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

struct standing {
	struct act *a;
	const struct eval_session *session;
	int leaving;
	GPtrArray *members; /* struct member_row */
	GPtrArray *ballots; /* struct review_ballot: all of the session */
	GPtrArray *opened;  /* json_t: contents of those that stay, of one stage */
	GArray *staying;    /* struct review_member, in step */
};

static void standing_clear(struct standing *s)
{
	g_clear_pointer(&s->members, g_ptr_array_unref);
	g_clear_pointer(&s->ballots, g_ptr_array_unref);
	g_clear_pointer(&s->opened, g_ptr_array_unref);
	g_clear_pointer(&s->staying, g_array_unref);
}

static int open_staying(struct standing *s, const struct review_count_row *count)
{
	g_ptr_array_set_size(s->opened, 0);
	g_array_set_size(s->staying, 0);
	for (guint i = 0; i < s->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(s->ballots, i);
		const struct member_row *m = member_row_find(s->members, b->member_no);
		json_t *content = NULL;

		if (!b->submitted || b->stage != count->stage || b->member_no == s->leaving || !m ||
			!member_counts(m->state) || strcmp(b->lot_id, count->lot_id) != 0)
			continue;
		int r = review_open(s->a, s->session->session_id, b, &content);
		if (r)
			return r;
		struct review_member member = {b->member_no, json_object_get(content, "votes")};
		g_ptr_array_add(s->opened, content);
		g_array_append_val(s->staying, member);
	}
	return 0;
}

/* A bid stays out if one item is failed without him, and in if all are passed. */
static bool bid_stands(const struct standing *s, const json_t *row)
{
	bool failed = g_strcmp0(in_text(row, "state"), review_state_name(REVIEW_FAILED)) == 0;
	bool one_failed = false, all_passed = true;
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(row, "items"), i, item) {
		unsigned pass = 0, fail = 0;

		review_count(in_text(row, "bid_id"), in_text(item, "item_id"),
			(const struct review_member *)s->staying->data, s->staying->len, &pass,
			&fail, NULL);
		one_failed |= 2 * (int64_t)fail > s->session->panel_size;
		all_passed &= 2 * (int64_t)pass > s->session->panel_size;
	}
	return failed ? one_failed : all_passed;
}

static int check_count(struct standing *s, const struct review_count_row *count)
{
	json_t *row;
	size_t i;
	int r = open_staying(s, count);

	if (r)
		return r;
	json_array_foreach (count->result, i, row)
		if (!bid_stands(s, row))
			return refuse(s->a->refusal, "review.decisive", NULL,
				"his vote decided the %s of bid %s",
				review_stage_name(count->stage), in_text(row, "bid_id"));
	return 0;
}

int review_check_stands(struct act *a, const struct eval_session *session, int leaving)
{
	struct standing s = {.a = a,
		.session = session,
		.leaving = leaving,
		.opened = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref),
		.staying = g_array_new(FALSE, FALSE, sizeof(struct review_member))};
	g_autoptr(GPtrArray) counts = NULL;
	int r = review_store_counts(a->txn, session->session_id, &counts);

	if (!r)
		r = member_store_of_session(a->txn, session->session_id, &s.members);
	if (!r)
		r = review_store_ballots(a->txn, session->session_id, &s.ballots);
	for (guint i = 0; !r && i < counts->len; i++)
		r = check_count(&s, g_ptr_array_index(counts, i));
	standing_clear(&s);
	return r;
}
