/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/review_act.h"
#include "server/eval/score.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

/* A draft of a ballot: nothing is committed to yet. */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"stage", FIELD_NAME, true, 1, 16},
	{"votes", FIELD_OBJECT, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	REVIEW_CASE_AUTO struct review_case c = {0};
	json_t *votes = json_object_get(in, "votes");
	int64_t version;
	int r = review_case_read(a, in, "review.save", true, &c);

	if (!r)
		r = review_check_open(a, &c);
	if (r)
		return r;
	version = c.ballot ? c.ballot->version : 1;
	r = act_require_version(a, version);
	if (!r)
		r = review_check_votes(a, &c, votes, false);
	if (!r)
		r = review_put(a, &c, votes, false, "");
	if (r)
		return r;
	out_int(out, "version", version + 1);
	return act_event(a, "review.saved", "sheets", c.session->session_id,
		json_pack("{s:s, s:s, s:i, s:I}", "lot", c.lot.lot->lot_id, "stage",
			review_stage_name(c.stage), "member_no", c.member->no, "votes",
			(json_int_t)score_count(votes)));
}

/* As of a score sheet: few answers, which a digest would give away. */
const struct act_kind review_save_act = {
	.name = "review.save", .fields = fields, .run = run, .flags = ACT_SECRET};
