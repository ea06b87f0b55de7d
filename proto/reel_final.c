/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_final.h"

#include "proto/ebml.h"
#include "proto/reel_head.h"

#include <string.h>

/* A player that looks for a place finds a cue at most so long before it. */
#define CUE_DISTANCE_MS 2000
/* How long the last block lasts is not recorded; these are the usual lengths. */
#define OPUS_BLOCK_MS 20
#define VIDEO_BLOCK_MS 40

static uint64_t end_of(const struct reel_entry *entries, size_t n)
{
	return n ? entries[n - 1].offset + entries[n - 1].length : 0;
}

/* On the session axis, like all times in a reel, so that all tracks of a session lie on one. */
static double duration_of(uint8_t codec, const struct reel_entry *entries, size_t n)
{
	uint32_t last_ms = n ? entries[n - 1].last_ms : 0;

	return last_ms + (codec == FRAME_CODEC_OPUS ? OPUS_BLOCK_MS : VIDEO_BLOCK_MS);
}

/* An integer in 8 bytes: the table's length must not depend on what it says. */
static void put_fixed(GByteArray *out, uint32_t id, uint64_t value)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(value >> (56 - 8 * i));
	ebml_put_bytes(out, id, bytes, sizeof(bytes));
}

static void put_seek(GByteArray *out, uint32_t id, uint64_t position, bool fixed)
{
	g_autoptr(GByteArray) seek = g_byte_array_new(), name = g_byte_array_new();

	ebml_put_id(name, id);
	ebml_put_bytes(seek, MKV_SEEK_ID, name->data, name->len);
	if (fixed)
		put_fixed(seek, MKV_SEEK_POSITION, position);
	else
		ebml_put_uint(seek, MKV_SEEK_POSITION, position);
	ebml_put_master(out, MKV_SEEK, seek);
}

static GByteArray *seek_room(const struct reel_rooms *rooms, uint64_t reel_end)
{
	g_autoptr(GByteArray) table = g_byte_array_new();
	GByteArray *out = g_byte_array_new();

	put_seek(table, MKV_INFO, rooms->info - rooms->segment, false);
	put_seek(table, MKV_TRACKS, rooms->tracks - rooms->segment, false);
	put_seek(table, MKV_CUES, reel_end - rooms->segment, true);
	ebml_put_master(out, MKV_SEEK_HEAD, table);
	g_assert(out->len + 2 <= rooms->seek_len);
	ebml_put_void_room(out, rooms->seek_len - out->len);
	return out;
}

static GByteArray *duration_room(
	const struct reel_rooms *rooms, uint8_t codec, const struct reel_entry *entries, size_t n)
{
	GByteArray *out = g_byte_array_new();

	ebml_put_double(out, MKV_DURATION, duration_of(codec, entries, n));
	g_assert(out->len == rooms->duration_len);
	return out;
}

void reel_final_fill_head(
	uint8_t *head, uint8_t codec, const struct reel_entry *entries, size_t n_entries)
{
	struct reel_rooms rooms;

	reel_head_rooms(&rooms);
	g_autoptr(GByteArray) seek = seek_room(&rooms, end_of(entries, n_entries));
	g_autoptr(GByteArray) duration = duration_room(&rooms, codec, entries, n_entries);
	memcpy(head + rooms.seek, seek->data, seek->len);
	memcpy(head + rooms.duration, duration->data, duration->len);
}

static void put_cue(GByteArray *out, const struct reel_entry *e, size_t segment)
{
	g_autoptr(GByteArray) point = g_byte_array_new(), place = g_byte_array_new();

	ebml_put_uint(place, MKV_CUE_TRACK, 1);
	ebml_put_uint(place, MKV_CUE_CLUSTER_POSITION, e->offset - segment);
	ebml_put_uint(point, MKV_CUE_TIME, e->time_ms);
	ebml_put_master(point, MKV_CUE_TRACK_POSITIONS, place);
	ebml_put_master(out, MKV_CUE_POINT, point);
}

void reel_final_put_cues(const struct reel_entry *entries, size_t n_entries, GByteArray *out)
{
	g_autoptr(GByteArray) cues = g_byte_array_new();
	const struct reel_entry *last = NULL;
	struct reel_rooms rooms;

	reel_head_rooms(&rooms);
	for (size_t i = 0; i < n_entries; i++) {
		const struct reel_entry *e = &entries[i];
		if (!e->is_key || (last && e->time_ms - last->time_ms < CUE_DISTANCE_MS))
			continue;
		put_cue(cues, e, rooms.segment);
		last = e;
	}
	/* An empty Cues is not valid; a reel without a keyframe cannot be played anyway. */
	if (cues->len)
		ebml_put_master(out, MKV_CUES, cues);
}

static void empty_rooms(uint8_t *data, const struct reel_rooms *rooms)
{
	g_autoptr(GByteArray) seek = g_byte_array_new(), duration = g_byte_array_new();

	ebml_put_void_room(seek, rooms->seek_len);
	ebml_put_void_room(duration, rooms->duration_len);
	memcpy(data + rooms->seek, seek->data, seek->len);
	memcpy(data + rooms->duration, duration->data, duration->len);
}

static bool rooms_are(const uint8_t *data, const struct reel_rooms *rooms, const uint8_t *seek,
	const uint8_t *duration)
{
	return memcmp(data + rooms->seek, seek, rooms->seek_len) == 0 &&
	       memcmp(data + rooms->duration, duration, rooms->duration_len) == 0;
}

int reel_final_take_back(uint8_t *data, uint64_t len, const struct reel_entry *entries,
	size_t n_entries, uint64_t *ret_len)
{
	g_autoptr(GByteArray) cues = g_byte_array_new();
	uint64_t end = end_of(entries, n_entries);
	uint8_t seek[128], duration[128];
	struct reel_rooms rooms;
	struct reel_head head;
	uint64_t head_len;

	reel_head_rooms(&rooms);
	if (!n_entries || len < end || end < rooms.tracks)
		return REEL_FINAL_E_SHORT;
	memcpy(seek, data + rooms.seek, rooms.seek_len);
	memcpy(duration, data + rooms.duration, rooms.duration_len);
	empty_rooms(data, &rooms);
	*ret_len = end;
	if (len == end && rooms_are(data, &rooms, seek, duration))
		return REEL_FINAL_NOT;
	reel_final_put_cues(entries, n_entries, cues);
	if (len - end != cues->len || (cues->len && memcmp(data + end, cues->data, cues->len) != 0))
		return REEL_FINAL_E_CUES;
	/* A head that cannot be read is named by its digest. */
	if (reel_head_read(data, end, &head, &head_len))
		return 0;
	g_autoptr(GByteArray) want_seek = seek_room(&rooms, end);
	g_autoptr(GByteArray) want_duration = duration_room(&rooms, head.codec, entries, n_entries);
	return memcmp(seek, want_seek->data, want_seek->len) == 0 &&
			       memcmp(duration, want_duration->data, want_duration->len) == 0
		       ? 0
		       : REEL_FINAL_E_ROOMS;
}
