/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/loudness.h"

#define SILENCE_DB (-60.0)
#define NOTHING_DB (-110.0) /* the smallest step of 16 bits is at -90 */

bool loudness_read(GstMessage *message, double *ret_loudness)
{
	const GstStructure *s = gst_message_get_structure(message);
	const GValue *rms;
	double db;

	if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT || !s ||
		!gst_structure_has_name(s, "level"))
		return false;
	rms = gst_structure_get_value(s, "rms");
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	db = g_value_get_double(g_value_array_get_nth(g_value_get_boxed(rms), 0));
	G_GNUC_END_IGNORE_DEPRECATIONS
	*ret_loudness = db < NOTHING_DB ? -1.0 : CLAMP(1.0 - db / SILENCE_DB, 0.0, 1.0);
	return true;
}
