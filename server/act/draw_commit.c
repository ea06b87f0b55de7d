/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/sealed_slot.h"
#include "server/act/draw_act.h"
#include "server/auth/permission.h"
#include "server/store/draw_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"draw_id", FIELD_ID, true},
	{"party", FIELD_NAME, true, 1, 16},
	{"commitment", FIELD_HEX, true, DRAW_BYTES, DRAW_BYTES},
	{"slots", FIELD_OBJECT, true},
	{NULL},
};

static const uint32_t roles[N_DRAW_PARTIES] = {
	[DRAW_STAFF] = ROLE_STAFF,
	[DRAW_SUPERVISOR] = ROLE_SUPERVISOR,
	[DRAW_HOST] = ROLE_HOST,
};

/* Three persons, or the chance would be in fewer hands than it says. */
static int check_person(struct act *a, const struct draw_nonces *nonces, enum draw_party party)
{
	if (!act_has_role(a, roles[party]))
		return act_denied(a, "this account is not of that party");
	if (nonces->of[party])
		return refuse(a->refusal, "draw.state", "party", "the party has committed already");
	for (int p = 0; p < N_DRAW_PARTIES; p++)
		if (nonces->of[p] && strcmp(nonces->of[p]->account_id, a->actor->account_id) == 0)
			return refuse(a->refusal, "draw.same_person", "party",
				"you have committed for %s", draw_party_name((enum draw_party)p));
	return 0;
}

static bool same_holders(const struct sealed_slots *slots, const GPtrArray *holders)
{
	if (slots->n != holders->len)
		return false;
	for (guint i = 0; i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		if (strcmp(slots->holders[i].kid, h->key_id) != 0)
			return false;
	}
	return true;
}

/* Sealed for the holders of this project with their threshold, so that nobody can abort. */
static int check_slots(struct act *a, const char *session_id, const json_t *json)
{
	EVAL_SESSION_AUTO struct eval_session *session = NULL;
	PROJECT_AUTO struct project *project = NULL;
	g_autoptr(GPtrArray) holders = NULL;
	g_autofree struct sealed_slots *slots = g_new0(struct sealed_slots, 1);
	int r = session_store_get(a->txn, session_id, &session);

	if (!r)
		r = project_store_get(a->txn, session->project_id, &project);
	if (!r)
		r = project_store_holders(a->txn, session->project_id, &holders);
	if (r)
		return r < 0 ? r : -ENOENT;
	r = sealed_slots_from_json(json, slots);
	if (r < 0)
		return r;
	if (r || slots->k != project->holder_threshold || !same_holders(slots, holders))
		return refuse(a->refusal, "draw.slots", "slots",
			"wrap it by bidroom-seal nonce for the %u holders of the project",
			holders->len);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *draw_id = in_text(in, "draw_id");
	g_autoptr(GBytes) commitment = in_hex(in, "commitment");
	struct draw_nonce_row nonce = {.slots = json_object_get(in, "slots")};
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	uint8_t slots_sha[32];
	int r = draw_party_in(a, in, &nonce.party);

	if (!r)
		r = draw_begin_act(a, draw_id, &draw, &nonces);
	if (!r)
		r = check_person(a, &nonces, nonce.party);
	if (!r)
		r = check_slots(a, draw->session_id, nonce.slots);
	if (r)
		return r;
	g_strlcpy(nonce.account_id, a->actor->account_id, sizeof(nonce.account_id));
	memcpy(nonce.commitment, g_bytes_get_data(commitment, NULL), DRAW_BYTES);
	r = draw_store_add_nonce(a->txn, draw_id, &nonce);
	if (!r)
		r = canon_digest(nonce.slots, slots_sha);
	if (r)
		return r < 0 ? r : -EIO;
	g_autofree char *sha = hex_encode(slots_sha, sizeof(slots_sha));
	return act_event(a, "draw.nonce_committed", "draw", draw_id,
		json_pack("{s:s, s:s, s:s}", "party", draw_party_name(nonce.party), "commitment",
			in_text(in, "commitment"), "slots_sha256", sha));
}

const struct act_kind draw_commit_act = {.name = "draw.commit", .fields = fields, .run = run};
