/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every saved version of a sheet is kept and its digest is on the record, so that a replay can show
 * who changed which score when. Digests stand on a subject of their own: they come at every pause
 * of typing and are nothing the room needs to hear.
 */
#include "server/act/sheet_act.h"

#include <errno.h>
#include <openssl/sha.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/eval/score.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_draft_store.h"
#include "server/store/sheet_store.h"

#define FORMAT "bidroom.sheet_version.v1"

/* SHA-256(salt ‖ canonical text), as of a submitted sheet, which a draft is not complete for. */
static int digest_of(const struct sheet_case *c, const struct sheet_row *row, const json_t *scores,
	const uint8_t salt[SCORE_SALT_LEN], uint8_t ret[32])
{
	g_autoptr(GString) text = NULL;
	json_t *value = json_pack("{s:s, s:s, s:s, s:i, s:I, s:O}", "format", FORMAT, "session",
		c->session->session_id, "lot", row->lot_id, "member", row->member_no, "version",
		(json_int_t)row->version, "scores", scores);
	int r = canon_dump(value, &text);

	json_decref(value);
	if (r)
		return r < 0 ? r : -EINVAL;
	score_commitment(salt, text, ret);
	return 0;
}

int sheet_keep_version(struct act *a, const struct sheet_case *c, const struct sheet_row *row,
	const json_t *scores)
{
	uint8_t salt[SCORE_SALT_LEN], digest[32];
	struct sheet_draft draft = {
		.member_no = row->member_no,
		.version = row->version,
		.submitted = row->submitted,
		.saved_us = a->real_us,
	};

	random_bytes(salt, sizeof(salt));
	int r = digest_of(c, row, scores, salt, digest);
	if (r)
		return r;
	g_autofree char *salt_text = hex_encode(salt, sizeof(salt));
	g_autofree char *digest_text = hex_encode(digest, sizeof(digest));
	g_autoptr(GBytes) wrapped = NULL;
	json_t *content = json_pack("{s:O, s:s}", "scores", scores, "salt", salt_text);
	r = sheet_seal(a, c, content, &wrapped);
	json_decref(content);
	if (r)
		return r;
	g_strlcpy(draft.lot_id, row->lot_id, sizeof(draft.lot_id));
	draft.content_enc = wrapped;
	r = sheet_draft_store_add(a->txn, c->session->session_id, &draft);
	return r ? r
		 : act_event(a, "sheet.saved", "sheets", c->session->session_id,
			   json_pack("{s:s, s:i, s:I, s:i, s:s}", "lot", row->lot_id, "member_no",
				   row->member_no, "version", (json_int_t)row->version, "filled",
				   row->filled, "digest", digest_text));
}
