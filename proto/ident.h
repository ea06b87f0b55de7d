/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Identifiers that travel: session, seat, and the kinds of events are 1 to 32 of [0-9a-z_]. They
 * are also folder names and lines of signed text, so nothing else may get in. */

#include <stdbool.h>
#include <stddef.h>

#define IDENT_MAX 32
#define IDENT_SIZE (IDENT_MAX + 1)

bool ident_is_valid(const char *text, size_t len);
