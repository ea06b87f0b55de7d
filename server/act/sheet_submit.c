/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/sheet_act.h"
#include "server/eval/score.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

/*
 * The sheet is given: its commitment goes on the record, its content stays wrapped until the last
 * member has submitted, which is when the lot is ranked.
 */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"scores", FIELD_OBJECT, true},
	{"salt", FIELD_HEX, true, SCORE_SALT_LEN, SCORE_SALT_LEN},
	{NULL},
};

static int commit(const struct sheet_case *c, const json_t *in, struct sheet_row *row)
{
	struct score_sheet_head head = {c->session->session_id, c->lot.lot->lot_id, c->member->no};
	g_autoptr(GBytes) salt = in_hex(in, "salt");
	g_autoptr(GString) text = NULL;

	if (score_canonical(c->lot.criteria, &head, json_object_get(in, "scores"), &text))
		return -EINVAL;
	score_commitment(g_bytes_get_data(salt, NULL), text, row->commitment);
	return 0;
}

static int put(struct act *a, const struct sheet_case *c, const json_t *in, struct sheet_row *row)
{
	g_autoptr(GBytes) wrapped = NULL;
	json_t *content = json_pack("{s:O, s:O}", "scores", json_object_get(in, "scores"), "salt",
		json_object_get(in, "salt"));
	int r = sheet_seal(a, c, content, &wrapped);

	json_decref(content);
	if (r)
		return r;
	row->content_enc = wrapped;
	r = sheet_store_put(a->txn, c->session->session_id, row);
	row->content_enc = NULL;
	return r <= 0 ? r : -EIO;
}

static json_t *submitted_body(const struct sheet_case *c, const struct sheet_row *row)
{
	g_autofree char *criteria = hex_encode(c->lot.criteria->digest, 32);
	g_autofree char *commitment = hex_encode(row->commitment, sizeof(row->commitment));

	return json_pack("{s:s, s:i, s:s, s:s}", "lot", row->lot_id, "member_no", row->member_no,
		"criteria", criteria, "commitment", commitment);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	SHEET_CASE_AUTO struct sheet_case c = {0};
	json_t *scores = json_object_get(in, "scores");
	int r = sheet_case_read(a, in, "sheet.submit", true, &c);

	if (!r)
		r = sheet_check_open(a, &c);
	if (!r)
		r = sheet_check(a, &c, scores, true);
	if (r)
		return r;
	struct sheet_row row = {
		.member_no = c.member->no,
		.submitted = true,
		.filled = (int)score_count(scores),
		.submitted_us = a->legal_us,
		.version = sheet_version(&c) + 1,
	};
	g_strlcpy(row.lot_id, c.lot.lot->lot_id, sizeof(row.lot_id));
	r = commit(&c, in, &row);
	if (!r)
		r = put(a, &c, in, &row);
	if (!r)
		r = sheet_keep_version(a, &c, &row, scores);
	if (!r)
		r = act_event(a, "sheet.submitted", "session", c.session->session_id,
			submitted_body(&c, &row));
	if (!r)
		r = sheet_rank(a, c.session->session_id, &c.lot);
	if (r)
		return r;
	out_hex(out, "commitment", row.commitment, sizeof(row.commitment));
	return 0;
}

const struct act_kind sheet_submit_act = {.name = "sheet.submit", .fields = fields, .run = run};
