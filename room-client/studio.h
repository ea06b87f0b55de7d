/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The seat's own sources on their way to the connection. Functions do nothing for a source that was
 * not configured. Default GMainContext.
 */

#include <jansson.h>

#include "room-client/app.h"

struct studio;
struct ws;

struct studio_out {
	void *user;
	/* The device is gone; it is tried again with the next track or unmuting. */
	void (*failed)(void *user, enum mute_source source, const char *why);
};

/* Refusals of sender_new, which concern *ret_culprit. seed: of the device's key; copied. */
int studio_new(const struct app_config *config, struct ws *ws, const uint8_t seed[ED25519_KEY_LEN],
	const struct studio_out *out, struct studio **ret_studio, enum mute_source *ret_culprit);
struct studio *studio_free(struct studio *s);

bool studio_has(const struct studio *s, enum mute_source source);

/* The source has a track. */
void studio_open(struct studio *s, enum mute_source source, uint16_t track, const char *seat,
	uint32_t epoch);
/* It has none any more. */
void studio_drop(struct studio *s, enum mute_source source);
/* All tracks end, with the stamps of what was sent. */
void studio_close(struct studio *s);

void studio_mute(struct studio *s, enum mute_source source, bool on);
void studio_request_key(struct studio *s, enum mute_source source);
void studio_set_bitrate(struct studio *s, enum mute_source source, int bps);

/* {"cam": {…}, "mic": {…}} */
json_t *studio_stats(const struct studio *s);
