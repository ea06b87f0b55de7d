/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The client with its window. A build without GTK has window_none.c instead, which only says so. */

#include "room-client/options.h"

/* Until the user quits; the exit code. */
int window_run(const struct options *options);
