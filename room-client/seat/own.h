/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The tracks a seat can send: up to four of its camera (two sizes, plain or masked with the
 * original beside), two of its microphone, one of its screen. Where the session orders masking, a
 * source goes out as original, which only supervisor and recorder get, and masked; otherwise plain.
 *
 * Pure.
 */

#include <stdbool.h>

#include "room-client/seat/mute.h"

enum own {
	OWN_CAM, /* plain, or the original */
	OWN_CAM_SMALL,
	OWN_CAM_MASKED,
	OWN_CAM_MASKED_SMALL,
	OWN_MIC, /* plain, or the original */
	OWN_MIC_MASKED,
	OWN_SCREEN,
	OWN_N,
};

enum mute_source own_source(enum own own);
bool own_is_small(enum own own);
bool own_is_masked(enum own own);
/* Which must have a track before this one can; OWN_N: none. */
enum own own_base(enum own own);

/* Whether the track belongs to what is sent, masked or not. */
bool own_is_wanted(enum own own, bool masked);
/* The "mask" of the message "publish"; NULL: none. */
const char *own_mask(enum own own, bool masked);
/* "cam", "cam_small", "cam_masked", … */
const char *own_name(enum own own);
/* OWN_N for an unknown name. */
enum own own_from_name(const char *name);
