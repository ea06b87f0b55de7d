/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How well it arrives and leaves, as JSON. The caller owns the results. */

#include <jansson.h>

#include "room-client/media/listener.h"
#include "room-client/media/sender.h"
#include "room-client/seat/seat.h"

/* Of the message "stats": what the server wants to know. */
json_t *stats_report(const struct seat *seat, const struct listener *listener, int64_t now_us);

/* For the control socket: all that is counted, a list of tracks and an own source. */
json_t *stats_tracks(const struct seat *seat, const struct listener *listener);
json_t *stats_sender(const struct sender_stats *stats, bool capturing);

/* Memory of this process that is allocated and not freed. */
int64_t stats_heap_bytes(void);
