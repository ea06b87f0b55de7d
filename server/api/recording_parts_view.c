/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the ledger says of a recording from a moment on: the events media.part with their proofs,
 * so that a player can check by itself that the bytes it shows are the ones that were recorded.
 */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/api/ledger_head.h"
#include "server/store/event_store.h"
#include "server/store/ledger_store.h"
#include "server/store/replay_store.h"

#define PARTS_MAX 500
#define PARTS_USUAL 150

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"from_ms", FIELD_INT, false, 0, UINT32_MAX},
	{"after", FIELD_INT, false, 0, INT64_MAX},
	{"limit", FIELD_INT, false, 1, PARTS_MAX},
	{NULL},
};

/* STORE_E_NONE when the released head does not hold it yet. */
static int part_row(
	struct act *a, const struct ledger_head *head, const struct event *e, json_t *items)
{
	struct ledger_proof proof;
	uint8_t hash[LEDGER_HASH_LEN];
	int64_t seq;
	gsize len;
	int r = ledger_store_place_of(a->txn, e->event_id, &seq, hash);

	if (!r)
		r = ledger_head_prove(head, seq, &proof);
	if (r)
		return r;
	const char *leaf = g_bytes_get_data(e->leaf, &len);
	json_t *hashes = json_array();
	json_t *row = json_pack("{s:I, s:s%, s:I, s:o}", "no", (json_int_t)e->subject_no, "leaf",
		leaf, len, "index", (json_int_t)seq, "proof", hashes);
	out_hex(row, "leaf_hash", hash, sizeof(hash));
	for (size_t i = 0; i < proof.n; i++) {
		g_autofree char *hex = hex_encode(proof.hashes[i], LEDGER_HASH_LEN);
		json_array_append_new(hashes, json_string(hex));
	}
	json_array_append_new(items, row);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autofree char *subject = g_strdup_printf("recording:%s", session_id);
	unsigned limit = (unsigned)in_int(in, "limit", PARTS_USUAL);
	LEDGER_HEAD_AUTO struct ledger_head head = {0};
	struct replay_session session = {0};
	g_autoptr(GPtrArray) events = NULL;
	json_t *items = json_array();
	guint i = 0;
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	json_object_set_new(out, "items", items);
	json_object_set_new(out, "next", json_null());
	if (!r)
		r = ledger_head_read(a, &head);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	out_text(out, "checkpoint", head.note);
	out_int(out, "tree_size", (int64_t)head.size);
	/* A part is written after the time it is about, never before. */
	r = event_store_of_subject_since(a->txn, subject, "media.part", in_int(in, "after", 0),
		session.opened_us + in_int(in, "from_ms", 0) * 1000, limit, &events);
	for (; !r && i < events->len; i++)
		r = part_row(a, &head, g_ptr_array_index(events, i), items);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	if (events->len == limit) {
		const struct event *last = g_ptr_array_index(events, limit - 1);
		json_object_set_new(out, "next", json_integer(last->subject_no));
	}
	return 0;
}

const struct act_kind recording_parts_view = {
	.name = "recording.parts", .fields = fields, .run = run, .flags = ACT_READ};
