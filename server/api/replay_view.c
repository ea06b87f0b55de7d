/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The manifest of a recording and the events of its session. Reading the manifest is itself on the
 * record: it is not a view but an act.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/api/replay_shown.h"
#include "server/record/reels.h"
#include "server/store/archive_store.h"
#include "server/store/hall_store.h"
#include "server/store/original_store.h"
#include "server/store/replay_store.h"

#define EVENTS_MAX 1000

static const struct field get_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static json_t *track_row(
	const char *session_id, const struct replay_track *t, const struct record_extent *extent)
{
	json_t *row = json_object();
	g_autofree char *track = g_strdup_printf("%" G_GINT64_FORMAT, t->track_no);
	g_autofree char *url =
		g_strdup_printf("/api/v1/sessions/%s/reels/%s.webm", session_id, track);
	g_autofree char *index_url =
		g_strdup_printf("/api/v1/sessions/%s/reels/%s.idx", session_id, track);

	out_text(row, "track", track);
	out_text(row, "seat_id", t->seat_id);
	out_text(row, "seat_name", t->seat_name);
	out_text(row, "kind", t->kind);
	out_text(row, "codec", t->codec);
	if (strcmp(t->mask, "none") != 0)
		out_text(row, "mask", t->mask);
	if (t->to_seat[0]) {
		out_text(row, "to", t->to_seat);
		out_text(row, "to_name", t->to_name);
	}
	if (t->width) {
		out_int(row, "width", t->width);
		out_int(row, "height", t->height);
	}
	out_int(row, "started_ms", t->started_ms);
	json_object_set_new(
		row, "ended_ms", t->ended_ms < 0 ? json_null() : json_integer(t->ended_ms));
	out_int(row, "init_length", (int64_t)extent->init_length);
	out_int(row, "length", (int64_t)extent->length);
	out_text(row, "url", url);
	out_text(row, "index_url", index_url);
	return row;
}

/* A track that has only just begun has no reel yet. */
static bool is_missing(
	struct act *a, const char *session_id, const struct replay_track *t, bool live)
{
	return (t->ended_ms >= 0 || !live) &&
	       record_growth(a->env->reel_dirs, session_id, (uint16_t)t->track_no) == RECORD_ABSENT;
}

static int out_tracks(struct act *a, const char *session_id, bool live, json_t *out)
{
	g_autoptr(GPtrArray) tracks = NULL;
	json_t *list = json_array();
	g_autoptr(GPtrArray) open_seats = NULL;
	int64_t duration_ms = 0;
	int r = replay_store_tracks(a->txn, session_id, &tracks);

	if (!r)
		r = original_store_open_seats(
			a->txn, session_id, a->actor->account_id, a->real_us, &open_seats);
	json_object_set_new(out, "tracks", list);
	for (guint i = 0; !r && i < tracks->len; i++) {
		const struct replay_track *t = g_ptr_array_index(tracks, i);
		struct record_extent extent;

		if (!replay_is_shown(a->actor, t, open_seats))
			continue;
		record_extent_read(a->env->reel_dirs, session_id, (uint16_t)t->track_no, &extent);
		duration_ms = MAX(duration_ms, (int64_t)extent.last_ms);
		json_t *row = track_row(session_id, t, &extent);
		if (is_missing(a, session_id, t, live))
			out_text(row, "state", "missing");
		/* The ledger's digests are of the sealed bytes, which a player never sees. */
		struct reel_head head = {0};
		if (!record_head_read(
			    a->env->reel_dirs, session_id, (uint16_t)t->track_no, &head) &&
			head.is_sealed)
			json_object_set_new(row, "sealed", json_true());
		json_array_append_new(list, row);
	}
	out_int(out, "duration_ms", duration_ms);
	return r;
}

/* Gaps are events of the session: its seats saw them too, those of whom they are. */
static int out_gaps(struct act *a, const char *session_id, json_t *out)
{
	g_autofree char *subject = g_strdup_printf("session:%s", session_id);
	json_t *list = json_array();
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, "room.gap", &events);

	json_object_set_new(out, "gaps", list);
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (in_has(e->body, "to") && !replay_shows_asides(a->actor))
			continue;
		json_t *row = json_object();
		json_object_set_new(row, "from_ms", json_integer(in_int(e->body, "from_ms", 0)));
		json_object_set_new(row, "to_ms", json_integer(in_int(e->body, "to_ms", 0)));
		if (in_has(e->body, "track")) {
			g_autofree char *track =
				g_strdup_printf("%" G_GINT64_FORMAT, in_int(e->body, "track", 0));
			out_text(row, "track", track);
		}
		if (in_text(e->body, "reason"))
			out_text(row, "reason", in_text(e->body, "reason"));
		json_array_append_new(list, row);
	}
	return r;
}

/* Of a recording whose time is over (归档到期) the events are left. */
static int out_all_tracks(struct act *a, const char *session_id, bool live, json_t *out)
{
	bool expired;
	int r = archive_store_is_expired(a->txn, session_id, &expired);

	if (r || !expired)
		return r ? r : out_tracks(a, session_id, live, out);
	json_object_set_new(out, "expired", json_true());
	json_object_set_new(out, "tracks", json_array());
	out_int(out, "duration_ms", 0);
	return 0;
}

static int run_replay(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	struct replay_session session = {0};
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	if (r)
		return r;
	bool live = replay_session_is_live(&session);
	out_text(out, "title", session.title);
	if (*session.hall_of)
		out_text(out, "hall_of", session.hall_of);
	json_object_set_new(out, "live", json_boolean(live));
	out_time(out, "started_at", session.opened_us ? session.opened_us : a->real_us);
	replay_session_clear(&session);
	r = out_all_tracks(a, session_id, live, out);
	if (!r)
		r = out_gaps(a, session_id, out);
	return r ? r : act_event(a, "replay.viewed", "recording", session_id, json_object());
}

const struct act_kind replay_act = {.name = "replay.view", .fields = get_fields, .run = run_replay};

static const struct field events_fields[] = {
	{"session_id", FIELD_ID, true},
	{"after", FIELD_INT, false, 0, INT64_MAX},
	{"limit", FIELD_INT, false, 1, EVENTS_MAX},
	{NULL},
};

/* In a hall a bidder is the number of its bid. Whose that is, the opened bid tells; of one that
 * stays closed nothing does. */
static void leave_out_bidder(json_t *row, const struct event *e)
{
	const char *seat = in_text(e->body, "seat");
	json_t *body;

	if (!seat || !g_str_has_prefix(seat, HALL_BIDDER_PREFIX))
		return;
	body = json_copy(e->body);
	json_object_del(body, "person");
	json_object_del(body, "seat_cert");
	json_object_set_new(row, "body", body);
	json_object_del(row, "actor");
}

static json_t *event_row(const struct event *e, int64_t opened_us, bool hall)
{
	json_t *row = json_object();

	out_int(row, "no", e->subject_no);
	out_text(row, "event_id", e->event_id);
	out_text(row, "kind", e->kind->name);
	out_time(row, "at", e->real_us);
	/* Events of before the room opened stand at its beginning. */
	if (in_has(e->body, "session_ms"))
		out_int(row, "session_ms", in_int(e->body, "session_ms", 0));
	else if (opened_us)
		out_int(row, "session_ms", MAX(0, (e->real_us - opened_us) / 1000));
	out_text(row, "actor", e->actor);
	out_hex(row, "leaf_hash", e->leaf_hash, sizeof(e->leaf_hash));
	json_object_set(row, "body", e->body);
	if (hall)
		leave_out_bidder(row, e);
	return row;
}

static int run_events(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	unsigned limit = (unsigned)in_int(in, "limit", EVENTS_MAX);
	g_autofree char *subject = g_strdup_printf("session:%s", session_id);
	struct replay_session session = {0};
	json_t *items = json_array();
	g_autoptr(GPtrArray) events = NULL;
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	json_object_set_new(out, "items", items);
	if (!r)
		r = event_store_of_subject(a->txn, subject, in_int(in, "after", 0), limit, &events);
	if (r)
		return r;
	for (guint i = 0; i < events->len; i++)
		json_array_append_new(items, event_row(g_ptr_array_index(events, i),
						     session.opened_us, *session.hall_of));
	const struct event *last =
		events->len == limit ? g_ptr_array_index(events, limit - 1) : NULL;
	json_object_set_new(out, "next", last ? json_integer(last->subject_no) : json_null());
	return 0;
}

const struct act_kind session_events_view = {
	.name = "session.events", .fields = events_fields, .run = run_events, .flags = ACT_READ};
