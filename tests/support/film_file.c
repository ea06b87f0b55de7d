/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/film_file.h"

#include <string.h>

#define HEAD_LEN 8
#define FRAME_HEAD_LEN 9

static uint32_t number(const uint8_t *at, unsigned n)
{
	uint32_t value = 0;

	while (n--)
		value = value << 8 | *at++;
	return value;
}

struct film *film_read(const char *path)
{
	g_autoptr(GError) error = NULL;
	struct film *f = g_new0(struct film, 1);
	char *text;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, &error))
		g_error("%s", error->message);
	f->bytes = (uint8_t *)text;
	f->frames = g_array_new(FALSE, FALSE, sizeof(struct film_frame));
	g_assert(len >= HEAD_LEN);
	f->length_ms = number(f->bytes, 4);
	f->width = (uint16_t)number(f->bytes + 4, 2);
	f->height = (uint16_t)number(f->bytes + 6, 2);
	for (gsize at = HEAD_LEN; at < len;) {
		const uint8_t *head = f->bytes + at;

		g_assert(len - at > FRAME_HEAD_LEN);
		struct film_frame frame = {.ms = number(head, 4),
			.flags = head[4],
			.len = number(head + 5, 4),
			.payload = head + FRAME_HEAD_LEN};
		at += FRAME_HEAD_LEN;
		g_assert(frame.len <= len - at && frame.ms < f->length_ms);
		at += frame.len;
		g_array_append_val(f->frames, frame);
	}
	g_assert(f->frames->len);
	return f;
}

void film_free(struct film *f)
{
	if (!f)
		return;
	g_array_unref(f->frames);
	g_free(f->bytes);
	g_free(f);
}
