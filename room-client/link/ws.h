/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One WebSocket over TLS at a time, in a thread of its own. ws_send_* and ws_has_room may be called
 * from any thread, everything else, and every function of ws_out, on the thread that runs the
 * default GMainContext.
 *
 * The server's certificate must be signed by the given authority and name the host in the address.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "room-client/link/outbox.h"

struct ws;

struct ws_config {
	const char *ca_file; /* PEM; NULL: the system's authorities */
	const char *subprotocol;
	size_t text_max, binary_max; /* a longer message ends the connection */
};

struct ws_out {
	void *user;
	void (*opened)(void *user);
	/* The connection ended, or never came about. Not called after ws_close. */
	void (*closed)(void *user, const char *why);
	void (*text)(void *user, const char *text, size_t len);
	/* arrived_us: CLOCK_MONOTONIC. */
	void (*binary)(void *user, GBytes *message, int64_t arrived_us);
};

/* -EINVAL: the authority's file cannot be used. */
int ws_new(const struct ws_config *config, const struct ws_out *out, struct ws **ret_ws);
struct ws *ws_free(struct ws *w);

/* Connects to "wss://host:port/path" and drops any earlier connection with all that waits on it. */
void ws_open(struct ws *w, const char *url);
void ws_close(struct ws *w);

/* In OUTBOX_CONTROL, or behind the sound or the pictures that wait. */
void ws_send_text(struct ws *w, enum outbox_lane lane, const char *text);
/* Takes a reference. lane: OUTBOX_AUDIO or OUTBOX_VIDEO. */
void ws_send_media(struct ws *w, enum outbox_lane lane, GBytes *message);
bool ws_has_room(struct ws *w, enum outbox_lane lane);
/* How long the oldest message of a lane has waited to be written; 0 when none does. */
int64_t ws_waits_us(struct ws *w, enum outbox_lane lane);
