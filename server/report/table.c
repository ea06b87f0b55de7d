/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/table.h"

#include <math.h>
#include <string.h>

#define PAD_X 3.0
#define PAD_Y 2.5
#define AFTER 8.0
#define LINE 0.4
/* A column of words is not made narrower than this, if it need not be. */
#define WORDS_MIN 64.0

struct column {
	PangoAlignment align;
	double width; /* with its padding */
};

struct table {
	struct page_flow *flow;
	struct column *columns;
	size_t n;
	double size;        /* of the letters */
	const char **heads; /* NULL: no head */
};

/* The wider a table, the smaller its letters. */
static double letter_size(size_t n_columns)
{
	return n_columns <= 6 ? 9.0 : n_columns <= 10 ? 8.0 : n_columns <= 14 ? 7.0 : 6.0;
}

static PangoAlignment align_of(const char *name)
{
	return strcmp(name, "right") == 0    ? PANGO_ALIGN_RIGHT
	       : strcmp(name, "center") == 0 ? PANGO_ALIGN_CENTER
					     : PANGO_ALIGN_LEFT;
}

static double natural_width(const struct table *t, const char *text, bool bold)
{
	PangoLayout *layout = page_layout(t->flow, text, t->size, bold, 0);
	PangoRectangle box;

	pango_layout_get_extents(layout, NULL, &box);
	g_object_unref(layout);
	/* A hair more, or rounding would wrap what just fits. */
	return (double)box.width / PANGO_SCALE + 2 * PAD_X + 0.5;
}

static void measure(struct table *t, const json_t *rows)
{
	for (size_t c = 0; c < t->n; c++) {
		double widest = t->heads ? natural_width(t, t->heads[c], true) : 0;

		for (size_t r = 0; r < json_array_size(rows); r++) {
			const json_t *cell = json_array_get(json_array_get(rows, r), c);
			widest = fmax(widest, natural_width(t, json_string_value(cell), false));
		}
		t->columns[c].width = widest;
	}
}

static bool is_words(const struct column *c)
{
	return c->align == PANGO_ALIGN_LEFT;
}

/* Makes the columns of one kind wider, in proportion to what they want. */
static void stretch(struct table *t, bool words, double wanted, double room)
{
	for (size_t c = 0; c < t->n; c++)
		if (is_words(&t->columns[c]) == words)
			t->columns[c].width *= room / wanted;
}

/*
 * Shares out too little room among the columns of one kind: whoever wants no more than an equal
 * share has it, the others share the rest. One long text does not squeeze its neighbours until
 * their words stand letter below letter.
 */
static void squeeze(struct table *t, bool words, double room)
{
	double share = 0, before;
	size_t n = 0;

	for (size_t c = 0; c < t->n; c++)
		n += is_words(&t->columns[c]) == words;
	if (!n)
		return;
	do {
		double left = room;
		size_t wide = n;

		before = share;
		for (size_t c = 0; c < t->n; c++)
			if (is_words(&t->columns[c]) == words && t->columns[c].width <= share) {
				left -= t->columns[c].width;
				wide--;
			}
		share = wide ? left / (double)wide : share;
	} while (share > before);
	for (size_t c = 0; c < t->n; c++)
		if (is_words(&t->columns[c]) == words)
			t->columns[c].width = fmin(t->columns[c].width, share);
}

static void fit(struct table *t)
{
	double words = 0, numbers = 0, least = 0;

	for (size_t c = 0; c < t->n; c++) {
		if (is_words(&t->columns[c])) {
			words += t->columns[c].width;
			least += fmin(t->columns[c].width, WORDS_MIN);
		} else {
			numbers += t->columns[c].width;
		}
	}
	if (words > 0 && words + numbers <= PAGE_BODY_WIDTH) {
		stretch(t, true, words, PAGE_BODY_WIDTH - numbers);
		return;
	}
	if (numbers > PAGE_BODY_WIDTH - least) {
		squeeze(t, false, PAGE_BODY_WIDTH - least);
		numbers = PAGE_BODY_WIDTH - least;
	}
	squeeze(t, true, PAGE_BODY_WIDTH - numbers);
}

static PangoLayout **cell_layouts(const struct table *t, const char *const *texts, bool bold)
{
	PangoLayout **cells = g_new0(PangoLayout *, t->n);

	for (size_t c = 0; c < t->n; c++) {
		cells[c] = page_layout(
			t->flow, texts[c], t->size, bold, t->columns[c].width - 2 * PAD_X);
		pango_layout_set_alignment(cells[c], t->columns[c].align);
	}
	return cells;
}

static void cells_free(const struct table *t, PangoLayout **cells)
{
	for (size_t c = 0; c < t->n; c++)
		g_object_unref(cells[c]);
	g_free(cells);
}

static void frame_row(const struct table *t, double top, double bottom)
{
	double x = PAGE_MARGIN;

	cairo_set_line_width(t->flow->cr, LINE);
	for (size_t c = 0; c < t->n; c++) {
		cairo_rectangle(t->flow->cr, x, top, t->columns[c].width, bottom - top);
		x += t->columns[c].width;
	}
	cairo_stroke(t->flow->cr);
}

/* Line number `line` of every cell; returns the height of the highest, 0 behind the last. */
static double line_height(const struct table *t, PangoLayout **cells, int line)
{
	double height = 0;

	for (size_t c = 0; c < t->n; c++)
		if (line < pango_layout_get_line_count(cells[c]))
			height = fmax(height, page_line_height(cells[c], line));
	return height;
}

static void draw_line(const struct table *t, PangoLayout **cells, int line, double y)
{
	double x = PAGE_MARGIN;

	for (size_t c = 0; c < t->n; c++) {
		if (line < pango_layout_get_line_count(cells[c]))
			page_line(t->flow, cells[c], line, x + PAD_X, y,
				t->columns[c].width - 2 * PAD_X);
		x += t->columns[c].width;
	}
}

static double row_height(const struct table *t, PangoLayout **cells)
{
	double height = 2 * PAD_Y, one;

	for (int line = 0; (one = line_height(t, cells, line)) > 0; line++)
		height += one;
	return height;
}

static void draw_head(const struct table *t);

static void next_page(const struct table *t)
{
	page_break(t->flow);
	draw_head(t);
}

/* As many lines as fit go on this page, the others on the following ones. */
static void draw_lines(const struct table *t, PangoLayout **cells)
{
	struct page_flow *f = t->flow;
	double top = f->y, one;

	f->y += PAD_Y;
	for (int line = 0; (one = line_height(t, cells, line)) > 0; line++) {
		if (f->y + one + PAD_Y > PAGE_BOTTOM) {
			frame_row(t, top, f->y + PAD_Y);
			next_page(t);
			top = f->y;
			f->y += PAD_Y;
		}
		draw_line(t, cells, line, f->y);
		f->y += one;
	}
	f->y += PAD_Y;
	frame_row(t, top, f->y);
}

static void draw_head(const struct table *t)
{
	PangoLayout **cells;

	if (!t->heads)
		return;
	cells = cell_layouts(t, t->heads, true);
	for (size_t c = 0; c < t->n; c++)
		pango_layout_set_alignment(cells[c], PANGO_ALIGN_CENTER);
	double height = row_height(t, cells);
	cairo_set_source_rgb(t->flow->cr, 0.93, 0.93, 0.93);
	cairo_rectangle(t->flow->cr, PAGE_MARGIN, t->flow->y, PAGE_BODY_WIDTH, height);
	cairo_fill(t->flow->cr);
	cairo_set_source_rgb(t->flow->cr, 0, 0, 0);
	draw_lines(t, cells);
	cells_free(t, cells);
}

static void draw_row(const struct table *t, const json_t *row)
{
	g_autofree const char **texts = g_new0(const char *, t->n);
	PangoLayout **cells;

	for (size_t c = 0; c < t->n; c++)
		texts[c] = json_string_value(json_array_get(row, c));
	cells = cell_layouts(t, texts, false);
	if (t->flow->y + row_height(t, cells) > PAGE_BOTTOM)
		next_page(t);
	draw_lines(t, cells);
	cells_free(t, cells);
}

static void draw_rows(const struct table *t, const json_t *rows)
{
	for (size_t r = 0; r < json_array_size(rows); r++)
		draw_row(t, json_array_get(rows, r));
	t->flow->y += AFTER;
}

void table_draw(struct page_flow *f, const json_t *columns, const json_t *rows)
{
	size_t n = json_array_size(columns);
	g_autofree struct column *shape = g_new0(struct column, n);
	g_autofree const char **heads = g_new0(const char *, n);
	struct table t = {f, shape, n, letter_size(n), heads};

	for (size_t c = 0; c < n; c++) {
		const json_t *column = json_array_get(columns, c);

		heads[c] = json_string_value(json_object_get(column, "title"));
		shape[c].align = align_of(json_string_value(json_object_get(column, "align")));
	}
	measure(&t, rows);
	fit(&t);
	/* The head does not stand alone at the end of a page. */
	if (f->y + 5 * t.size > PAGE_BOTTOM)
		page_break(f);
	draw_head(&t);
	draw_rows(&t, rows);
}

void table_draw_pairs(struct page_flow *f, const json_t *rows)
{
	struct column shape[2] = {{PANGO_ALIGN_LEFT, 0.24 * PAGE_BODY_WIDTH},
		{PANGO_ALIGN_LEFT, 0.76 * PAGE_BODY_WIDTH}};
	struct table t = {f, shape, 2, letter_size(2), NULL};

	draw_rows(&t, rows);
}
