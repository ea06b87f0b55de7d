/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/review_act.h"
#include "server/eval/score.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

/*
 * A ballot is given: its commitment goes on the record, the votes stay wrapped until the last
 * member has given his, which is when the stage is counted.
 */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"lot_id", FIELD_ID, true},
	{"stage", FIELD_NAME, true, 1, 16},
	{"votes", FIELD_OBJECT, true},
	{"salt", FIELD_HEX, true, SCORE_SALT_LEN, SCORE_SALT_LEN},
	{NULL},
};

static int commit(
	const struct review_case *c, const json_t *votes, const json_t *in, uint8_t ret[32])
{
	const struct review_ballot_head head = {c->session->session_id, c->lot.lot->lot_id,
		c->stage, c->member->no, c->lot.criteria->digest};
	g_autoptr(GBytes) salt = in_hex(in, "salt");

	return review_commitment(&head, votes, g_bytes_get_data(salt, NULL), ret);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	REVIEW_CASE_AUTO struct review_case c = {0};
	json_t *votes = json_object_get(in, "votes");
	uint8_t commitment[32];
	int r = review_case_read(a, in, "review.submit", true, &c);

	if (!r)
		r = review_check_open(a, &c);
	if (!r)
		r = review_check_votes(a, &c, votes, true);
	if (!r)
		r = commit(&c, votes, in, commitment);
	if (!r)
		r = review_put(a, &c, votes, true, in_text(in, "salt"));
	if (r)
		return r;
	g_autofree char *hex = hex_encode(commitment, sizeof(commitment));
	r = act_event(a, "review.submitted", "session", c.session->session_id,
		json_pack("{s:s, s:s, s:i, s:s}", "lot", c.lot.lot->lot_id, "stage",
			review_stage_name(c.stage), "member_no", c.member->no, "commitment", hex));
	if (!r)
		r = review_count_all(a, &c);
	if (!r)
		out_text(out, "commitment", hex);
	return r;
}

const struct act_kind review_submit_act = {.name = "review.submit", .fields = fields, .run = run};
