/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/page.h"

#include <math.h>

#define SMALL 8.0

/* Each letter a glyph of its own: letters drawn as one ("ff") cannot be found in the file, and a
 * digest is full of them. */
static void set_letters(PangoLayout *layout)
{
	PangoAttrList *attributes = pango_attr_list_new();

	pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0, dlig=0"));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
}

PangoLayout *page_layout(
	const struct page_flow *f, const char *text, double size, bool bold, double width)
{
	PangoLayout *layout = pango_layout_new(f->pango);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, PAGE_FONT);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	if (width > 0)
		pango_layout_set_width(layout, (int)floor(width * PANGO_SCALE));
	set_letters(layout);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

double page_layout_height(PangoLayout *layout)
{
	double height = 0;

	for (int i = 0; i < pango_layout_get_line_count(layout); i++)
		height += page_line_height(layout, i);
	return height;
}

double page_line_height(PangoLayout *layout, int line)
{
	PangoRectangle box;

	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), NULL, &box);
	return (double)box.height / PANGO_SCALE;
}

void page_line(struct page_flow *f, PangoLayout *layout, int line, double x, double y, double width)
{
	PangoLayoutLine *shown = pango_layout_get_line_readonly(layout, line);
	PangoAlignment align = pango_layout_get_alignment(layout);
	PangoRectangle box;

	pango_layout_line_get_extents(shown, NULL, &box);
	double room = width - (double)box.width / PANGO_SCALE;
	if (align == PANGO_ALIGN_RIGHT)
		x += room;
	else if (align == PANGO_ALIGN_CENTER)
		x += room / 2;
	cairo_move_to(f->cr, x, y - (double)box.y / PANGO_SCALE);
	pango_cairo_show_layout_line(f->cr, shown);
}

/* A short text on one line at the head or foot. */
static void frame_text(struct page_flow *f, const char *text, PangoAlignment align, double y)
{
	PangoLayout *layout = page_layout(f, text, SMALL, false, PAGE_BODY_WIDTH);

	pango_layout_set_alignment(layout, align);
	page_line(f, layout, 0, PAGE_MARGIN, y, PAGE_BODY_WIDTH);
	g_object_unref(layout);
}

static void rule(struct page_flow *f, double y)
{
	cairo_set_line_width(f->cr, 0.5);
	cairo_move_to(f->cr, PAGE_MARGIN, y);
	cairo_line_to(f->cr, PAGE_WIDTH - PAGE_MARGIN, y);
	cairo_stroke(f->cr);
}

static void begin_page(struct page_flow *f)
{
	g_autofree char *number =
		f->frame.n_pages ? g_strdup_printf("第 %u 页 共 %u 页", f->page, f->frame.n_pages)
				 : g_strdup_printf("第 %u 页", f->page);

	frame_text(f, f->frame.head, PANGO_ALIGN_LEFT, PAGE_TOP - 26);
	rule(f, PAGE_TOP - 12);
	rule(f, PAGE_BOTTOM + 12);
	frame_text(f, f->frame.foot, PANGO_ALIGN_LEFT, PAGE_BOTTOM + 16);
	frame_text(f, number, PANGO_ALIGN_RIGHT, PAGE_BOTTOM + 16);
	f->y = PAGE_TOP;
}

void page_flow_init(
	struct page_flow *f, cairo_t *cr, PangoContext *pango, const struct page_frame *frame)
{
	*f = (struct page_flow){.cr = cr, .pango = pango, .frame = *frame, .page = 1};
	begin_page(f);
}

void page_flow_done(struct page_flow *f)
{
	cairo_show_page(f->cr);
}

void page_break(struct page_flow *f)
{
	cairo_show_page(f->cr);
	f->page++;
	begin_page(f);
}

void page_text(
	struct page_flow *f, const char *text, double size, bool bold, double keep, double after)
{
	PangoLayout *layout = page_layout(f, text, size, bold, PAGE_BODY_WIDTH);

	for (int i = 0; i < pango_layout_get_line_count(layout); i++) {
		double height = page_line_height(layout, i);

		if (f->y + height + (i ? 0 : keep) > PAGE_BOTTOM)
			page_break(f);
		page_line(f, layout, i, PAGE_MARGIN, f->y, PAGE_BODY_WIDTH);
		f->y += height;
	}
	f->y += after;
	g_object_unref(layout);
}

void page_title(struct page_flow *f, const char *text, double size, double after)
{
	PangoLayout *layout = page_layout(f, text, size, true, PAGE_BODY_WIDTH);

	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	for (int i = 0; i < pango_layout_get_line_count(layout); i++) {
		page_line(f, layout, i, PAGE_MARGIN, f->y, PAGE_BODY_WIDTH);
		f->y += page_line_height(layout, i);
	}
	f->y += after;
	g_object_unref(layout);
}
