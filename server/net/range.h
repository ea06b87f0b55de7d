/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_RANGE_H
#define SERVER_NET_RANGE_H

/*
 * The Range header of RFC 9110 section 14, single ranges only; several ranges or another unit are
 * answered with the whole file, as the RFC allows.
 */
#include <stdint.h>

enum range_result {
	RANGE_WHOLE,         /* 200 */
	RANGE_PART,          /* 206 with the returned first byte and length */
	RANGE_UNSATISFIABLE, /* 416 */
};

/*
 * Pure. `range` and `if_range` are header values or NULL, `etag` the current one or NULL (then
 * If-Range never matches). With RANGE_WHOLE first is 0 and length the size.
 */
enum range_result range_parse(const char *range, const char *if_range, const char *etag,
	uint64_t size, uint64_t *ret_first, uint64_t *ret_length);

#endif
