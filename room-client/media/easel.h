/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Carries pictures from a GStreamer thread to the one that shows them, and only the newest: while
 * the main loop is busy, what came before is thrown away.
 */

#include <glib.h>
#include <gst/gst.h>

struct easel;

struct picture {
	int width, height;
	size_t stride;  /* bytes */
	GBytes *pixels; /* BGRA, opaque; take a reference to keep it */
};

struct easel_out {
	void *user;
	/* On the default GMainContext. */
	void (*picture)(void *user, const struct picture *picture);
};

struct easel *easel_new(const struct easel_out *out);
/* No thread may put any more. */
struct easel *easel_free(struct easel *e);

/* Any thread. Takes the sample, whose caps are BGRA video; others are dropped. */
void easel_put(struct easel *e, GstSample *sample);
