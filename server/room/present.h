/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_PRESENT_H
#define SERVER_ROOM_PRESENT_H

/*
 * Presenting: a seat shows the others which page of which document it looks at. One seat presents
 * at a time; who begins later takes over. The documents themselves do not pass the room. Loop
 * thread.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/ident.h"

struct refusal;
struct room;
struct seat;

struct bid_page {
	const char *bid; /* borrowed */
	int file;        /* from 1 */
	int no;          /* from 1 */
};

/* What is presented now, as the committed events have it. */
struct presentation {
	char seat[IDENT_SIZE]; /* "": nobody presents */
	char bid[IDENT_SIZE];
	int file, page;
};

/* The wish of a seat; page NULL: to present no more. 0 or REFUSED; `id` is the client's name for
 * the act. */
int room_present(struct seat *s, const char *id, const struct bid_page *page, int64_t now_ms,
	struct refusal *r);

/* Committed: the seat presents this page; page NULL: no more, whatever the reason. */
void room_apply_present(struct room *room, const char *seat, const struct bid_page *page);

/* For a welcome: NULL when nobody presents, or the viewer is not to know. */
json_t *presentation_to_json(const struct seat *viewer);

#endif
