/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/told_opening.h"

void told_opening_free(void *opening)
{
	struct told_opening *t = opening;

	if (!t)
		return;
	g_clear_pointer(&t->bids, g_ptr_array_unref);
	g_free(t);
}
