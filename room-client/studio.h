/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The seat's own sources on their way to the connection. Functions do nothing for a source that was
 * not configured. Default GMainContext.
 */

#include <jansson.h>

#include "room-client/app.h"
#include "room-client/media/capture.h"
#include "room-client/seat/own.h"

struct studio;
struct ws;

struct studio_out {
	void *user;
	/* The device is gone, said once; it is tried again every second until recovered is said. */
	void (*failed)(void *user, enum mute_source source, const char *why);
	void (*recovered)(void *user, enum mute_source source);
	/* As in struct sender_out. */
	void (*picture)(void *user, enum mute_source source, const struct picture *picture);
	void (*level)(void *user, double level);
};

/* How a source is captured; its strings belong to the configuration. */
struct capture_config studio_capture(const struct app_config *config, enum mute_source source);

/* Refusals of sender_new, which concern *ret_culprit. seed: of the device's key; copied. */
int studio_new(const struct app_config *config, struct ws *ws, const uint8_t seed[ED25519_KEY_LEN],
	const struct studio_out *out, struct studio **ret_studio, enum mute_source *ret_culprit);
struct studio *studio_free(struct studio *s);

/* Whether the own track can be made at all. */
bool studio_has(const struct studio *s, enum own own);

/* Whether camera and microphone are to be masked. */
void studio_set_masked(struct studio *s, bool masked);
/* The own track exists. */
void studio_open(struct studio *s, enum own own, uint16_t track, const char *seat, uint32_t epoch);
/* It ends, with the stamp of what was sent. */
void studio_close(struct studio *s, enum own own);
/* It exists no more. */
void studio_drop(struct studio *s, enum own own);
/* All tracks end, with the stamps of what was sent, and nothing is waited for any more. */
void studio_close_all(struct studio *s);

/* Waits no longer for a device that is gone. */
void studio_give_up(struct studio *s, enum mute_source source);

void studio_mute(struct studio *s, enum mute_source source, bool on);
void studio_request_key(struct studio *s, enum own own);
void studio_advise(struct studio *s, enum own own, int bps);
/* Preview of a source in a tile of this size; 0 × 0: none. */
void studio_show(struct studio *s, enum mute_source source, int width, int height);
/* Opens camera and microphone for preview and level. */
void studio_check(struct studio *s, bool on);

/* {"cam": {…}, "mic": {…}, …} */
json_t *studio_stats(const struct studio *s);
