/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "room-client/load/wire_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	bool open;
	GChecksum *sum;
	unsigned n;
};

static bool take_all(struct wire_in *in, struct heard *heard)
{
	enum wire_in_result r = WIRE_IN_WHOLE;
	struct wire_frame f;

	if (!heard->open && (r = wire_in_answer(in)) == WIRE_IN_WHOLE)
		heard->open = true;
	while (heard->open && (r = wire_in_frame(in, &f)) == WIRE_IN_WHOLE) {
		g_assert(f.opcode < 0x80);
		g_checksum_update(heard->sum, &f.opcode, 1);
		g_checksum_update(heard->sum, f.data, (gssize)f.len);
		heard->n++;
	}
	return r == WIRE_IN_MORE;
}

/* What a server says, with at most `step` bytes at a time. Its digest; g_free it. */
static char *hear(const uint8_t *data, size_t size, size_t step, unsigned *ret_n)
{
	struct heard heard = {.sum = g_checksum_new(G_CHECKSUM_SHA256)};
	struct wire_in in;
	char *text;

	wire_in_init(&in);
	while (size) {
		size_t space, n;
		uint8_t *to = wire_in_space(&in, &space);

		n = MIN(MIN(space, size), step);
		if (!n)
			break;
		memcpy(to, data, n);
		data += n;
		size -= n;
		wire_in_add(&in, n);
		if (!take_all(&in, &heard))
			break;
	}
	wire_in_done(&in);
	text = g_strdup(g_checksum_get_string(heard.sum));
	g_checksum_free(heard.sum);
	*ret_n = heard.n;
	return text;
}

/* How the bytes were cut on their way makes no difference. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned n_whole, n_parts;
	g_autofree char *whole = hear(data, size, SIZE_MAX, &n_whole);
	g_autofree char *parts = hear(data, size, 1 + size % 7, &n_parts);

	g_assert(n_whole == n_parts && strcmp(whole, parts) == 0);
	return 0;
}
