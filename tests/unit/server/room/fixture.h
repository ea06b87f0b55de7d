/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_SERVER_ROOM_FIXTURE_H
#define TESTS_UNIT_SERVER_ROOM_FIXTURE_H

/* Media messages as a sender would make them. */
#include "proto/frame.h"

#include <glib.h>
#include <string.h>

/* A whole message of `payload_len` bytes behind its header; g_free it. */
static inline uint8_t *frame_message(
	uint16_t track, uint8_t codec, uint8_t flags, uint32_t seq, size_t payload_len)
{
	uint8_t *message = g_malloc(FRAME_HEADER_LEN + payload_len);
	struct frame f = {
		.track = track,
		.codec = codec,
		.flags = flags,
		.seq = seq,
		.capture_us = seq * UINT64_C(1000),
	};

	frame_write_header(&f, message);
	memset(message + FRAME_HEADER_LEN, (int)seq, payload_len);
	return message;
}

#endif
