/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/room.h"
#include "server/ws/visitor.h"
#include "server/core/metrics.h"

/* What receivers see of the line, which the server's own queue cannot: kept as a figure. And that
 * their own microphone is dead, which the others shall see. */
int visitor_stats(struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r)
{
	struct metric *lag = metric_histogram("bidroom_receiver_lag_seconds",
		"Age of the newest object at the receivers, as they report it", NULL, NULL);
	size_t i;
	json_t *track;

	json_array_foreach (json_object_get(m->root, "tracks"), i, track)
		metric_observe_us(lag, json_integer_value(json_object_get(track, "lag_ms")) * 1000);
	seat_set_mic_dead(v->seat, json_is_true(json_object_get(m->root, "mic_dead")));
	return 0;
}
