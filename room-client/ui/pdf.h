/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A PDF that somebody else made: opened, drawn, searched in a thread of its own, one thing at a
 * time for all documents, so that neither a large page nor a malicious one holds up the window. No
 * script in it is run, no link in it opened. No GTK.
 */

#include <cairo.h>
#include <gio/gio.h>
#include <stdbool.h>

enum pdf_refusal {
	PDF_E_LOCKED = 1, /* needs a password */
	PDF_E_NOT_PDF,    /* something else */
	PDF_E_BROKEN,
	PDF_E_EMPTY, /* no page */
};

struct pdf;

/* Where a bookmark leads; by depth first, as they are shown. */
struct pdf_mark {
	char *title;
	int depth; /* 0: top */
	int page;  /* from 1; 0: nowhere */
};

/* A place where the text was found. */
struct pdf_hit {
	int page;                   /* from 1 */
	char *line;                 /* the words around it */
	double x, y, width, height; /* in points, from the upper left corner */
};

struct pdf_page {
	cairo_surface_t *surface; /* CAIRO_FORMAT_ARGB32, opaque */
	char *text;               /* what the page says, for who cannot see it */
};

struct pdf *pdf_ref(struct pdf *p);
struct pdf *pdf_unref(struct pdf *p);
void pdf_page_free(struct pdf_page *page);

/*
 * Waits for the worker to come out of poppler and lets nobody in any more, the caller included: the
 * libraries are taken down when the program ends, whatever a worker is doing. Its last act. False:
 * it did not within two seconds (a page may be anything), and the program ends by _exit().
 */
bool pdf_stop(void);

/* The answers come on the default GMainContext; not after the cancellable was cancelled. */
/* pdf is borrowed; NULL with a refusal. */
typedef void pdf_opened_fn(void *user, struct pdf *pdf, int refusal);
/* Transfer full; NULL: the page cannot be drawn. */
typedef void pdf_drawn_fn(void *user, struct pdf_page *page);
/* Of struct pdf_hit, transfer full. */
typedef void pdf_found_fn(void *user, GPtrArray *hits);

/* Takes a reference to the stream, which must be able to seek. */
void pdf_open(GInputStream *stream, GCancellable *cancel, pdf_opened_fn *done, void *user);

/* A page of one that was opened, and what is in it. Pages count from 1. */
int pdf_n_pages(const struct pdf *p);
void pdf_page_size(const struct pdf *p, int page, double *ret_width, double *ret_height);
const GPtrArray *pdf_marks(const struct pdf *p); /* of struct pdf_mark */

/* pixels: of the width. hits (may be NULL) on this page are marked; the array is referenced. */
void pdf_draw(struct pdf *p, int page, int pixels, GPtrArray *hits, GCancellable *cancel,
	pdf_drawn_fn *done, void *user);
/* At most PDF_HITS_MAX. */
#define PDF_HITS_MAX 500
void pdf_find(
	struct pdf *p, const char *text, GCancellable *cancel, pdf_found_fn *done, void *user);
