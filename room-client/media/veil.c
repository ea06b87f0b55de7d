/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/veil.h"

#include <math.h>
#include <string.h>

#define COLUMNS 16
#define ROWS_MAX 16
#define RENEW_NS (250 * GST_MSECOND)
#define SHADES 16 /* of 256 */
#define N_STEPS 4
/* Mean change of a field, in 1/256, from which on each step counts; below the first is noise. */
static const int STEP_AT[N_STEPS - 1] = {2, 5, 12};

#define WALL 48
#define FIGURE 96
#define LIT 32 /* more for each step */
#define NO_COLOUR 128

struct field {
	uint8_t y, u, v;
};

struct veil_state {
	enum veil kind;
	bool begun;
	GstClockTime renewed;
	int n_rows;
	struct field fields[ROWS_MAX][COLUMNS];
	int step;
};

struct veil_state *veil_new(enum veil kind)
{
	struct veil_state *v = g_new0(struct veil_state, 1);

	v->kind = kind;
	return v;
}

struct veil_state *veil_free(struct veil_state *v)
{
	g_free(v);
	return NULL;
}

static uint8_t *row_of(GstVideoFrame *frame, int plane, int row)
{
	return (uint8_t *)GST_VIDEO_FRAME_PLANE_DATA(frame, plane) +
	       (size_t)row * (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(frame, plane);
}

/* The mean of one field of a plane. Every second sample of every second row is enough. */
static uint8_t mean(GstVideoFrame *frame, int plane, int column, int row, int n_rows)
{
	int width = GST_VIDEO_FRAME_COMP_WIDTH(frame, plane),
	    height = GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane), x0 = column * width / COLUMNS,
	    x1 = MAX((column + 1) * width / COLUMNS, x0 + 1), y0 = row * height / n_rows,
	    y1 = MAX((row + 1) * height / n_rows, y0 + 1);
	uint32_t sum = 0, n = 0;

	for (int y = y0; y < y1; y += 2) {
		const uint8_t *line = row_of(frame, plane, y);

		for (int x = x0; x < x1; x += 2, n++)
			sum += line[x];
	}
	return (uint8_t)(sum / n);
}

static uint8_t shade(uint8_t value)
{
	const int width = 256 / SHADES;

	return (uint8_t)(value / width * width + width / 2);
}

/* Looks at the picture anew; tells how much has changed since it last did. */
static int fields_renew(struct veil_state *v, GstVideoFrame *frame)
{
	int sum = 0;

	v->n_rows = CLAMP(COLUMNS * GST_VIDEO_FRAME_HEIGHT(frame) / GST_VIDEO_FRAME_WIDTH(frame), 1,
		ROWS_MAX);
	for (int row = 0; row < v->n_rows; row++) {
		for (int column = 0; column < COLUMNS; column++) {
			struct field *f = &v->fields[row][column], now;

			now.y = mean(frame, 0, column, row, v->n_rows);
			now.u = mean(frame, 1, column, row, v->n_rows);
			now.v = mean(frame, 2, column, row, v->n_rows);
			sum += ABS(now.y - f->y);
			*f = now;
		}
	}
	return sum / (v->n_rows * COLUMNS);
}

static void plane_fill(GstVideoFrame *frame, int plane, uint8_t value)
{
	for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane); y++)
		memset(row_of(frame, plane, y), value,
			(size_t)GST_VIDEO_FRAME_COMP_WIDTH(frame, plane));
}

static void ellipse(
	GstVideoFrame *frame, double cx, double cy, double rx, double ry, uint8_t brightness)
{
	int width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);

	for (int y = MAX(0, (int)ceil(cy - ry)); y <= MIN(height - 1, (int)(cy + ry)); y++) {
		double half = rx * sqrt(MAX(0.0, 1.0 - (y - cy) * (y - cy) / (ry * ry)));
		int x0 = MAX(0, (int)(cx - half)), x1 = MIN(width, (int)(cx + half) + 1);

		if (x1 > x0)
			memset(row_of(frame, 0, y) + x0, brightness, (size_t)(x1 - x0));
	}
}

static void figure_draw(const struct veil_state *v, GstVideoFrame *frame)
{
	double width = GST_VIDEO_FRAME_WIDTH(frame), height = GST_VIDEO_FRAME_HEIGHT(frame);
	uint8_t brightness = (uint8_t)(FIGURE + LIT * v->step);

	plane_fill(frame, 0, WALL);
	plane_fill(frame, 1, NO_COLOUR);
	plane_fill(frame, 2, NO_COLOUR);
	ellipse(frame, width / 2, height, height * 0.36, height * 0.38, brightness);
	ellipse(frame, width / 2, height * 0.38, height * 0.16, height * 0.19, brightness);
}

static void mosaic_plane(const struct veil_state *v, GstVideoFrame *frame, int plane)
{
	int width = GST_VIDEO_FRAME_COMP_WIDTH(frame, plane),
	    height = GST_VIDEO_FRAME_COMP_HEIGHT(frame, plane);

	for (int y = 0; y < height; y++) {
		const struct field *fields = v->fields[y * v->n_rows / height];
		uint8_t *line = row_of(frame, plane, y);

		for (int column = 0; column < COLUMNS; column++) {
			const struct field *f = &fields[column];
			uint8_t value = plane == 0 ? f->y : plane == 1 ? f->u : f->v;
			int x0 = column * width / COLUMNS, x1 = (column + 1) * width / COLUMNS;

			memset(line + x0, shade(value), (size_t)(x1 - x0));
		}
	}
}

static int step_of(int change)
{
	int step = 0;

	while (step < N_STEPS - 1 && change >= STEP_AT[step])
		step++;
	return step;
}

void veil_draw(struct veil_state *v, GstVideoFrame *frame)
{
	GstClockTime now = GST_BUFFER_PTS(frame->buffer);

	if (!v->begun || now < v->renewed || now - v->renewed >= RENEW_NS) {
		int change = fields_renew(v, frame);

		v->step = v->begun ? step_of(change) : 0;
		v->renewed = now;
		v->begun = true;
	}
	if (v->kind == VEIL_COVER) {
		figure_draw(v, frame);
		return;
	}
	for (int plane = 0; plane < 3; plane++)
		mosaic_plane(v, frame, plane);
}
