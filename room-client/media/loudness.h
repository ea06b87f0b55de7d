/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What GStreamer's element "level" tells, as one number. */

#include <gst/gst.h>
#include <stdbool.h>

/* From an element message: 0 silence (-60 dB) to 1 full; -1 when nothing at all comes, not even
 * noise, as from a microphone that is muted in hardware. False for any other message. */
bool loudness_read(GstMessage *message, double *ret_loudness);
