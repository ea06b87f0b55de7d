/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_TEXT_H
#define SERVER_PUBLISH_NOTICE_TEXT_H

/*
 * The words of a published notice as people read them, without the marks of Markdown: what is
 * searched. Pure.
 */
#include <glib.h>

#include "server/store/notice_store.h"

/* Title, names, codes, the body and all fields, a line each. A new string. */
char *notice_text(const struct notice_row *n);

/* "2026-03", Beijing time. */
#define NOTICE_MONTH_SIZE 8
const char *notice_month(const struct notice_row *n, char ret[static NOTICE_MONTH_SIZE]);
/* The first moments of a month and of the one behind it. */
void notice_month_bounds(const char *month, int64_t *ret_from_us, int64_t *ret_to_us);

#endif
