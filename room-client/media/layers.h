/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Three temporal layers inside a VP8 stream, in the pattern 0 2 1 2: a receiver may take half or a
 * quarter of the pictures, and what it leaves out nobody misses.
 *
 *	picture         refers to                changes
 *	layer 0         the last of layer 0      the last
 *	layer 2, first  the last                 nothing; may be joined here
 *	layer 1         the last                 golden; may be joined here
 *	layer 2, second the last and golden      nothing
 */

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

#define LAYERS_N 3

/* Sets up a vp8enc that does not run yet. */
void layers_configure(GstElement *encoder, int bitrate);
/* Any time. bitrate: of all layers together, bits per second. */
void layers_set_bitrate(GstElement *encoder, int bitrate);

/* Temporal layer of an encoded picture, and whether a receiver may step up to it here. False, and
 * 0, when it was not encoded in layers. */
bool layers_read(GstBuffer *encoded, uint8_t *ret_layer, bool *ret_sync);
