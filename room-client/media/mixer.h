/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What is heard: decodes the Opus of every voice, plays each packet when it is due, mixes all into
 * one output and tells how loud each is. What goes out passes an echo probe, by which
 * room-client/media/capture takes it out of the microphone again.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "room-client/media/player.h"

struct mixer;

/* The name of the echo probe; there is one mixer in a client. */
#define MIXER_PROBE "bidroom-echo"

enum mixer_output {
	MIXER_NULL,   /* plays in real time to nobody */
	MIXER_DEVICE, /* the system's loudspeaker or headset; while there is none, to nobody */
};

struct mixer_out {
	void *user;
	/* About ten times a second while the voice sounds: 0 silence to 1 full. */
	void (*level)(void *user, uint16_t voice, double level);
	/* The output has failed; it is tried again every second. */
	void (*failed)(void *user, const char *why);
	/* May be NULL, and is for MIXER_NULL only: 48 kHz mono, at the moment the first sample
	 * sounds, at_us of CLOCK_MONOTONIC. GStreamer thread. */
	void (*heard)(void *user, const int16_t *samples, size_t n, int64_t at_us);
};

/* -EIO when an element is not installed. */
int mixer_new(enum mixer_output output, const struct mixer_out *out, struct mixer **ret_mixer);
struct mixer *mixer_free(struct mixer *m);

/* How much later than due_us says a voice is heard, because of the output's own buffer; pictures
 * that belong to it should be as late. */
int64_t mixer_output_us(const struct mixer *m);

/* A voice that is there already starts anew. */
int mixer_add(struct mixer *m, uint16_t voice);
void mixer_remove(struct mixer *m, uint16_t voice);

/* Takes a reference to the packet. False when the voice is not there or too much waits. */
bool mixer_push(struct mixer *m, uint16_t voice, GBytes *packet, int64_t due_us);

/* A sound of one second, to hear that the output works. */
void mixer_chime(struct mixer *m);

/* n_presented: packets decoded in time. False for a voice that is not there. */
bool mixer_stats(struct mixer *m, uint16_t voice, struct player_stats *ret_stats);
