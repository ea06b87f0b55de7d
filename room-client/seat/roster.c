/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/roster.h"

#include <string.h>

#include "proto/base64.h"
#include "proto/frame.h"

static void track_free(void *p)
{
	struct roster_track *t = p;

	json_decref(t->form);
	g_free(t);
}

void roster_init(struct roster *r)
{
	r->seats = json_array();
	r->tracks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, track_free);
}

void roster_done(struct roster *r)
{
	g_clear_pointer(&r->seats, json_decref);
	g_clear_pointer(&r->tracks, g_hash_table_unref);
}

void roster_set_seats(struct roster *r, json_t *seats)
{
	json_incref(seats);
	json_decref(r->seats);
	r->seats = seats;
}

const json_t *roster_seat(const struct roster *r, const char *seat)
{
	size_t i;
	json_t *entry;

	json_array_foreach (r->seats, i, entry) {
		if (strcmp(json_string_value(json_object_get(entry, "seat")), seat) == 0)
			return entry;
	}
	return NULL;
}

const struct roster_track *roster_add_track(struct roster *r, json_t *form)
{
	struct roster_track *t = g_new0(struct roster_track, 1);
	const json_t *key = json_object_get(form, "device_key");

	t->id = (uint16_t)json_integer_value(json_object_get(form, "track"));
	g_strlcpy(t->seat, json_string_value(json_object_get(form, "seat")), sizeof(t->seat));
	t->kind = json_string_value(json_object_get(form, "kind"));
	t->codec = frame_codec_from_name(json_string_value(json_object_get(form, "codec")));
	t->epoch = (uint32_t)json_integer_value(json_object_get(form, "epoch"));
	t->has_key = key && base64_decode_exact(json_string_value(key), json_string_length(key),
				    t->device_key, sizeof(t->device_key));
	t->form = json_incref(form);
	g_hash_table_replace(r->tracks, GUINT_TO_POINTER(t->id), t);
	return t;
}

const struct roster_track *roster_find_track(const struct roster *r, uint16_t id)
{
	return g_hash_table_lookup(r->tracks, GUINT_TO_POINTER(id));
}

void roster_remove_track(struct roster *r, uint16_t id)
{
	g_hash_table_remove(r->tracks, GUINT_TO_POINTER(id));
}

static int by_number(const void *a, const void *b)
{
	return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

json_t *roster_tracks_list(const struct roster *r)
{
	g_autoptr(GList) ids = g_list_sort(g_hash_table_get_keys(r->tracks), by_number);
	json_t *list = json_array();

	for (GList *l = ids; l; l = l->next)
		json_array_append(list,
			((struct roster_track *)g_hash_table_lookup(r->tracks, l->data))->form);
	return list;
}
