/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/element.h"

#include <gst/gst.h>

bool element_exists(const char *name)
{
	g_autoptr(GstElementFactory) factory = gst_element_factory_find(name);

	return factory != NULL;
}
