/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/wire_in.h"

#include "proto/bytes.h"

#include <glib.h>
#include <string.h>

#define IN_FIRST (32 * 1024)
#define IN_MAX (512 * 1024) /* a roster of many seats, a key frame of a large screen */

void wire_in_init(struct wire_in *in)
{
	*in = (struct wire_in){.bytes = g_malloc(IN_FIRST), .size = IN_FIRST};
}

void wire_in_done(struct wire_in *in)
{
	g_clear_pointer(&in->bytes, g_free);
}

uint8_t *wire_in_space(struct wire_in *in, size_t *ret_len)
{
	in->len -= in->at;
	memmove(in->bytes, in->bytes + in->at, in->len);
	in->at = 0;
	if (in->len == in->size && in->size < IN_MAX) {
		in->size = MIN(in->size * 2, IN_MAX);
		in->bytes = g_realloc(in->bytes, in->size);
	}
	*ret_len = in->size - in->len;
	return in->bytes + in->len;
}

void wire_in_add(struct wire_in *in, size_t len)
{
	g_assert(len <= in->size - in->len);
	in->len += len;
}

enum wire_in_result wire_in_answer(struct wire_in *in)
{
	const uint8_t *head = in->bytes + in->at;
	const uint8_t *stop = memmem(head, in->len - in->at, "\r\n\r\n", 4);

	if (!stop)
		return WIRE_IN_MORE;
	if (stop - head < 12 || memcmp(head, "HTTP/1.1 101", 12) != 0)
		return WIRE_IN_E_REFUSED;
	in->at += (size_t)(stop - head) + 4;
	return WIRE_IN_WHOLE;
}

enum wire_in_result wire_in_frame(struct wire_in *in, struct wire_frame *ret)
{
	const uint8_t *p = in->bytes + in->at;
	size_t have = in->len - in->at, n;
	uint64_t len;

	if (have < 2)
		return WIRE_IN_MORE;
	len = p[1] & 0x7f;
	n = len < 126 ? 2 : len == 126 ? 4 : 10;
	if (have < n)
		return WIRE_IN_MORE;
	len = n == 2 ? len : n == 4 ? be16_get(p + 2) : be64_get(p + 2);
	if (!(p[0] & 0x80) || (p[1] & 0x80) || len > IN_MAX - WIRE_HEADER_MAX)
		return WIRE_IN_E_FRAME;
	if (have - n < len)
		return WIRE_IN_MORE;
	*ret = (struct wire_frame){p[0] & 0x7f, p + n, len};
	in->at += n + len;
	return WIRE_IN_WHOLE;
}
