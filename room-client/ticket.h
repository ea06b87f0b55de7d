/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A ticket for a seat in the form in which the API gives it (proto/openapi.yaml, ticketIssue):
 * {"ticket", "seat_id", "epoch", "url", "expires_at"}; other fields are not looked at. */

#include <jansson.h>

#include "room-client/seat/seat.h"

enum ticket_refusal {
	TICKET_E_FORM = 1, /* a field is missing, too long or of the wrong type */
};

/* ret_url: where the room is, "" if the ticket does not say. A ticket that does not say when it is
 * over is as good as another, it only tells nothing of the server's clock. */
int ticket_read(const json_t *json, struct seat_ticket *ret_ticket, char ret_url[SEAT_URL_MAX]);
/* -EIO: the file cannot be read. */
int ticket_load(const char *path, struct seat_ticket *ret_ticket, char ret_url[SEAT_URL_MAX]);
