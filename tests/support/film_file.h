/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Encoded pictures or sounds that make_bundle sends over and over, as tests/support/film_player.mjs
 * writes them: length in ms (4 bytes), width and height (2 each, 0 for sound), then for each frame
 * its time in ms (4), its flags (1, proto/frame.h), the length of its payload (4) and the payload.
 * All numbers in network byte order. A test program: what is not so ends it.
 */

#include <glib.h>
#include <stdint.h>

struct film_frame {
	uint32_t ms;
	uint8_t flags;
	uint32_t len;
	const uint8_t *payload; /* within the film */
};

struct film {
	uint32_t length_ms;
	uint16_t width, height;
	GArray *frames; /* struct film_frame, in order of time */
	uint8_t *bytes;
};

struct film *film_read(const char *path);
/* NULL does nothing. */
void film_free(struct film *f);
