/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/track_act.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "server/act/seat_act.h"
#include "server/store/room_store.h"

int track_act_begin(struct act *a, const json_t *in)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GBytes) key = in_base64(in, "device_key");
	struct room_track track = {
		.track_no = (int)in_int(in, "track", 0),
		.width = (int)in_int(in, "width", 0),
		.height = (int)in_int(in, "height", 0),
		.started_ms = in_int(in, "started_ms", 0),
	};
	int r;

	g_strlcpy(track.seat_id, in_text(in, "seat_id"), sizeof(track.seat_id));
	g_strlcpy(track.kind, in_text(in, "kind"), sizeof(track.kind));
	g_strlcpy(track.codec, in_text(in, "codec"), sizeof(track.codec));
	g_strlcpy(track.mask, in_text(in, "mask"), sizeof(track.mask));
	if (in_has(in, "to"))
		g_strlcpy(track.to_seat, in_text(in, "to"), sizeof(track.to_seat));
	memcpy(track.device_key, g_bytes_get_data(key, NULL), 32);
	r = seat_act_check_seated(a, session_id);
	if (!r && strcmp(a->actor->seat_id, track.seat_id) != 0)
		r = act_denied(a, "only for the own seat");
	if (!r)
		r = room_store_add_track(a->txn, session_id, &track);
	if (r == DB_E_DUPLICATE)
		return refuse(a->refusal, "room.track_known", "track", NULL);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return seat_act_track_event(a, session_id, &track);
}
