/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/easel.h"

#include <gst/video/video.h>

struct easel {
	struct easel_out out;
	GMutex lock;
	GstSample *newest; /* NULL: none waits */
	guint idle;        /* the main loop was asked to come; 0: not */
};

struct easel *easel_new(const struct easel_out *out)
{
	struct easel *e = g_new0(struct easel, 1);

	g_mutex_init(&e->lock);
	e->out = *out;
	return e;
}

struct easel *easel_free(struct easel *e)
{
	if (!e)
		return NULL;
	if (e->idle)
		g_source_remove(e->idle);
	g_clear_pointer(&e->newest, gst_sample_unref);
	g_mutex_clear(&e->lock);
	g_free(e);
	return NULL;
}

static void frame_free(void *data)
{
	GstVideoFrame *frame = data;

	gst_video_frame_unmap(frame);
	g_free(frame);
}

static void show(struct easel *e, GstSample *sample)
{
	GstVideoFrame *frame = g_new0(GstVideoFrame, 1);
	struct picture picture;
	GstVideoInfo info;

	if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) ||
		GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_BGRA ||
		!gst_video_frame_map(frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ)) {
		g_free(frame);
		return;
	}
	picture = (struct picture){
		.width = GST_VIDEO_FRAME_WIDTH(frame),
		.height = GST_VIDEO_FRAME_HEIGHT(frame),
		.stride = (size_t)GST_VIDEO_FRAME_PLANE_STRIDE(frame, 0),
	};
	picture.pixels = g_bytes_new_with_free_func(GST_VIDEO_FRAME_PLANE_DATA(frame, 0),
		picture.stride * (size_t)picture.height, frame_free, frame);
	e->out.picture(e->out.user, &picture);
	g_bytes_unref(picture.pixels);
}

static gboolean fetch(void *user)
{
	struct easel *e = user;
	GstSample *sample;

	g_mutex_lock(&e->lock);
	sample = g_steal_pointer(&e->newest);
	e->idle = 0;
	g_mutex_unlock(&e->lock);
	if (sample) {
		show(e, sample);
		gst_sample_unref(sample);
	}
	return G_SOURCE_REMOVE;
}

void easel_put(struct easel *e, GstSample *sample)
{
	GstSample *older;

	g_mutex_lock(&e->lock);
	older = e->newest;
	e->newest = sample;
	if (!e->idle)
		e->idle = g_idle_add_full(G_PRIORITY_DEFAULT, fetch, e, NULL);
	g_mutex_unlock(&e->lock);
	g_clear_pointer(&older, gst_sample_unref);
}
