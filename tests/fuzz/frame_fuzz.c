/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/frame.h"

#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t header[FRAME_HEADER_LEN];
	struct frame f;
	int r = frame_parse(data, len, &f);

	if (r) {
		frame_refusal_code(r);
		return 0;
	}
	/* What is read has one spelling. */
	frame_write_header(&f, header);
	g_assert(memcmp(header, data, sizeof(header)) == 0);
	g_assert(f.payload + f.payload_len == data + len);
	return 0;
}
