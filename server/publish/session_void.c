/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/session_void.h"

#include <errno.h>
#include <string.h>

#include "server/sign/sheet_cipher.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_return_store.h"
#include "server/store/sheet_store.h"

struct voids {
	struct db_txn *txn;
	const struct session_evidence *e;
	const GPtrArray *lots;
	bool ended; /* the session: nothing is done again any more */
	json_t *out;
	size_t n;
};

static bool is_open(const struct voids *v, const char *lot_id)
{
	for (guint i = 0; !v->ended && i < v->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(v->lots, i);

		if (strcmp(lot->lot_id, lot_id) == 0)
			return lot->result != NULL;
	}
	return v->ended;
}

static json_t *list_of(struct voids *v, const char *name)
{
	json_t *list = json_array();

	json_object_set_new(v->out, name, list);
	return list;
}

/* Takes row. */
static void add(struct voids *v, json_t *list, const char *lot_id, int64_t undone_us, json_t *row)
{
	json_object_set_new(row, "lot_id", json_string(lot_id));
	json_object_set_new(row, "undone", json_integer(undone_us));
	json_array_append_new(list, row);
	v->n++;
}

static int put_sheets(struct voids *v)
{
	json_t *list = list_of(v, "sheets");
	g_autoptr(GPtrArray) sheets = NULL;
	int r = sheet_store_void_of_session(v->txn, v->e->session_id, &sheets);

	for (guint i = 0; !r && i < sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(sheets, i);
		const struct sheet_place place = {v->e->session_id, s->lot_id, s->member_no};
		json_t *content = NULL;

		if (!is_open(v, s->lot_id))
			continue;
		r = sheet_cipher_open(v->e->scores, &place, s->content_enc, &content);
		if (r)
			break;
		add(v, list, s->lot_id, s->undone_us,
			json_pack("{s:i, s:O, s:O}", "member_no", s->member_no, "salt",
				json_object_get(content, "salt"), "scores",
				json_object_get(content, "scores")));
		json_decref(content);
	}
	return r;
}

static int put_returned(struct voids *v)
{
	json_t *list = list_of(v, "returned");
	g_autoptr(GPtrArray) rows = NULL;
	int r = sheet_return_store_of_session(v->txn, v->e->session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct sheet_return *row = g_ptr_array_index(rows, i);

		if (is_open(v, row->lot_id))
			add(v, list, row->lot_id, row->returned_us,
				json_pack("{s:O}", "items", row->items));
	}
	return r;
}

static int put_results(struct voids *v)
{
	json_t *list = list_of(v, "results");
	g_autoptr(GPtrArray) rows = NULL;
	int r = rollback_store_void_results(v->txn, v->e->session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct void_result *row = g_ptr_array_index(rows, i);

		if (is_open(v, row->lot_id))
			add(v, list, row->lot_id, row->undone_us,
				json_pack("{s:O}", "result", row->result));
	}
	return r;
}

static int put_ballots(struct voids *v)
{
	json_t *list = list_of(v, "ballots");
	g_autoptr(GPtrArray) ballots = NULL, counts = NULL;
	int r = review_store_void_ballots(v->txn, v->e->session_id, &ballots);

	if (!r)
		r = review_store_counts(v->txn, v->e->session_id, &counts);
	for (guint i = 0; !r && i < ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(ballots, i);
		const char *stage = review_stage_name(b->stage);
		const struct sheet_place place = {v->e->session_id, b->lot_id, b->member_no, stage};
		json_t *content = NULL;

		if (!v->ended && !review_count_find(counts, b->lot_id, b->stage))
			continue;
		r = sheet_cipher_open(v->e->scores, &place, b->votes_enc, &content);
		if (r)
			break;
		add(v, list, b->lot_id, b->undone_us,
			json_pack("{s:s, s:i, s:O, s:O}", "stage", stage, "member_no", b->member_no,
				"salt", json_object_get(content, "salt"), "votes",
				json_object_get(content, "votes")));
		json_decref(content);
	}
	return r;
}

int session_void_json(
	struct db_txn *txn, const struct session_evidence *e, const GPtrArray *lots, json_t **ret)
{
	struct voids v = {.txn = txn, .e = e, .lots = lots, .out = json_object()};
	enum flow_step step = 0;
	int r = session_store_step(txn, e->session_id, &step);

	*ret = NULL;
	v.ended = step >= FLOW_CLOSED;
	if (!r)
		r = put_sheets(&v);
	if (!r)
		r = put_returned(&v);
	if (!r)
		r = put_results(&v);
	if (!r)
		r = put_ballots(&v);
	if (!r && v.n)
		*ret = json_incref(v.out);
	json_decref(v.out);
	return r <= 0 ? r : -EIO;
}
