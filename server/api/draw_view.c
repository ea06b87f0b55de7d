/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws (抽取): how far the parties are, and afterwards the record anybody can compute again. */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/store/draw_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"draw_id", FIELD_ID, true},
	{NULL},
};

static json_t *party_row(enum draw_party party, const struct draw_nonce_row *n)
{
	json_t *row = json_object();

	out_text(row, "party", draw_party_name(party));
	json_object_set_new(row, "committed", json_boolean(n != NULL));
	json_object_set_new(row, "revealed", json_boolean(n && n->revealed));
	if (!n)
		return row;
	out_hex(row, "commitment", n->commitment, DRAW_BYTES);
	json_object_set(row, "slots", n->slots);
	out_int(row, "shares", n->n_shares);
	if (n->revealed)
		out_hex(row, "nonce", n->nonce, DRAW_BYTES);
	return row;
}

static int out_parties(struct act *a, const struct draw_row *draw, json_t *out)
{
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	json_t *list = json_array();
	bool all = true;
	int r = draw_store_nonces(a->txn, draw->draw_id, &nonces);

	json_object_set_new(out, "parties", list);
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		json_array_append_new(list, party_row((enum draw_party)p, nonces.of[p]));
		all = all && nonces.of[p];
	}
	out_text(out, "state", draw->record ? "drawn" : all ? "revealing" : "committing");
	return r;
}

static int out_holders(struct act *a, const char *session_id, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *session = NULL;
	PROJECT_AUTO struct project *project = NULL;
	int r = session_store_get(a->txn, session_id, &session);

	if (!r)
		r = project_store_get(a->txn, session->project_id, &project);
	if (r)
		return r < 0 ? r : -ENOENT;
	out_int(out, "threshold", project->holder_threshold);
	return project_out_holders(a, project->project_id, out);
}

/* How many entries the snapshot has, and how many of them can be drawn. */
static int out_counts(const struct draw_row *draw, json_t *out)
{
	struct draw_snapshot *snapshot;
	int r = draw_snapshot_parse(draw->snapshot, strlen(draw->snapshot), &snapshot);

	if (r)
		return r < 0 ? r : -EBADMSG;
	out_int(out, "n_entries", snapshot->entries->len);
	out_int(out, "n_eligible", (int64_t)draw_snapshot_n_eligible(snapshot));
	if (draw->excluded)
		json_object_set(out, "excluded", draw->excluded);
	draw_snapshot_free(snapshot);
	return 0;
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	static const char *const shown[] = {"selected", "standbys", "seed"};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	int r = act_found(a, draw_store_get(a->txn, in_text(in, "draw_id"), &draw), "draw_id");

	if (r)
		return r;
	out_text(out, "draw_id", draw->draw_id);
	out_text(out, "session_id", draw->session_id);
	out_hex(out, "snapshot_sha256", draw->snapshot_digest, DRAW_BYTES);
	out_int(out, "panel_size", draw->rule.experts);
	out_int(out, "standbys_wanted", draw->rule.standbys);
	for (size_t i = 0; draw->record && i < G_N_ELEMENTS(shown); i++)
		json_object_set(out, shown[i], json_object_get(draw->record, shown[i]));
	r = out_counts(draw, out);
	if (!r)
		r = out_parties(a, draw, out);
	return r ? r : out_holders(a, draw->session_id, out);
}

const struct act_kind draw_view = {
	.name = "draw.get", .fields = fields, .run = run_get, .flags = ACT_READ};

static int run_record(struct act *a, const json_t *in, json_t *out)
{
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	int r = act_found(a, draw_store_get(a->txn, in_text(in, "draw_id"), &draw), "draw_id");

	if (!r && !draw->record)
		r = refuse(a->refusal, "draw.state", NULL, "the experts have not been drawn yet");
	if (r)
		return r;
	out_text(out, "draw_id", draw->draw_id);
	out_text(out, "session_id", draw->session_id);
	json_object_set(out, "record", draw->record);
	out_text(out, "snapshot", draw->snapshot);
	return 0;
}

const struct act_kind draw_record_view = {
	.name = "draw.record", .fields = fields, .run = run_record, .flags = ACT_READ};
