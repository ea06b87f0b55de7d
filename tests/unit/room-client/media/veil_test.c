/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/veil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define WIDTH 320
#define HEIGHT 180
#define SIZE (WIDTH * HEIGHT * 3 / 2)

struct photo {
	GstVideoInfo info;
	GstBuffer *buffer;
	GstVideoFrame frame;
};

static void photo_take(struct photo *p, int width, int height, GstClockTime at)
{
	gst_video_info_set_format(&p->info, GST_VIDEO_FORMAT_I420, (guint)width, (guint)height);
	p->buffer = gst_buffer_new_allocate(NULL, p->info.size, NULL);
	GST_BUFFER_PTS(p->buffer) = at;
	assert_true(gst_video_frame_map(&p->frame, &p->info, p->buffer, GST_MAP_READWRITE));
}

static void photo_drop(struct photo *p)
{
	gst_video_frame_unmap(&p->frame);
	gst_buffer_unref(p->buffer);
}

/* Stripes as fine as a picture can hold, of a brightness. */
static void paint(struct photo *p, int phase, uint8_t light)
{
	uint8_t *data = GST_VIDEO_FRAME_PLANE_DATA(&p->frame, 0);

	memset(data, 128, p->info.size);
	for (size_t y = 0; y < (size_t)p->info.height; y++) {
		for (size_t x = 0; x < (size_t)p->info.width; x++)
			data[y * (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(&p->frame, 0) + x] =
				((int)(x / 2 + y / 2) + phase) % 2 ? light : 16;
	}
}

static GBytes *veiled(enum veil kind, int phase, uint8_t light)
{
	struct veil_state *veil = veil_new(kind);
	struct photo p;
	GBytes *bytes;

	photo_take(&p, WIDTH, HEIGHT, 0);
	paint(&p, phase, light);
	veil_draw(veil, &p.frame);
	bytes = g_bytes_new(GST_VIDEO_FRAME_PLANE_DATA(&p.frame, 0), p.info.size);
	photo_drop(&p);
	veil_free(veil);
	return bytes;
}

/* Whoever sits there, at rest it is the same figure. */
static void the_cover_does_not_depend_on_the_picture(void **state)
{
	g_autoptr(GBytes) a = veiled(VEIL_COVER, 0, 200), b = veiled(VEIL_COVER, 1, 90);

	assert_true(g_bytes_equal(a, b));
}

/* And what moves makes one of four. */
static void the_cover_shows_movement_in_four_steps(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	struct veil_state *veil = veil_new(VEIL_COVER);

	for (int i = 0; i < 200; i++) {
		struct photo p;

		photo_take(&p, WIDTH, HEIGHT, (GstClockTime)i * 300 * GST_MSECOND);
		paint(&p, 0, (uint8_t)(20 + (i * i) % 220));
		veil_draw(veil, &p.frame);
		g_hash_table_add(
			seen, g_bytes_new(GST_VIDEO_FRAME_PLANE_DATA(&p.frame, 0), p.info.size));
		photo_drop(&p);
	}
	assert_in_range(g_hash_table_size(seen), 2, 4);
	veil_free(veil);
}

/* Within a field of a sixteenth of the width there is one shade. */
static void the_blur_keeps_no_detail(void **state)
{
	g_autoptr(GBytes) bytes = veiled(VEIL_BLUR, 0, 235), other = veiled(VEIL_BLUR, 1, 235);
	const uint8_t *data = g_bytes_get_data(bytes, NULL);

	for (size_t y = 0; y < HEIGHT / 9; y++) {
		for (size_t x = 0; x < WIDTH / 16; x++)
			assert_int_equal(data[y * WIDTH + x], data[0]);
	}
	assert_true(g_bytes_equal(bytes, other));
}

/* For a quarter of a second the same, so that movement adds no detail. */
static void the_blur_is_renewed_seldom(void **state)
{
	struct veil_state *veil = veil_new(VEIL_BLUR);
	uint8_t first = 0, value;
	int n_changes = 0;

	for (int i = 0; i < 50; i++) {
		struct photo p;

		photo_take(&p, WIDTH, HEIGHT, (GstClockTime)i * 40 * GST_MSECOND);
		memset(GST_VIDEO_FRAME_PLANE_DATA(&p.frame, 0), 5 * i, SIZE);
		veil_draw(veil, &p.frame);
		value = *(uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(&p.frame, 0);
		n_changes += i > 0 && value != first;
		first = value;
		photo_drop(&p);
	}
	assert_in_range(n_changes, 4, 8);
	veil_free(veil);
}

static void any_size_will_do(void **state)
{
	static const int sizes[][2] = {{16, 16}, {17, 31}, {640, 20}, {20, 640}, {1281, 721}};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		for (int kind = VEIL_COVER; kind <= VEIL_BLUR; kind++) {
			struct veil_state *veil = veil_new((enum veil)kind);
			struct photo p;

			photo_take(&p, sizes[i][0], sizes[i][1], 0);
			memset(GST_VIDEO_FRAME_PLANE_DATA(&p.frame, 0), 7, p.info.size);
			veil_draw(veil, &p.frame);
			photo_drop(&p);
			veil_free(veil);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cover_does_not_depend_on_the_picture),
		cmocka_unit_test(the_cover_shows_movement_in_four_steps),
		cmocka_unit_test(the_blur_keeps_no_detail),
		cmocka_unit_test(the_blur_is_renewed_seldom),
		cmocka_unit_test(any_size_will_do),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
