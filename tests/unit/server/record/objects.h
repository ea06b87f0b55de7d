/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Media objects and temporary folders for the tests of the recorder. */

#include <stdarg.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "proto/reel.h"

static const struct reel_head test_cam = {
	.session = "s1",
	.seat = "expert_1",
	.kind = "cam",
	.epoch = 1,
	.track = 7,
	.codec = FRAME_CODEC_VP8,
	.width = 320,
	.height = 180,
};

#define TEST_DIRS(dir) ((const char *const[]){dir, NULL})

static inline struct reel_head test_head(uint16_t track)
{
	struct reel_head head = test_cam;

	head.track = track;
	return head;
}

/* A picture of 100 bytes; every tenth is a keyframe. */
static inline GBytes *test_object_at(uint16_t track, uint32_t seq, uint32_t session_ms)
{
	uint8_t message[FRAME_HEADER_LEN + 100];
	struct frame f = {.track = track,
		.codec = FRAME_CODEC_VP8,
		.flags = seq % 10 ? 0 : FRAME_KEY,
		.seq = seq,
		.session_ms = session_ms};

	memset(message, (int)seq, sizeof(message));
	frame_write_header(&f, message);
	return g_bytes_new(message, sizeof(message));
}

static inline GBytes *test_object(uint16_t track, uint32_t seq)
{
	return test_object_at(track, seq, 1000 + seq * 40);
}

static inline char *test_dir_new(void)
{
	char *dir = g_dir_make_tmp("bidroom-record-XXXXXX", NULL);

	assert_non_null(dir);
	return dir;
}

/* Two levels, as the recorder makes them. */
static inline void test_dir_remove(char *dir)
{
	g_autoptr(GDir) sessions = g_dir_open(dir, 0, NULL);
	const char *session, *file;

	while ((session = g_dir_read_name(sessions))) {
		g_autofree char *path = g_build_filename(dir, session, NULL);
		g_autoptr(GDir) files = g_dir_open(path, 0, NULL);

		while (files && (file = g_dir_read_name(files))) {
			g_autofree char *name = g_build_filename(path, file, NULL);

			g_unlink(name);
		}
		g_rmdir(path);
	}
	g_rmdir(dir);
	g_free(dir);
}

static inline GBytes *test_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, "s1", name, NULL);
	char *content;
	gsize len;

	if (!g_file_get_contents(path, &content, &len, NULL))
		fail_msg("no %s", path);
	return g_bytes_new_take(content, len);
}
