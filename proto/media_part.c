/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/media_part.h"

#include "proto/hex.h"

#define NO_MAX ((INT64_C(1) << 53) - 1)

static json_t *cluster_build(const struct reel_entry *e)
{
	g_autofree char *sha256 = hex_encode(e->sha256, sizeof(e->sha256));
	json_t *json = json_pack("{s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:b, s:b}", "offset",
		(json_int_t)e->offset, "length", (json_int_t)e->length, "sha256", sha256, "time_ms",
		(json_int_t)e->time_ms, "last_ms", (json_int_t)e->last_ms, "blocks",
		(json_int_t)e->n_blocks, "stamps", (json_int_t)e->n_stamps, "key", e->is_key,
		"head", e->is_head);

	g_assert(json);
	return json;
}

json_t *media_part_build(uint64_t no, const struct media_cluster *clusters, size_t n_clusters)
{
	json_t *tracks = json_array(), *list = NULL;

	g_assert(n_clusters <= MEDIA_PART_CLUSTERS_MAX);
	for (size_t i = 0; i < n_clusters; i++) {
		if (!i || clusters[i].track != clusters[i - 1].track) {
			list = json_array();
			json_array_append_new(tracks, json_pack("{s:i, s:o}", "track",
							      clusters[i].track, "clusters", list));
		}
		json_array_append_new(list, cluster_build(&clusters[i].entry));
	}
	return json_pack("{s:I, s:o}", "no", (json_int_t)no, "tracks", tracks);
}

static bool take_int(const json_t *json, const char *name, int64_t max, int64_t *ret_value)
{
	const json_t *value = json_object_get(json, name);

	*ret_value = json_integer_value(value);
	return json_is_integer(value) && *ret_value >= 0 && *ret_value <= max;
}

static bool take_bool(const json_t *json, const char *name, bool *ret_value)
{
	const json_t *value = json_object_get(json, name);

	*ret_value = json_is_true(value);
	return json_is_boolean(value);
}

static int cluster_parse(const json_t *json, struct reel_entry *ret_entry)
{
	const json_t *sha256 = json_object_get(json, "sha256");
	uint8_t bytes[REEL_ENTRY_LEN];
	struct reel_entry e = {0};
	int64_t offset, length, time_ms, last_ms, n_blocks, n_stamps;

	if (json_object_size(json) != 9 || !take_int(json, "offset", NO_MAX, &offset) ||
		!take_int(json, "length", UINT32_MAX, &length) ||
		!take_int(json, "time_ms", UINT32_MAX, &time_ms) ||
		!take_int(json, "last_ms", UINT32_MAX, &last_ms) ||
		!take_int(json, "blocks", UINT32_MAX, &n_blocks) ||
		!take_int(json, "stamps", UINT32_MAX, &n_stamps) ||
		!take_bool(json, "key", &e.is_key) || !take_bool(json, "head", &e.is_head) ||
		!json_is_string(sha256) ||
		!hex_decode_exact(json_string_value(sha256), json_string_length(sha256), e.sha256,
			sizeof(e.sha256)))
		return MEDIA_PART_E_FORM;
	e.offset = (uint64_t)offset;
	e.length = (uint32_t)length;
	e.time_ms = (uint32_t)time_ms;
	e.last_ms = (uint32_t)last_ms;
	e.n_blocks = (uint32_t)n_blocks;
	e.n_stamps = (uint32_t)n_stamps;
	/* The index knows what an entry may say. */
	reel_entry_encode(&e, bytes);
	return reel_entry_decode(bytes, ret_entry) ? MEDIA_PART_E_ENTRY : 0;
}

static int track_parse(const json_t *json, GArray *clusters)
{
	const json_t *list = json_object_get(json, "clusters");
	struct media_cluster c;
	int64_t track;
	size_t i;
	json_t *item;

	if (json_object_size(json) != 2 || !take_int(json, "track", UINT16_MAX, &track) || !track ||
		!json_is_array(list) || !json_array_size(list))
		return MEDIA_PART_E_FORM;
	c.track = (uint16_t)track;
	json_array_foreach (list, i, item) {
		int r = cluster_parse(item, &c.entry);

		if (r)
			return r;
		g_array_append_val(clusters, c);
	}
	return 0;
}

int media_part_parse(const json_t *body, uint64_t *ret_no, GArray *clusters)
{
	const json_t *tracks = json_object_get(body, "tracks");
	guint before = clusters->len;
	int64_t no;
	size_t i;
	json_t *item;

	if (json_object_size(body) != 2 || !take_int(body, "no", NO_MAX, &no) || !no ||
		!json_is_array(tracks))
		return MEDIA_PART_E_FORM;
	json_array_foreach (tracks, i, item) {
		int r = track_parse(item, clusters);

		if (r) {
			g_array_set_size(clusters, before);
			return r;
		}
	}
	*ret_no = (uint64_t)no;
	return 0;
}
