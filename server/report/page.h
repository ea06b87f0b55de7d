/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_REPORT_PAGE_H
#define SERVER_REPORT_PAGE_H

/*
 * Numbered A4 pages that flow: text and tables are put one below the other, a new page begins when
 * one is full. Sizes are points (1/72 inch). One thread at a time uses a flow.
 */
#include <glib.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

/* One family for everything: Chinese, Latin and digits alike. */
#define PAGE_FONT "Noto Sans CJK SC"
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define PAGE_MARGIN 48.0
#define PAGE_TOP 60.0
#define PAGE_BOTTOM (PAGE_HEIGHT - 58.0)
#define PAGE_BODY_WIDTH (PAGE_WIDTH - 2 * PAGE_MARGIN)

/* What stands on every page. */
struct page_frame {
	const char *head; /* above */
	const char *foot; /* below, left of the page number */
	unsigned n_pages; /* 0: not known yet */
};

struct page_flow {
	cairo_t *cr;
	PangoContext *pango;
	struct page_frame frame;
	unsigned page; /* from 1 */
	double y;
};

/* Begins the first page. */
void page_flow_init(
	struct page_flow *f, cairo_t *cr, PangoContext *pango, const struct page_frame *frame);
/* Ends the last page. */
void page_flow_done(struct page_flow *f);

void page_break(struct page_flow *f);

/* A text of a given size and width; bold for headings. Caller unrefs. */
PangoLayout *page_layout(
	const struct page_flow *f, const char *text, double size, bool bold, double width);
double page_layout_height(PangoLayout *layout);

/* A paragraph over as many pages as it takes, `after` points of room behind it. keep: the room that
 * must be left below its first line, so that a heading is not alone at the end of a page. */
void page_text(
	struct page_flow *f, const char *text, double size, bool bold, double keep, double after);

/* A text centred on its line. */
void page_title(struct page_flow *f, const char *text, double size, double after);

/* Draws one line of a layout with its baseline at y + ascent, by the layout's own alignment. */
void page_line(
	struct page_flow *f, PangoLayout *layout, int line, double x, double y, double width);
double page_line_height(PangoLayout *layout, int line);

#endif
