/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_WITHHELD_H
#define SERVER_PUBLISH_NOTICE_WITHHELD_H

/*
 * What of a notice is held back (不予公开的内容), as readers are told of it: the reason, the date
 * and a digest in the place of the value, and the value from the day it is disclosed. Pure.
 */
#include <jansson.h>
#include <stdint.h>

#include "server/store/notice_store.h"

/* The row of n->withheld for a field of the notice; NULL: it was never held back. */
json_t *notice_withheld_row(const struct notice_row *n, const char *field);

/* A field as it may be shown: as published, or as disclosed later. NULL: empty or held back. */
const char *notice_public_text(const struct notice_row *n, const char *field);

/* The rows as they stood at a time: what was disclosed later was still held back. A new array. */
json_t *notice_withheld_as_of(const json_t *withheld, int64_t t_us);

/* When the public was last told something new of it: published, disclosed or withdrawn. */
int64_t notice_last_change(const struct notice_row *n);

#endif
