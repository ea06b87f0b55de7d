/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member's own ballot of a stage of the review, and what came of the stage once it is counted. */
#include "server/api/views.h"

#include <string.h>

#include "server/act/review_act.h"
#include "server/act/session_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"stage", FIELD_NAME, true, 1, 16},
	{NULL},
};

static json_t *bids_of(const struct review_case *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_ids; i++)
		for (guint b = 0; b < c->lot.bids->len; b++) {
			const struct bid_row *bid = g_ptr_array_index(c->lot.bids, b);

			if (strcmp(bid->bid_id, c->ids[i]) == 0)
				json_array_append_new(list,
					json_pack("{s:s, s:i, s:s}", "bid_id", bid->bid_id, "no",
						(int)bid->no, "bidder_name", bid->bidder_name));
		}
	return list;
}

static json_t *items_of(const struct review_case *c)
{
	json_t *all = json_object_get(c->lot.lot->scheme, "review"), *list = json_array(), *item;
	size_t i;

	json_array_foreach (all, i, item)
		if (review_stage_from_name(in_text(item, "stage")) == c->stage)
			json_array_append(list, item);
	return list;
}

static int out_progress(struct act *a, const struct review_case *c, json_t *out)
{
	g_autoptr(GPtrArray) members = NULL, ballots = NULL, counts = NULL;
	int submitted = 0, of = 0;
	int r = member_store_of_session(a->txn, c->session->session_id, &members);

	if (!r)
		r = review_store_ballots(a->txn, c->session->session_id, &ballots);
	if (!r)
		r = review_store_counts(a->txn, c->session->session_id, &counts);
	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);

		if (!member_counts(m->state))
			continue;
		of++;
		for (guint j = 0; j < ballots->len; j++) {
			const struct review_ballot *b = g_ptr_array_index(ballots, j);
			submitted += b->submitted && b->member_no == m->no &&
				     b->stage == c->stage &&
				     strcmp(b->lot_id, c->lot.lot->lot_id) == 0;
		}
	}
	if (r)
		return r;
	const struct review_count_row *count =
		review_count_find(counts, c->lot.lot->lot_id, c->stage);
	if (count)
		json_object_set(out, "result", count->result);
	out_int(out, "submitted", submitted);
	out_int(out, "of", of);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	REVIEW_CASE_AUTO struct review_case c = {0};
	struct refusal closed = {0};
	json_t *content = NULL;
	int r = review_case_read(a, in, "review.get", false, &c);

	if (!r && c.ballot)
		r = review_open(a, c.session->session_id, c.ballot, &content);
	if (r)
		return r;
	out_text(out, "lot_id", c.lot.lot->lot_id);
	out_text(out, "stage", review_stage_name(c.stage));
	out_text(out, "state", c.ballot && c.ballot->submitted ? "submitted" : "draft");
	out_int(out, "version", c.ballot ? c.ballot->version : 1);
	json_object_set_new(out, "items", items_of(&c));
	json_object_set_new(out, "bids", bids_of(&c));
	json_object_set_new(out, "votes",
		content ? json_incref(json_object_get(content, "votes")) : json_object());
	json_decref(content);
	/* Whether he may vote now is a question here, no refusal. */
	struct refusal *own = a->refusal;
	a->refusal = &closed;
	r = review_check_open(a, &c);
	a->refusal = own;
	if (r < 0)
		return r;
	json_object_set_new(out, "open", json_boolean(!r));
	return out_progress(a, &c, out);
}

const struct act_kind review_view = {
	.name = "review.get", .fields = fields, .run = run, .flags = ACT_READ};
