/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/draw_act.h"
#include "server/act/session_act.h"
#include "server/eval/criteria.h"
#include "server/eval/lot_draw.h"
#include "server/store/draw_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"draw_id", FIELD_ID, true},
	{NULL},
};

static int secrets_of(struct act *a, const struct draw_row *draw, const struct draw_nonces *nonces,
	struct draw_secrets *ret)
{
	memcpy(ret->key_commitment, draw->key_commitment, DRAW_BYTES);
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		const struct draw_nonce_row *n = nonces->of[p];

		if (!n || !n->revealed)
			return refuse(a->refusal, "draw.state", NULL,
				"the nonce of %s is not revealed; the holders can help",
				draw_party_name((enum draw_party)p));
		memcpy(ret->commitments[p], n->commitment, DRAW_BYTES);
		memcpy(ret->nonces[p], n->nonce, DRAW_BYTES);
	}
	return 0;
}

static int draw_record(struct act *a, const struct draw_row *draw,
	const struct draw_secrets *secrets, json_t **ret)
{
	struct draw_snapshot *snapshot;
	int r = draw_snapshot_parse(draw->snapshot, strlen(draw->snapshot), &snapshot);

	if (r)
		return r < 0 ? r : -EBADMSG;
	/* What lies in the database must be what was published. */
	if (memcmp(snapshot->digest, draw->snapshot_digest, DRAW_BYTES) != 0)
		r = -EBADMSG;
	if (!r)
		r = draw_run(snapshot, &draw->rule, secrets, ret, NULL);
	draw_snapshot_free(snapshot);
	return r <= 0 ? r : refuse(a->refusal, draw_refusal_code(r), NULL, NULL);
}

static int seat_panel(struct act *a, struct draw_row *draw)
{
	for (unsigned place = 1; place <= draw->rule.experts; place++) {
		int r = draw_seat_place(a, draw, place);
		if (r)
			return r < 0 ? r : -EBADMSG;
	}
	return 0;
}

/* What a lot's scheme leaves to chance follows from the same seed, and is told to everybody now. */
static int announce_lot(struct act *a, const char *session_id, const struct lot *lot,
	const uint8_t seed[DRAW_BYTES])
{
	struct lot_chance chance = {.lot_id = lot->lot_id};
	g_autoptr(GPtrArray) bids = NULL;
	struct criteria *criteria = NULL;
	json_t *drawn = NULL;
	int r = session_bids_of(a, lot->lot_id, &bids);

	if (!r && criteria_read(lot->scheme, &criteria, NULL))
		r = -EBADMSG;
	if (r)
		return r;
	memcpy(chance.seed, seed, DRAW_BYTES);
	drawn = lot_draw_params(&chance, &criteria->price, bids->len);
	criteria_free(criteria);
	return !drawn ? 0
		      : act_event(a, "lot.drawn", "lot", lot->lot_id,
				json_pack("{s:s, s:s, s:I, s:o}", "lot_code", lot->code, "session",
					session_id, "bids", (json_int_t)bids->len, "drawn", drawn));
}

static int announce_lots(struct act *a, const char *session_id, const uint8_t seed[DRAW_BYTES])
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, session_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++)
		r = announce_lot(a, session_id, g_ptr_array_index(lots, i), seed);
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	static const char *const shown[] = {"selected", "standbys", "seed"};
	const char *draw_id = in_text(in, "draw_id");
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	struct draw_secrets secrets;
	uint8_t seed[DRAW_BYTES];
	int r = draw_begin_act(a, draw_id, &draw, &nonces);

	if (!r)
		r = secrets_of(a, draw, &nonces, &secrets);
	if (!r)
		r = draw_record(a, draw, &secrets, &draw->record);
	if (r)
		return r;
	draw_seed(draw->snapshot_digest, secrets.nonces, seed);
	r = draw_store_set_record(a->txn, draw_id, seed, draw->record, a->legal_us);
	if (!r)
		r = seat_panel(a, draw);
	if (r)
		return r < 0 ? r : -EIO;
	for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
		json_object_set(out, shown[i], json_object_get(draw->record, shown[i]));
	r = act_event(a, "draw.done", "draw", draw_id,
		json_pack("{s:s, s:O}", "session", draw->session_id, "record", draw->record));
	return r ? r : announce_lots(a, draw->session_id, seed);
}

const struct act_kind draw_run_act = {.name = "draw.run", .fields = fields, .run = run};
