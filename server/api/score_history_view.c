/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The history of the scores of a session: which member gave, changed or took away which score when,
 * for a replay that shows the table as it stood then. Only of lots that are ranked: before the last
 * sheet is in nobody sees a score of another.
 */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/eval/score_change.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/replay_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_draft_store.h"
#include "server/store/sheet_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* Opens a version; *scores is replaced by what it holds. */
static int open_version(
	struct act *a, const char *session_id, const struct sheet_draft *d, json_t **scores)
{
	struct sheet_row row = {.member_no = d->member_no, .content_enc = d->content_enc};
	json_t *content = NULL;

	g_strlcpy(row.lot_id, d->lot_id, sizeof(row.lot_id));
	int r = sheet_open(a, session_id, &row, &content);
	if (r)
		return r;
	*scores = json_incref(json_object_get(content, "scores"));
	json_decref(content);
	return 0;
}

static json_t *version_row(const struct sheet_draft *d, int64_t opened_us, json_t *changes)
{
	json_t *row = json_pack("{s:i, s:I, s:b, s:I, s:o}", "member_no", d->member_no, "version",
		(json_int_t)d->version, "submitted", d->submitted, "session_ms",
		(json_int_t)(opened_us ? MAX(0, (d->saved_us - opened_us) / 1000) : 0), "changes",
		changes);

	out_time(row, "at", d->saved_us);
	return row;
}

static int out_versions(struct act *a, const char *session_id, const struct sheet_lot *l,
	int64_t opened_us, json_t *out)
{
	g_autoptr(GPtrArray) drafts = NULL;
	json_t *list = json_array(), *before = NULL;
	int member_no = 0;
	int r = sheet_draft_store_of_lot(a->txn, session_id, l->lot->lot_id, &drafts);

	json_object_set_new(out, "versions", list);
	for (guint i = 0; !r && i < drafts->len; i++) {
		const struct sheet_draft *d = g_ptr_array_index(drafts, i);
		json_t *scores = NULL;

		if (d->member_no != member_no)
			g_clear_pointer(&before, json_decref);
		member_no = d->member_no;
		r = open_version(a, session_id, d, &scores);
		if (r)
			break;
		json_array_append_new(
			list, version_row(d, opened_us, score_changes(before, scores)));
		json_decref(before);
		before = scores;
	}
	json_decref(before);
	return r;
}

static int lot_row(struct act *a, const char *session_id, const struct lot *lot, int64_t opened_us,
	json_t *list)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	json_t *row = json_pack("{s:s, s:s, s:i, s:b}", "lot_id", lot->lot_id, "name", lot->name,
		"no", (int)lot->no, "ranked", lot->result != NULL);

	json_array_append_new(list, row);
	if (!lot->result)
		return 0;
	int r = sheet_lot_read(a, session_id, lot->lot_id, &l);
	if (r)
		return r;
	json_object_set(row, "items", json_object_get(l.lot->scheme, "items"));
	json_object_set_new(row, "bids", sheet_lot_bids(&l));
	return out_versions(a, session_id, &l, opened_us, row);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	struct replay_session session = {0};
	g_autoptr(GPtrArray) lots = NULL;
	json_t *list = json_array();
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	json_object_set_new(out, "lots", list);
	if (!r)
		r = session_store_lots(a->txn, session_id, &lots);
	for (guint i = 0; !r && i < lots->len; i++)
		r = lot_row(a, session_id, g_ptr_array_index(lots, i), session.opened_us, list);
	return r;
}

const struct act_kind score_history_view = {
	.name = "session.scores", .fields = fields, .run = run, .flags = ACT_READ};
