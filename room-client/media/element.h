/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

/* Whether GStreamer has an element of this name here; after gst_init. */
bool element_exists(const char *name);
