/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_PRINTABLE_H
#define SERVER_CORE_PRINTABLE_H

#include <glib.h>

/* What a stranger said, as a text that can be kept and shown: UTF-8 without control characters,
 * which become blanks, cut before the character that would make it longer than max bytes. New. */
char *printable(const void *bytes, gsize len, gsize max);

#endif
