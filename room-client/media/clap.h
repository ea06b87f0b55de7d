/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A clapperboard for measuring: the source test:clap shows a flash and sounds a beep in the first
 * tenth of every second of CLOCK_MONOTONIC, so that who receives both can tell how far apart they
 * come, and how late. Above the flash stands the moment of capture in CLAP_BITS black or white
 * fields, milliseconds, the highest bit first.
 *
 * Pure.
 */

#include <gst/video/video.h>
#include <stdbool.h>
#include <stdint.h>

#define CLAP_PATTERN "clap"
#define CLAP_FLASH_US 100000
#define CLAP_HZ 1000
#define CLAP_RATE 48000
#define CLAP_BITS 20

/* The upper part of the picture that holds the fields: one of so many. */
#define CLAP_BAND 6

/* The frame is mapped for writing, its format is I420. at_us: CLOCK_MONOTONIC. */
void clap_draw(GstVideoFrame *frame, int64_t at_us);
/* n samples of CLAP_RATE, mono, the first of them at at_us. */
void clap_sound(int16_t *samples, size_t n, int64_t at_us);
