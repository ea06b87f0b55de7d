/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/session_evidence.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/eval/award_file.h"
#include "server/publish/session_void.h"
#include "server/publish/write_file.h"
#include "server/sign/sheet_cipher.h"
#include "server/store/bid_store.h"
#include "server/store/draw_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/question_store.h"
#include "server/store/report_file_store.h"
#include "server/store/report_store.h"
#include "server/store/review_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

static int write_bytes(
	const struct session_evidence *e, const char *name, const void *bytes, size_t len)
{
	g_autofree char *path = g_build_filename(e->dir, name, NULL);

	return write_file(path, bytes, len);
}

/* Canonical, so that the same record is the same bytes; takes json. */
static int write_json(const struct session_evidence *e, const char *name, json_t *json)
{
	g_autoptr(GString) text = NULL;
	int r = canon_dump(json, &text);

	json_decref(json);
	return r ? (r < 0 ? r : -EBADMSG) : write_bytes(e, name, text->str, text->len);
}

static void add_subject(
	struct session_evidence *e, const char *type, const char *id, const char *kind)
{
	struct evidence_subject s = {g_strdup_printf("%s:%s", type, id), kind};

	g_array_append_val(e->subjects, s);
}

/* What was done, and what became of the key of its bids. */
static void add_project(struct session_evidence *e, const char *project_id)
{
	add_subject(e, "project", project_id, "project.created");
	add_subject(e, "project", project_id, "project.key_destroyed");
}

static int write_draw(struct db_txn *txn, struct session_evidence *e)
{
	struct draw_row *draw = NULL;
	int r = draw_store_by_session(txn, e->session_id, &draw);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	add_subject(e, "draw", draw->draw_id, NULL);
	if (draw->record)
		r = write_json(e, "draw.json",
			json_pack("{s:s, s:s, s:O, s:s}", "draw_id", draw->draw_id, "session_id",
				draw->session_id, "record", draw->record, "snapshot",
				draw->snapshot));
	draw_row_free(draw);
	return r;
}

/* Only what was opened: who else handed in a bid and took it back is nobody's business. */
static int add_bids(struct db_txn *txn, struct session_evidence *e, const char *lot_id)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(txn, lot_id, &bids);

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *bid = g_ptr_array_index(bids, i);
		if (bid->state == BID_OPENED)
			add_subject(e, "bid", bid->bid_id, NULL);
	}
	return r;
}

static bool is_ranked(const GPtrArray *lots, const char *lot_id)
{
	for (guint i = 0; i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		if (strcmp(lot->lot_id, lot_id) == 0)
			return lot->result != NULL;
	}
	return false;
}

/* Before the ranking a sheet is nobody's but its member's. */
static int write_sheets(struct db_txn *txn, struct session_evidence *e, const GPtrArray *lots)
{
	g_autoptr(GPtrArray) sheets = NULL;
	json_t *list = json_array();
	int r = sheet_store_of_session(txn, e->session_id, &sheets);

	for (guint i = 0; !r && i < sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(sheets, i);
		const struct sheet_place place = {e->session_id, s->lot_id, s->member_no};
		json_t *content = NULL;
		if (!s->submitted || !is_ranked(lots, s->lot_id))
			continue;
		r = sheet_cipher_open(e->scores, &place, s->content_enc, &content);
		if (r)
			break;
		json_array_append_new(
			list, json_pack("{s:s, s:i, s:O, s:O}", "lot_id", s->lot_id, "member_no",
				      s->member_no, "salt", json_object_get(content, "salt"),
				      "scores", json_object_get(content, "scores")));
		json_decref(content);
	}
	if (r) {
		json_decref(list);
		return r;
	}
	return write_json(e, "sheets.json", json_pack("{s:o}", "sheets", list));
}

static int add_ballot(const struct session_evidence *e, const struct review_ballot *b, json_t *list)
{
	const struct sheet_place place = {
		e->session_id, b->lot_id, b->member_no, review_stage_name(b->stage)};
	json_t *content = NULL;
	int r = sheet_cipher_open(e->scores, &place, b->votes_enc, &content);

	if (r)
		return r;
	json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:O, s:O}", "lot_id", b->lot_id,
					    "stage", review_stage_name(b->stage), "member_no",
					    b->member_no, "salt", json_object_get(content, "salt"),
					    "votes", json_object_get(content, "votes")));
	json_decref(content);
	return 0;
}

/* Ballots of stages that are counted, and what came of them. */
static int write_reviews(struct db_txn *txn, const struct session_evidence *e)
{
	g_autoptr(GPtrArray) counts = NULL, ballots = NULL;
	json_t *list = json_array(), *results = json_array();
	int r = review_store_counts(txn, e->session_id, &counts);

	if (!r)
		r = review_store_ballots(txn, e->session_id, &ballots);
	for (guint i = 0; !r && i < ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(ballots, i);

		if (b->submitted && review_count_find(counts, b->lot_id, b->stage))
			r = add_ballot(e, b, list);
	}
	for (guint i = 0; !r && i < counts->len; i++) {
		const struct review_count_row *c = g_ptr_array_index(counts, i);

		json_array_append_new(
			results, json_pack("{s:s, s:s, s:O}", "lot_id", c->lot_id, "stage",
					 review_stage_name(c->stage), "bids", c->result));
	}
	json_t *reviews = json_pack("{s:o, s:o}", "ballots", list, "results", results);
	if (!r && counts->len)
		return write_json(e, "reviews.json", reviews);
	json_decref(reviews);
	return r;
}

static int write_award(const struct session_evidence *e, const struct lot *lot)
{
	g_autofree char *name = g_strdup_printf("award-%s.json", lot->lot_id);

	return write_json(e, name,
		award_file(lot->result, lot->scheme, lot->has_ceiling ? &lot->ceiling : NULL));
}

static int write_void(struct db_txn *txn, const struct session_evidence *e, const GPtrArray *lots)
{
	json_t *voids = NULL;
	int r = session_void_json(txn, e, lots, &voids);

	return r || !voids ? r : write_json(e, "void.json", voids);
}

static int write_lots(struct db_txn *txn, struct session_evidence *e)
{
	g_autoptr(GPtrArray) lots = NULL;
	json_t *results = json_array();
	enum flow_step step = 0;
	int r = session_store_lots(txn, e->session_id, &lots);

	if (!r)
		r = session_store_step(txn, e->session_id, &step);
	for (guint i = 0; !r && i < lots->len; i++) {
		struct lot *lot = g_ptr_array_index(lots, i);

		/* Another committee's; what a dissolved one found is void. */
		if (step == FLOW_DISSOLVED)
			g_clear_pointer(&lot->result, json_decref);
		if (!i)
			add_project(e, lot->project_id);
		add_subject(e, "lot", lot->lot_id, NULL);
		r = add_bids(txn, e, lot->lot_id);
		if (!r && lot->result)
			r = write_award(e, lot);
		if (lot->result)
			json_array_append(results, lot->result);
	}
	if (r) {
		json_decref(results);
		return r;
	}
	r = write_json(e, "results.json", json_pack("{s:o}", "results", results));
	if (!r)
		r = write_sheets(txn, e, lots);
	return r ? r : write_void(txn, e, lots);
}

/* The keys under which members signed were registered with their accounts. */
static int add_signers(struct db_txn *txn, struct session_evidence *e, const GPtrArray *signatures)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(txn, e->session_id, &members);

	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);
		if (report_has_signed(signatures, m->no))
			add_subject(e, "account", m->account_id, "account.key_registered");
	}
	return r;
}

/* And those under which bidders answered with theirs. */
static int add_answerers(struct db_txn *txn, struct session_evidence *e)
{
	g_autoptr(GPtrArray) questions = NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	int r = question_store_of_session(txn, e->session_id, &questions);

	for (guint i = 0; !r && i < questions->len; i++) {
		struct question_row *q = g_ptr_array_index(questions, i);
		if (q->answer && g_hash_table_add(seen, q->account_id))
			add_subject(e, "account", q->account_id, "account.key_registered");
	}
	return r;
}

static json_t *opinions_json(const GPtrArray *signatures)
{
	json_t *list = json_array();

	for (guint i = 0; i < signatures->len; i++) {
		const struct report_signature *s = g_ptr_array_index(signatures, i);
		if (s->opinion)
			json_array_append_new(list, json_pack("{s:i, s:s}", "member_no",
							    s->member_no, "opinion", s->opinion));
	}
	return list;
}

/* Reports of before have their signatures in the ledger alone. */
static int write_signed(struct db_txn *txn, const struct session_evidence *e)
{
	g_autoptr(GBytes) file = NULL;
	gsize len;
	int n, r = report_file_store_get(txn, e->session_id, &file, &n);

	if (r || !n)
		return r > 0 ? 0 : r;
	const void *pdf = g_bytes_get_data(file, &len);
	return write_bytes(e, "report-signed.pdf", pdf, len);
}

/* Reports that a re-evaluation corrected, in their order; who signed them the ledger tells. */
static int write_superseded(struct db_txn *txn, const struct session_evidence *e)
{
	g_autoptr(GPtrArray) rows = NULL;
	unsigned n = 0;
	int r = rollback_store_of_session(txn, e->session_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct rollback_row *row = g_ptr_array_index(rows, i);
		REPORT_ROW_AUTO struct report_row *report = NULL;
		g_autofree char *name = g_strdup_printf("superseded-%u.pdf", n + 1);
		gsize len;

		if (!row->approved || row->from != FLOW_CLOSED)
			continue;
		r = report_store_get_void(txn, e->session_id, row->decided_us, &report);
		if (r)
			return r < 0 ? r : -EBADMSG;
		const void *pdf = g_bytes_get_data(report->pdf, &len);
		r = write_bytes(e, name, pdf, len);
		n++;
	}
	return r;
}

static int write_report(struct db_txn *txn, struct session_evidence *e)
{
	g_autoptr(GPtrArray) signatures = NULL;
	struct report_row *report = NULL;
	gsize len;
	int r = report_store_get_pdf(txn, e->session_id, &report);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	r = report_store_signatures(txn, e->session_id, &signatures);
	if (!r)
		r = add_signers(txn, e, signatures);
	if (!r)
		r = write_json(e, "report.json",
			json_pack("{s:O, s:o}", "model", report->model, "opinions",
				opinions_json(signatures)));
	const void *pdf = g_bytes_get_data(report->pdf, &len);
	if (!r)
		r = write_bytes(e, "report.pdf", pdf, len);
	report_row_free(report);
	return r ? r : write_signed(txn, e);
}

static void subject_clear(void *data)
{
	g_free(((struct evidence_subject *)data)->subject);
}

int session_evidence_write(struct db_txn *txn, struct session_evidence *e)
{
	int r;

	session_evidence_clear(e);
	e->subjects = g_array_new(FALSE, FALSE, sizeof(struct evidence_subject));
	g_array_set_clear_func(e->subjects, subject_clear);
	r = write_draw(txn, e);
	if (!r)
		r = write_lots(txn, e);
	if (!r)
		r = write_reviews(txn, e);
	if (!r)
		r = add_answerers(txn, e);
	if (!r)
		r = write_superseded(txn, e);
	return r ? r : write_report(txn, e);
}

void session_evidence_clear(struct session_evidence *e)
{
	g_clear_pointer(&e->subjects, g_array_unref);
}
