/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/presentation.h"

#include <glib.h>
#include <string.h>

#include "proto/json_text.h"

static bool set(struct presentation *p, const char *seat, const json_t *place)
{
	struct presentation now = {.after_no = p->after_no};
	bool changed;

	g_strlcpy(now.seat, seat, sizeof(now.seat));
	g_strlcpy(now.bid, json_text(place, "bid"), sizeof(now.bid));
	now.file = (int)json_integer_value(json_object_get(place, "file"));
	now.page = (int)json_integer_value(json_object_get(place, "page"));
	changed = strcmp(now.seat, p->seat) != 0 || strcmp(now.bid, p->bid) != 0 ||
		  now.file != p->file || now.page != p->page;
	*p = now;
	return changed;
}

bool presentation_welcomed(struct presentation *p, const json_t *presenting, int64_t event_no)
{
	p->after_no = event_no;
	return set(p, json_text(presenting, "seat"), presenting);
}

/* Whoever is gone presents no more; a lost line may come back. */
static bool is_going(const char *kind, const json_t *body)
{
	static const char *const goings[] = {"room.left", "room.move", "room.release", NULL};

	return g_strv_contains(goings, kind) ||
	       (strcmp(kind, "room.remove") == 0 && json_is_true(json_object_get(body, "on")));
}

bool presentation_event(struct presentation *p, int64_t no, const char *kind,
	const char *actor_seat, const json_t *body)
{
	bool presents = strcmp(kind, "room.present") == 0;
	const char *seat = presents ? actor_seat : json_text(body, "seat");

	if (no <= p->after_no || !seat)
		return false;
	if (presents && json_is_true(json_object_get(body, "on")))
		return set(p, seat, body);
	if (strcmp(seat, p->seat) != 0 || (!presents && !is_going(kind, body)))
		return false;
	return set(p, "", NULL);
}

json_t *presentation_describe(const struct presentation *p)
{
	return p->seat[0] ? json_pack("{s:s, s:s, s:i, s:i}", "seat", p->seat, "bid", p->bid,
				    "file", p->file, "page", p->page)
			  : json_null();
}
