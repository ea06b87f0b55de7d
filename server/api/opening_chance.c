/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/opening_chance.h"

#include <errno.h>

#include "server/eval/criteria.h"
#include "server/store/draw_store.h"
#include "server/store/event_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static json_t *party_row(enum draw_party party, const struct draw_nonce_row *n)
{
	json_t *row = json_object();

	out_text(row, "party", draw_party_name(party));
	if (n)
		out_hex(row, "commitment", n->commitment, DRAW_BYTES);
	if (n && n->revealed)
		out_hex(row, "nonce", n->nonce, DRAW_BYTES);
	return row;
}

static int out_ceremony(struct act *a, const char *session_id, json_t *chance)
{
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	json_t *parties = json_array();
	int r = draw_store_by_session(a->txn, session_id, &draw);

	json_object_set_new(chance, "parties", parties);
	if (!r)
		r = draw_store_nonces(a->txn, draw->draw_id, &nonces);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	for (int p = 0; p < N_DRAW_PARTIES; p++)
		json_array_append_new(parties, party_row((enum draw_party)p, nonces.of[p]));
	out_text(chance, "draw_id", draw->draw_id);
	out_hex(chance, "snapshot_sha256", draw->snapshot_digest, DRAW_BYTES);
	if (draw->record)
		json_object_set(chance, "seed", json_object_get(draw->record, "seed"));
	return 0;
}

/* Of a committee that was dissolved: what it drew is not used. */
static int is_void(struct act *a, const struct event *e, bool *ret)
{
	enum flow_step step = 0;
	int r = session_store_step(a->txn, in_text(e->body, "session"), &step);

	*ret = step == FLOW_DISSOLVED;
	return r <= 0 ? r : -EBADMSG;
}

/* What was announced; of the last draw that stands, should there have been several. */
static int out_drawn(struct act *a, const struct lot *lot, json_t *chance, char session_id[ID_SIZE])
{
	g_autofree char *subject = g_strdup_printf("lot:%s", lot->lot_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_of_subject_kind(a->txn, subject, "lot.drawn", 0, 100, &events);

	bool dropped = true;

	while (!r && events->len && dropped) {
		r = is_void(a, g_ptr_array_index(events, events->len - 1), &dropped);
		if (!r && dropped)
			g_ptr_array_set_size(events, (gint)events->len - 1);
	}
	if (r || !events->len)
		return r;
	const struct event *e = g_ptr_array_index(events, events->len - 1);
	json_object_set(chance, "drawn", json_object_get(e->body, "drawn"));
	json_object_set(chance, "bids", json_object_get(e->body, "bids"));
	out_text(chance, "event_id", e->event_id);
	out_time(chance, "drawn_at", e->legal_us);
	g_strlcpy(session_id, in_text(e->body, "session"), ID_SIZE);
	return 0;
}

/* The session that judges the lot makes the draw: there is none before the lot is opened. */
static int out_draw(struct act *a, const struct lot *lot, json_t *chance)
{
	char session_id[ID_SIZE] = "";
	int r = out_drawn(a, lot, chance, session_id);

	if (!r && !*session_id)
		r = session_store_of_lot(a->txn, lot->lot_id, session_id);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	return out_ceremony(a, session_id, chance);
}

int opening_chance_out(struct act *a, const struct lot *lot, json_t *out)
{
	struct criteria *criteria = NULL;
	json_t *chance = NULL;

	if (criteria_read(lot->scheme, &criteria, NULL))
		return json_object_size(lot->scheme) ? -EBADMSG : 0;
	if (price_rule_is_drawn(&criteria->price))
		chance = json_pack("{s:o}", "price", price_rule_to_json(&criteria->price));
	criteria_free(criteria);
	if (!chance)
		return 0;
	json_object_set_new(out, "chance", chance);
	return out_draw(a, lot, chance);
}
