/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/sheet_act.h"
#include "server/eval/score.h"
#include "server/store/project_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

/* A draft: nothing is committed to yet; that it was saved is on the record, salted. */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"scores", FIELD_OBJECT, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	SHEET_CASE_AUTO struct sheet_case c = {0};
	json_t *scores = json_object_get(in, "scores");
	g_autoptr(GBytes) wrapped = NULL;
	int r = sheet_case_read(a, in, "sheet.save", true, &c);

	if (!r)
		r = sheet_check_open(a, &c);
	if (!r)
		r = act_require_version(a, sheet_version(&c));
	if (!r)
		r = sheet_check(a, &c, scores, false);
	if (r)
		return r;
	json_t *content = json_pack("{s:O}", "scores", scores);
	r = sheet_seal(a, &c, content, &wrapped);
	json_decref(content);
	if (r)
		return r;
	struct sheet_row row = {
		.member_no = c.member->no,
		.content_enc = wrapped,
		.filled = (int)score_count(scores),
		.version = sheet_version(&c) + 1,
	};
	g_strlcpy(row.lot_id, c.lot.lot->lot_id, sizeof(row.lot_id));
	r = sheet_store_put(a->txn, c.session->session_id, &row);
	if (r)
		return r < 0 ? r : -EIO;
	r = sheet_keep_version(a, &c, &row, scores);
	if (r)
		return r;
	out_int(out, "version", row.version);
	return 0;
}

/* A digest of a draft kept beside an idempotency key could be guessed: there are few scores. */
const struct act_kind sheet_save_act = {
	.name = "sheet.save", .fields = fields, .run = run, .flags = ACT_SECRET};
