/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/draw_act.h"
#include "server/store/draw_store.h"

static const struct field fields[] = {
	{"draw_id", FIELD_ID, true},
	{"party", FIELD_NAME, true, 1, 16},
	{"nonce", FIELD_HEX, true, DRAW_BYTES, DRAW_BYTES},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *draw_id = in_text(in, "draw_id");
	g_autoptr(GBytes) nonce = in_hex(in, "nonce");
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	enum draw_party party;
	int r = draw_party_in(a, in, &party);

	if (!r)
		r = draw_begin_act(a, draw_id, &draw, &nonces);
	if (r)
		return r;
	if (nonces.of[party] && strcmp(nonces.of[party]->account_id, a->actor->account_id) != 0)
		return act_denied(a, "somebody else committed for this party");
	/* Whoever commits last must not know what the others will reveal. */
	if (!draw_all_committed(&nonces))
		return refuse(
			a->refusal, "draw.state", NULL, "wait until all three have committed");
	if (nonces.of[party]->revealed)
		return refuse(a->refusal, "draw.state", "party", "it is revealed already");
	return draw_reveal_nonce(
		a, draw_id, &nonces, party, g_bytes_get_data(nonce, NULL), "party");
}

const struct act_kind draw_reveal_act = {.name = "draw.reveal", .fields = fields, .run = run};
