/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What capture.c (life of a pipeline) and capture_wire.c (its elements, and what flows through
 * them) share; nobody else includes it. */

#include <gst/gst.h>

#include "room-client/media/capture.h"

/* User data of one take's callbacks. */
struct outlet {
	struct capture *capture;
	enum capture_take take;
	bool open;
	int bitrate;
	GstElement *encoder, *valve; /* while there is a pipeline that has them */
};

/*
 * The pipeline is built when the device is opened and goes when it is closed. Every pipeline runs
 * on CLOCK_MONOTONIC, so the base time plus a buffer's running time is the capture time, and a
 * camera and a microphone in two pipelines share one axis.
 */
struct capture {
	struct capture_config config;
	struct capture_out out;
	struct outlet outlets[CAPTURE_N_TAKES];
	struct veil_state *veil;
	struct easel *easel; /* NULL: nobody wants a preview */
	int tile_width, tile_height;
	bool masked;
	bool fresh; /* the pipeline was built, unmasked, and never started */

	GstElement *pipeline; /* NULL while stopped */
	guint bus_watch;
	GMutex lock; /* the tail's elements, which a file's pipeline makes on another thread */
	GstElement *tail, *show, *tile;
};

static inline bool capture_is_video(const struct capture *c)
{
	return c->config.kind != MEDIA_AUDIO;
}

/* capture_wire.c: connects us with the elements of a tail in this bin. False when something that
 * must change what passes is not there. */
bool capture_wire(struct capture *c, GstBin *bin);
void capture_wire_clap(struct capture *c, GstBin *bin);
void capture_unwire(struct capture *c);

/* Locked by the caller. */
void capture_wire_preview(struct capture *c);
void capture_wire_bitrate(const struct capture *c, GstElement *encoder, int bitrate);
/* Nothing happens when there is no such element. */
void capture_wire_property(
	GstBin *bin, const char *element_name, const char *property, const GValue *value);
