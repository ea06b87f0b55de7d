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
 * and the time until now that nobody recorded becomes a gap. A reel whose track was published while
 * the database was away gets its place here.
 */
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
	{NULL},
};

static int event_of(
	struct act *a, const char *session_id, const char *kind, int track, const char *seat_id)
{
	return seat_act_event(
		a, session_id, kind, json_pack("{s:i, s:s}", "track", track, "seat", seat_id));
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

static int end_open(
	struct act *a, const char *session_id, const json_t *reels, int64_t *ret_until_ms)
{
	g_autoptr(GArray) tracks = NULL;
	int r = room_store_open_tracks(a->txn, session_id, &tracks);

	*ret_until_ms = -1;
	for (guint i = 0; !r && i < tracks->len; i++) {
		const struct room_track *t = &g_array_index(tracks, struct room_track, i);
		int64_t until_ms = recorded_until(reels, t);

		*ret_until_ms = MAX(*ret_until_ms, until_ms);
		r = room_store_end_track(a->txn, session_id, t->track_no, until_ms);
		if (!r)
			r = event_of(a, session_id, "room.unpublish", t->track_no, t->seat_id);
	}
	return r <= 0 ? r : -EIO;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	const json_t *reels = json_object_get(in, "reels");
	int64_t until_ms;
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
	r = end_open(a, session_id, reels, &until_ms);
	if (r || until_ms < 0)
		return r;
	return seat_act_event(a, session_id, "room.gap",
		json_pack("{s:I, s:I, s:s}", "from_ms", (json_int_t)until_ms, "to_ms",
			(json_int_t)MAX(in_int(in, "to_ms", 0), until_ms), "reason",
			"server_restart"));
}

const struct act_kind room_recover_act = {.name = "room.recover", .fields = fields, .run = run};
