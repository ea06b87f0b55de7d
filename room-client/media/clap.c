/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/clap.h"

#include <math.h>
#include <string.h>

#define S 1000000
#define WHITE 235
#define BLACK 16
#define NO_COLOUR 128
#define LOUD 12000

static void plane_fill(GstVideoFrame *frame, int plane, int from_row, uint8_t value)
{
	uint8_t *data = GST_VIDEO_FRAME_PLANE_DATA(frame, plane);
	size_t stride = (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);

	for (int y = from_row; y < GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane); y++)
		memset(data + (size_t)y * stride, value,
			(size_t)GST_VIDEO_FRAME_COMP_WIDTH(frame, plane));
}

void clap_draw(GstVideoFrame *frame, int64_t at_us)
{
	int band = GST_VIDEO_FRAME_HEIGHT(frame) / CLAP_BAND, width = GST_VIDEO_FRAME_WIDTH(frame);
	uint8_t *data = GST_VIDEO_FRAME_PLANE_DATA(frame, 0);
	size_t stride = (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(frame, 0);
	int64_t ms = at_us / 1000;

	plane_fill(frame, 0, band, at_us % S < CLAP_FLASH_US ? WHITE : BLACK);
	plane_fill(frame, 1, 0, NO_COLOUR);
	plane_fill(frame, 2, 0, NO_COLOUR);
	for (int i = 0; i < CLAP_BITS; i++) {
		int x0 = i * width / CLAP_BITS, x1 = (i + 1) * width / CLAP_BITS;
		bool set = (ms >> (CLAP_BITS - 1 - i)) & 1;

		for (int y = 0; y < band; y++)
			memset(data + (size_t)y * stride + x0, set ? WHITE : BLACK,
				(size_t)(x1 - x0));
	}
}

void clap_sound(int16_t *samples, size_t n, int64_t at_us)
{
	for (size_t i = 0; i < n; i++) {
		int64_t in_second = (at_us + (int64_t)i * S / CLAP_RATE) % S;
		double phase = 2 * G_PI * CLAP_HZ * (double)in_second / S;

		samples[i] = in_second < CLAP_FLASH_US ? (int16_t)(LOUD * sin(phase)) : 0;
	}
}
