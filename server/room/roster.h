/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_ROSTER_H
#define SERVER_ROOM_ROSTER_H

/* Who is shown to whom, and under which name. Rosters differ by receiver. Loop thread. */
#include <jansson.h>

struct room;
struct seat;

/* The list of seats as `viewer` may see it, sorted by seat. */
json_t *roster_to_json(const struct seat *viewer);

/* Sends every connected seat its list. */
void roster_send(struct room *room);

#endif
