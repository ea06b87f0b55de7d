/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/range.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Digits up to 18 places; false when there are none or too many. */
static bool take_number(const char **p, uint64_t *ret)
{
	uint64_t n = 0;
	const char *begin = *p;

	for (; g_ascii_isdigit(**p); (*p)++)
		n = n * 10 + (uint64_t)(**p - '0');
	*ret = n;
	return *p > begin && *p - begin <= 18;
}

static enum range_result whole(uint64_t size, uint64_t *ret_first, uint64_t *ret_length)
{
	*ret_first = 0;
	*ret_length = size;
	return RANGE_WHOLE;
}

/* "bytes=-n": the last n. */
static enum range_result suffix(
	const char *p, uint64_t size, uint64_t *ret_first, uint64_t *ret_length)
{
	uint64_t n;

	if (!take_number(&p, &n) || *p)
		return whole(size, ret_first, ret_length);
	if (!n || !size)
		return RANGE_UNSATISFIABLE;
	*ret_length = n < size ? n : size;
	*ret_first = size - *ret_length;
	return RANGE_PART;
}

enum range_result range_parse(const char *range, const char *if_range, const char *etag,
	uint64_t size, uint64_t *ret_first, uint64_t *ret_length)
{
	uint64_t first, last;
	const char *p;

	if (!range || strncmp(range, "bytes=", 6))
		return whole(size, ret_first, ret_length);
	if (if_range && (!etag || strcmp(if_range, etag)))
		return whole(size, ret_first, ret_length);
	p = range + 6;
	if (*p == '-')
		return suffix(p + 1, size, ret_first, ret_length);
	if (!take_number(&p, &first) || *p++ != '-')
		return whole(size, ret_first, ret_length);
	last = UINT64_MAX;
	if (*p && (!take_number(&p, &last) || *p || last < first))
		return whole(size, ret_first, ret_length);
	if (first >= size)
		return RANGE_UNSATISFIABLE;
	if (last >= size)
		last = size - 1;
	*ret_first = first;
	*ret_length = last - first + 1;
	return RANGE_PART;
}
