/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A PDF in memory of whatever a test draws. */

#include <cairo-pdf.h>
#include <glib.h>

static inline cairo_status_t pdf_drawn_keep(void *user, const unsigned char *bytes, unsigned n)
{
	g_byte_array_append(user, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static inline GBytes *pdf_drawn(void (*draw)(cairo_surface_t *surface, cairo_t *cr))
{
	GByteArray *bytes = g_byte_array_new();
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(pdf_drawn_keep, bytes, 400, 600);
	cairo_t *cr = cairo_create(surface);

	draw(surface, cr);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return g_byte_array_free_to_bytes(bytes);
}
