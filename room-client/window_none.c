/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/window.h"

#include <stdio.h>

int window_run(const struct options *options)
{
	fputs("bidroom-client: built without a window: only --headless\n", stderr);
	return 2;
}
