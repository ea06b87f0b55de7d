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
