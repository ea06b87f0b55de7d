/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * All pipelines run on CLOCK_MONOTONIC. Those of live sound count from its very zero, so that the
 * echo probe in one and what removes the echo in another speak of the same times.
 */

#include <gst/gst.h>

/* Before the pipeline is started. */
static inline void media_clock_use(GstElement *pipeline)
{
	GstClock *clock = gst_system_clock_obtain();

	gst_pipeline_use_clock(GST_PIPELINE(pipeline), clock);
	gst_object_unref(clock);
}

static inline void media_clock_share(GstElement *pipeline)
{
	media_clock_use(pipeline);
	gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
	gst_element_set_base_time(pipeline, 0);
}

/* Of a file, time counts from now on. Left to the pipeline, it would count from when all of it is
 * ready, and what its threads let through before that from the clock's zero: a burst of old
 * pictures. Before each start. */
static inline void media_clock_from_now(GstElement *pipeline)
{
	GstClock *clock = gst_system_clock_obtain();

	gst_element_set_start_time(pipeline, GST_CLOCK_TIME_NONE);
	gst_element_set_base_time(pipeline, gst_clock_get_time(clock));
	gst_object_unref(clock);
}
