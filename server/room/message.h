/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_MESSAGE_H
#define SERVER_ROOM_MESSAGE_H

/* Printing the messages of a room. Pure. */
#include "proto/control.h"

#include <stdbool.h>

struct refusal;

/* The text of a message; takes fields. That it follows the table of messages is asserted, so
 * texts from outside were checked before. g_free it. */
char *message_print(enum control_kind kind, json_t *fields);

/* Whether a text can stand in a message: UTF-8 without control characters, up to max characters. */
bool message_can_show(const char *text, int max);

/* Fields of an error message; ref may be NULL or "". A field name that came from outside and cannot
 * be shown is left out. */
json_t *message_error_fields(const struct refusal *r, const char *ref, bool fatal);

#endif
