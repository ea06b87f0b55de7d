/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <glib.h>
#include <string.h>

#include "server/net/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int message(void *ctx, enum ws_opcode opcode, uint8_t *data, size_t len)
{
	GChecksum *sum = ctx;
	uint8_t word[2] = {(uint8_t)opcode, (uint8_t)len};

	assert(opcode & 8 ? len <= WS_MAX_CONTROL
			  : len <= (opcode == WS_TEXT ? WS_MAX_TEXT : WS_MAX_BINARY));
	g_checksum_update(sum, word, 2);
	g_checksum_update(sum, data, (gssize)len);
	if (opcode == WS_BINARY)
		g_free(data);
	return 0;
}

static int feed(const uint8_t *data, size_t size, size_t step, GChecksum *sum)
{
	const struct ws_decoder_out out = {message, sum};
	struct ws_decoder d = {0};
	int r = 0;

	for (size_t i = 0; i < size && !r; i += step)
		r = ws_decoder_feed(&d, data + i, MIN(step, size - i), &out);
	ws_decoder_done(&d);
	return r;
}

/* However the bytes are cut, the same messages and the same end come out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GChecksum *whole = g_checksum_new(G_CHECKSUM_SHA256),
		  *cut = g_checksum_new(G_CHECKSUM_SHA256);

	assert(feed(data, size, size + 1, whole) == feed(data, size, 1 + size % 5, cut));
	assert(!strcmp(g_checksum_get_string(whole), g_checksum_get_string(cut)));
	g_checksum_free(whole);
	g_checksum_free(cut);
	return 0;
}
