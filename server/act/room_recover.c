/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "server/act/seat_act.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"

/*
 * After a room's process died: the tracks that nobody ended are ended where their recording ends,
 * and the time until now that nobody recorded becomes a gap. A track that was kept less far than
 * the others has a gap of its own before that. A reel whose track was published while the database
 * was away gets its place here.
 */

/* Tracks end with their last object; so far apart these lie though nothing is missing. */
#define APART_MS 150
/* What lay unwritten when the process died is not older, even with a disk that takes seconds. */
#define UNWRITTEN_MS 10000

/* Where an open track's recording ends. */
struct kept {
	int track_no;
	char to_seat[33]; /* whom alone it was for; "": all */
	int64_t until_ms;
	bool muted;
};

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"reels", FIELD_LIST, true, 0, 65535},
	{"to_ms", FIELD_INT, true},
	{NULL},
};

static const struct field reel_fields[] = {
	{"track", FIELD_INT, true, 1, 65535},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"kind", FIELD_NAME, true, 1, 16},
	{"codec", FIELD_NAME, true, 1, 16},
	{"mask", FIELD_NAME, true, 1, 16},
	{"width", FIELD_INT, true, 0, 7680},
	{"height", FIELD_INT, true, 0, 4320},
	{"first_ms", FIELD_INT, true},
	{"last_ms", FIELD_INT, true},
	{"to", FIELD_NAME, false, 1, 32},
	{NULL},
};

static int tell_end(struct act *a, const char *session_id, const struct room_track *t)
{
	return seat_act_event(a, session_id, "room.unpublish",
		json_pack("{s:i, s:s, s:s*}", "track", t->track_no, "seat", t->seat_id, "to",
			t->to_seat[0] ? t->to_seat : NULL));
}

/* The key is that of the seat's present device: no other can have joined since. */
static int add_missing(struct act *a, const char *session_id, const json_t *reel)
{
	struct room_track t = {
		.track_no = (int)in_int(reel, "track", 0),
		.width = (int)in_int(reel, "width", 0),
		.height = (int)in_int(reel, "height", 0),
		.started_ms = in_int(reel, "first_ms", 0),
	};
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_store_get(a->txn, session_id, in_text(reel, "seat_id"), &seat);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	memcpy(t.device_key, seat->device_key, sizeof(t.device_key));
	g_strlcpy(t.seat_id, seat->seat_id, sizeof(t.seat_id));
	g_strlcpy(t.kind, in_text(reel, "kind"), sizeof(t.kind));
	g_strlcpy(t.codec, in_text(reel, "codec"), sizeof(t.codec));
	g_strlcpy(t.mask, in_text(reel, "mask"), sizeof(t.mask));
	if (in_has(reel, "to"))
		g_strlcpy(t.to_seat, in_text(reel, "to"), sizeof(t.to_seat));
	r = room_store_add_track(a->txn, session_id, &t);
	if (r)
		return r == DB_E_DUPLICATE ? 0 : r < 0 ? r : -EIO;
	return seat_act_track_event(a, session_id, &t);
}

static int64_t recorded_until(const json_t *reels, const struct room_track *t)
{
	size_t i;
	json_t *reel;

	json_array_foreach (reels, i, reel)
		if (in_int(reel, "track", 0) == t->track_no)
			return MAX(in_int(reel, "last_ms", 0), t->started_ms);
	return t->started_ms;
}

static bool names(const char *list, const char *kind)
{
	g_auto(GStrv) kinds = g_strsplit(list, " ", -1);

	return g_strv_contains((const char *const *)kinds, kind);
}

static int is_muted(struct act *a, const char *session_id, const struct room_track *t, bool *ret)
{
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_store_get(a->txn, session_id, t->seat_id, &seat);

	*ret = !r && (names(seat->muted, t->kind) || names(seat->muted_host, t->kind));
	return r == STORE_E_NONE ? 0 : r;
}

/* Fills kept with a struct kept for each. */
static int end_open(struct act *a, const char *session_id, const json_t *reels, GArray *kept)
{
	g_autoptr(GArray) tracks = NULL;
	int r = room_store_open_tracks(a->txn, session_id, &tracks);

	for (guint i = 0; !r && i < tracks->len; i++) {
		const struct room_track *t = &g_array_index(tracks, struct room_track, i);
		struct kept k = {.track_no = t->track_no, .until_ms = recorded_until(reels, t)};

		r = is_muted(a, session_id, t, &k.muted);
		if (!r)
			r = room_store_end_track(a->txn, session_id, t->track_no, k.until_ms);
		if (!r)
			r = tell_end(a, session_id, t);
		g_strlcpy(k.to_seat, t->to_seat, sizeof(k.to_seat));
		g_array_append_val(kept, k);
	}
	return r <= 0 ? r : -EIO;
}

/* of: NULL: the whole session */
static int tell_gap(struct act *a, const char *session_id, const struct kept *of, int64_t from_ms,
	int64_t to_ms)
{
	json_t *body = json_pack("{s:I, s:I, s:s}", "from_ms", (json_int_t)from_ms, "to_ms",
		(json_int_t)to_ms, "reason", "server_restart");

	if (of)
		out_int(body, "track", of->track_no);
	if (of && of->to_seat[0])
		out_text(body, "to", of->to_seat);
	return seat_act_event(a, session_id, "room.gap", body);
}

static int tell_gaps(struct act *a, const char *session_id, const GArray *kept, int64_t now_ms)
{
	int64_t until_ms = 0;
	int r = 0;

	for (guint i = 0; i < kept->len; i++)
		until_ms = MAX(until_ms, g_array_index(kept, struct kept, i).until_ms);
	for (guint i = 0; !r && i < kept->len; i++) {
		const struct kept *k = &g_array_index(kept, struct kept, i);
		int64_t missing_ms = until_ms - k->until_ms;

		/* Who was silent by his own or the host's will for long misses nothing. */
		if (missing_ms > APART_MS && !(k->muted && missing_ms > UNWRITTEN_MS))
			r = tell_gap(a, session_id, k, k->until_ms, until_ms);
	}
	return r ? r : tell_gap(a, session_id, NULL, until_ms, MAX(now_ms, until_ms));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	const json_t *reels = json_object_get(in, "reels");
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(struct kept));
	size_t i;
	json_t *reel;
	int r = 0;

	json_array_foreach (reels, i, reel) {
		r = fields_check(reel_fields, reel, a->refusal);
		if (!r)
			r = add_missing(a, session_id, reel);
		if (r)
			return r;
	}
	r = end_open(a, session_id, reels, kept);
	if (r || !kept->len)
		return r;
	return tell_gaps(a, session_id, kept, in_int(in, "to_ms", 0));
}

const struct act_kind room_recover_act = {.name = "room.recover", .fields = fields, .run = run};
