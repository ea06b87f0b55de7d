/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/stats.h"

#include <malloc.h>

#define REPORTED_MAX 256

static json_t *track_report(uint16_t id, const struct listener_track_stats *s, uint32_t session_ms)
{
	int64_t lag_ms = (int64_t)session_ms - s->received.last_session_ms;

	return json_pack("{s:i, s:I, s:I, s:I}", "track", id, "received",
		(json_int_t)s->received.n_objects, "missing", (json_int_t)s->received.n_lost,
		"lag_ms", (json_int_t)MAX(lag_ms, 0));
}

json_t *stats_report(const struct seat *seat, const struct listener *listener, int64_t now_us)
{
	json_auto_t *tracks = seat_tracks(seat);
	json_t *list = json_array();
	size_t i;
	json_t *form;

	json_array_foreach (tracks, i, form) {
		uint16_t id = (uint16_t)json_integer_value(json_object_get(form, "track"));
		struct listener_track_stats s;

		if (i < REPORTED_MAX && listener_stats(listener, id, &s))
			json_array_append_new(
				list, track_report(id, &s, seat_session_ms(seat, now_us)));
	}
	return list;
}

static json_t *track_describe(const json_t *form, const struct listener_track_stats *s)
{
	const struct receiver_stats *r = &s->received;
	json_t *track = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"objects", (json_int_t)r->n_objects, "bytes", (json_int_t)r->n_bytes, "keys",
		(json_int_t)r->n_keys, "gaps", (json_int_t)r->n_gaps, "lost", (json_int_t)r->n_lost,
		"stale", (json_int_t)r->n_stale, "skipped", (json_int_t)r->n_skipped, "verified",
		(json_int_t)r->n_verified, "unverified", (json_int_t)r->n_unverified, "forged",
		(json_int_t)r->n_forged, "session_ms", (json_int_t)r->last_session_ms);
	json_auto_t *shown = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "presented",
		(json_int_t)s->played.n_presented, "skew_us", (json_int_t)s->played.skew_us,
		"restarts", (json_int_t)s->played.n_restarts, "transit_us",
		(json_int_t)s->transit_us, "late_p50_us", (json_int_t)s->late_p50_us, "late_p95_us",
		(json_int_t)s->late_p95_us, "delay_us", (json_int_t)s->delay_us, "decoded_p50_us",
		(json_int_t)s->played.decoded_p50_us, "decoded_p95_us",
		(json_int_t)s->played.decoded_p95_us);

	json_object_update_missing(track, shown);
	json_object_set(track, "track", json_object_get(form, "track"));
	json_object_set(track, "seat", json_object_get(form, "seat"));
	json_object_set(track, "kind", json_object_get(form, "kind"));
	return track;
}

json_t *stats_tracks(const struct seat *seat, const struct listener *listener)
{
	json_auto_t *tracks = seat_tracks(seat);
	json_t *list = json_array();
	size_t i;
	json_t *form;

	json_array_foreach (tracks, i, form) {
		uint16_t id = (uint16_t)json_integer_value(json_object_get(form, "track"));
		struct listener_track_stats s;

		if (listener_stats(listener, id, &s))
			json_array_append_new(list, track_describe(form, &s));
	}
	return list;
}

json_t *stats_sender(const struct sender_stats *stats, bool capturing)
{
	const struct publisher_stats *s = &stats->published;

	return json_pack("{s:b, s:i, s:I, s:I, s:I, s:I, s:I, s:I}", "capturing", capturing,
		"bitrate", stats->bitrate, "objects", (json_int_t)s->n_objects, "bytes",
		(json_int_t)s->n_bytes, "stamps", (json_int_t)s->n_stamps, "held_back",
		(json_int_t)s->n_held_back, "keyless", (json_int_t)s->n_keyless, "too_long",
		(json_int_t)s->n_too_long);
}

/* The address sanitizer has its own allocator, of which the C library knows nothing. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

int64_t stats_heap_bytes(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes)
		return (int64_t)__sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return (int64_t)(info.uordblks + info.hblkhd);
}
