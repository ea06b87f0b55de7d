/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the indexes of all tracks of a session have gained since the caller asked last, in one
 * answer: a player that follows twenty tracks asks once a second and not twenty times.
 */
#include "server/api/views.h"

#include <stdlib.h>
#include <string.h>

#include "server/api/replay_shown.h"
#include "server/record/reels.h"
#include "server/store/archive_store.h"
#include "server/store/original_store.h"
#include "server/store/replay_store.h"

#define AFTER_MAX 3000
/* One MiB of entries, so that an answer stays small and a long recording comes in several. */
#define ENTRIES_MAX 16384

static const struct field tail_fields[] = {
	{"session_id", FIELD_ID, true},
	{"after", FIELD_TEXT, false, 1, AFTER_MAX},
	{NULL},
};

/* "3.120,4.0": track -> entries that the caller has, boxed. */
static int parse_after(const char *text, GHashTable *after, struct refusal *r)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);

	for (char **p = parts; *p; p++) {
		g_auto(GStrv) pair = g_strsplit(*p, ".", 2);
		guint64 track, have;

		if (g_strv_length(pair) != 2 ||
			!g_ascii_string_to_unsigned(pair[0], 10, 1, UINT16_MAX, &track, NULL) ||
			!g_ascii_string_to_unsigned(pair[1], 10, 0, UINT32_MAX, &have, NULL))
			return refuse(r, "input.invalid", "after", "it is a list of track.entries");
		g_hash_table_insert(
			after, GUINT_TO_POINTER((guint)track), g_memdup2(&have, sizeof(have)));
	}
	return 0;
}

struct tail {
	const char *const *dirs;
	const char *session_id;
	bool live;
	guint n_left; /* entries that still fit */
	json_t *tracks;
	bool more;
};

static void out_entries(json_t *row, const GArray *entries)
{
	g_autofree uint8_t *bytes = g_malloc((gsize)entries->len * REEL_ENTRY_LEN);
	g_autofree char *text = NULL;

	for (guint i = 0; i < entries->len; i++)
		reel_entry_encode(&g_array_index(entries, struct reel_entry, i),
			bytes + (gsize)i * REEL_ENTRY_LEN);
	text = g_base64_encode(bytes, (gsize)entries->len * REEL_ENTRY_LEN);
	out_text(row, "index", text);
}

static void look_at_track(struct tail *tail, const struct replay_track *t, guint64 have)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	uint16_t no = (uint16_t)t->track_no;
	/* Before the entries are read: what is written after them is not missed then. */
	enum record_growth growth = record_growth(tail->dirs, tail->session_id, no);
	bool whole = t->ended_ms >= 0 &&
		     (growth == RECORD_COMPLETE || (growth == RECORD_ABSENT && !tail->live));

	if (growth != RECORD_ABSENT && tail->n_left &&
		record_index_tail(tail->dirs, tail->session_id, no, have, tail->n_left, entries) <
			0)
		whole = false;
	/* It may have had more, and then it is asked for again. */
	if (entries->len == tail->n_left && growth != RECORD_ABSENT) {
		tail->more = true;
		whole = false;
	}
	tail->n_left -= entries->len;
	if (!entries->len && !whole)
		return;

	g_autofree char *track = g_strdup_printf("%u", no);
	json_t *row = json_object();
	out_text(row, "track", track);
	out_int(row, "from", (int64_t)have);
	if (entries->len)
		out_entries(row, entries);
	json_object_set_new(row, "whole", json_boolean(whole));
	json_array_append_new(tail->tracks, row);
}

static int look_at_tracks(struct act *a, GHashTable *after, struct tail *tail, json_t *others)
{
	g_autoptr(GPtrArray) tracks = NULL, open_seats = NULL;
	int r = replay_store_tracks(a->txn, tail->session_id, &tracks);

	if (!r)
		r = original_store_open_seats(
			a->txn, tail->session_id, a->actor->account_id, a->real_us, &open_seats);
	for (guint i = 0; !r && i < tracks->len; i++) {
		const struct replay_track *t = g_ptr_array_index(tracks, i);
		const guint64 *have =
			g_hash_table_lookup(after, GUINT_TO_POINTER((guint)t->track_no));
		g_autofree char *track = g_strdup_printf("%" G_GINT64_FORMAT, t->track_no);

		if (!replay_is_shown(a->actor, t, open_seats))
			continue;
		if (have)
			look_at_track(tail, t, *have);
		else
			json_array_append_new(others, json_string(track));
	}
	return r;
}

static int run_tail(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GHashTable) after = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	struct replay_session session = {0};
	struct tail tail = {
		.session_id = in_text(in, "session_id"),
		.dirs = a->env->reel_dirs,
		.n_left = ENTRIES_MAX,
		.tracks = json_array(),
	};
	json_t *others = json_array();
	int r;

	json_object_set_new(out, "tracks", tail.tracks);
	json_object_set_new(out, "others", others);
	r = in_has(in, "after") ? parse_after(in_text(in, "after"), after, a->refusal) : 0;
	if (!r)
		r = act_found(a,
			replay_store_session(a->txn, tail.session_id, a->real_us, &session),
			"session_id");
	if (r)
		return r;
	bool expired;
	r = archive_store_is_expired(a->txn, tail.session_id, &expired);
	tail.live = replay_session_is_live(&session);
	replay_session_clear(&session);
	if (!r && expired)
		return refuse(
			a->refusal, "archive.expired", "session_id", "two roles agreed on its end");
	if (!r)
		r = look_at_tracks(a, after, &tail, others);
	json_object_set_new(out, "live", json_boolean(tail.live));
	json_object_set_new(out, "more", json_boolean(tail.more));
	return r;
}

const struct act_kind replay_tail_view = {
	.name = "replay.tail", .fields = tail_fields, .run = run_tail, .flags = ACT_READ};
