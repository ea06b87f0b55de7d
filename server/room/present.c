/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/present.h"

#include <glib.h>
#include <string.h>

#include "server/core/error.h"
#include "server/room/rights.h"
#include "server/room/room.h"

int room_present(struct seat *s, const char *id, const struct bid_page *page, int64_t now_ms,
	struct refusal *r)
{
	s->room->now_ms = now_ms;
	if (!seat_has(s, RIGHT_PRESENT))
		return refuse(r, "room.no_right", NULL, NULL);
	if (!allowance_take(&s->pages, 1, now_ms))
		return refuse(r, "room.rate", NULL, NULL);
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_PRESENT,
				   .seat = s,
				   .actor = s,
				   .id = id,
				   .on = page != NULL,
				   .page = page});
	return 0;
}

void room_apply_present(struct room *room, const char *seat, const struct bid_page *page)
{
	struct presentation *now = &room->presentation;

	if (page) {
		g_strlcpy(now->seat, seat, sizeof(now->seat));
		g_strlcpy(now->bid, page->bid, sizeof(now->bid));
		now->file = page->file;
		now->page = page->no;
	} else if (strcmp(now->seat, seat) == 0) {
		*now = (struct presentation){0};
	}
}

json_t *presentation_to_json(const struct seat *viewer)
{
	const struct presentation *now = &viewer->room->presentation;

	if (!now->seat[0] || !(viewer->rights & (RIGHT_PANEL | RIGHT_PRESENT | RIGHT_NAMES)))
		return NULL;
	return json_pack("{s:s, s:s, s:i, s:i}", "seat", now->seat, "bid", now->bid, "file",
		now->file, "page", now->page);
}
