/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/roster.h"

#include "server/room/message.h"
#include "server/room/rights.h"
#include "server/room/room.h"

#include <string.h>

static bool is_shown(const struct seat *viewer, const struct seat *subject)
{
	return viewer == subject || !seat_has(subject, RIGHT_HIDDEN) ||
	       seat_has(viewer, RIGHT_MODERATE);
}

static json_t *entry(const struct seat *viewer, const struct seat *s)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "seat", s->id, "name",
		s->name, "role", s->role, "presence", seat_presence_name(s->presence), "leader",
		s->leader, "mic_muted", seat_is_muted(s, TRACK_MIC) != 0, "cam_muted",
		seat_is_muted(s, TRACK_CAM) != 0, "hand", s->hand);

	if (s->venue && seat_is_known_to(s, viewer))
		json_object_set_new(o, "venue", json_string(s->venue));
	/* An expert need not read its own name: others may look over its shoulder. */
	if (s->person && seat_has(viewer, RIGHT_NAMES))
		json_object_set_new(o, "person", json_string(s->person));
	/* A microphone that is muted here is meant to give nothing. */
	if (s->mic_dead && s->presence == SEAT_PRESENT && !seat_is_muted(s, TRACK_MIC))
		json_object_set_new(o, "mic_dead", json_true());
	if (s->hand && s->hand_reason)
		json_object_set_new(o, "reason", json_string(s->hand_reason));
	if (seat_has(s, RIGHT_MODERATE))
		json_object_set_new(o, "moderator", json_true());
	if (s->knocked_ms && seat_has(viewer, RIGHT_MODERATE))
		json_object_set_new(o, "knocking", json_true());
	return o;
}

static int compare_ids(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

json_t *roster_to_json(const struct seat *viewer)
{
	g_autoptr(GList) ids = g_hash_table_get_keys(viewer->room->seats);
	json_t *list = json_array();

	ids = g_list_sort(ids, compare_ids);
	for (const GList *i = ids; i; i = i->next) {
		const struct seat *s = room_seat(viewer->room, i->data);

		if (is_shown(viewer, s))
			json_array_append_new(list, entry(viewer, s));
	}
	return list;
}

void roster_send(struct room *room)
{
	GHashTableIter i;
	gpointer value;

	g_hash_table_iter_init(&i, room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct seat *s = value;

		if (s->conn)
			seat_send(s, CONTROL_ROSTER,
				json_pack("{s:o, s:b}", "seats", roster_to_json(s), "locked",
					room->locked));
	}
}
