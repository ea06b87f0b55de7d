/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next piece of a sealed bid. It is on the disk before the row says so, and the row says so
 * before the bidder is told; after a crash the row's count is the truth, and what lies behind it in
 * the file is written over.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/store/bid_file.h"
#include "server/store/event_store.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"offset", FIELD_INT, true, 0, INT64_MAX},
	{NULL},
};

/* A client sends a piece again and again: one receipt for it is enough (bid_turn_away_late). */
static int turn_away_late(struct act *a, const struct bid_case *c)
{
	g_autofree char *subject = g_strconcat("bid:", c->bid->bid_id, NULL);
	g_autoptr(GPtrArray) refusals = NULL;
	const char *late = bid_refusal_code(BID_E_LATE);
	int r = event_store_all_of_subject(a->txn, subject, "bid.refused", &refusals);

	for (guint i = 0; !r && i < refusals->len; i++) {
		const struct event *e = g_ptr_array_index(refusals, i);

		if (strcmp(in_text(e->body, "code"), late) == 0)
			return bid_turn_away_late(a, c, NULL);
	}
	return r ? r : bid_turn_away_late(a, c, c->bid->bid_id);
}

static int check_state(struct act *a, const struct bid_case *c)
{
	enum bid_state state;
	int r = bid_case_not_ended(a, c->lot);

	if (r)
		return r;
	r = bid_step(c->bid->state, BID_STEP_UPLOAD, false, c->lot->deadline_us, bid_case_now(a, c),
		&state);

	if (r == BID_E_LATE)
		return turn_away_late(a, c);
	return r ? refuse(a->refusal, bid_refusal_code(r), NULL, "it is %s",
			   bid_state_name(c->bid->state))
		 : 0;
}

static int refuse_offset(struct act *a, const struct bid_case *c)
{
	return refuse(a->refusal, "bid.offset", "upload-offset",
		"%" G_GINT64_FORMAT " bytes are here; go on from there", c->bid->received);
}

/* A piece sent again because its answer was lost changes nothing. */
static int take_again(struct act *a, const struct bid_case *c, int64_t offset)
{
	bool same = false;
	int r = bid_file_holds(a->env->data_dir, c->bid->bid_id, offset, a->body, &same);

	return r ? r : same ? 0 : refuse_offset(a, c);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	int64_t offset = in_int(in, "offset", 0);
	int64_t len = a->body ? (int64_t)g_bytes_get_size(a->body) : 0;
	int r = bid_case_lock(a, in, &c);

	if (!r)
		r = bid_case_own(a, &c);
	if (!r)
		r = check_state(a, &c);
	if (r)
		return r;
	if (!len)
		return refuse(a->refusal, "input.missing", NULL, "the piece is empty");
	if (offset > c.bid->size - len)
		return refuse(a->refusal, "bid.too_large", "upload-offset",
			"the bid was announced with %" G_GINT64_FORMAT " bytes", c.bid->size);
	if (offset + len <= c.bid->received) {
		r = take_again(a, &c, offset);
	} else if (offset != c.bid->received) {
		r = refuse_offset(a, &c);
	} else {
		r = bid_file_write(a->env->data_dir, c.bid->bid_id, offset, a->body);
		c.bid->received = offset + len;
		if (!r)
			r = store_fault(
				bid_store_set_received(a->txn, c.bid->bid_id, c.bid->received));
	}
	out_int(out, "received", c.bid->received);
	return r;
}

const struct act_kind bid_content_act = {.name = "bid.content", .fields = fields, .run = run};
