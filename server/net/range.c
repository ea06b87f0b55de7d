/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/range.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* However many digits; what is too large for any file is UINT64_MAX. False when there are none. */
static bool take_number(const char **p, uint64_t *ret)
{
	uint64_t n = 0;
	const char *begin = *p;

	for (; g_ascii_isdigit(**p); (*p)++) {
		uint64_t digit = (uint64_t)(**p - '0');

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*ret = n;
	return *p > begin;
}

/* RFC 9110 section 13.1.5: by strong comparison, so a weak tag never matches; and a date does not,
 * because no file is sent with one. */
static bool if_range_holds(const char *if_range, const char *etag)
{
	return !if_range || (etag && *etag == '"' && strcmp(if_range, etag) == 0);
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

/* The only range of a set, in which empty elements and spaces mean nothing; NULL: several, or
 * none. */
static char *only_range(const char *set)
{
	g_auto(GStrv) elements = g_strsplit(set, ",", -1);
	char *only = NULL;
	unsigned n = 0;

	for (char **e = elements; *e; e++)
		if (*g_strstrip(*e) && !n++)
			only = *e;
	return n == 1 ? g_strdup(only) : NULL;
}

enum range_result range_parse(const char *range, const char *if_range, const char *etag,
	uint64_t size, uint64_t *ret_first, uint64_t *ret_length)
{
	uint64_t first, last;
	const char *p;

	if (!range || g_ascii_strncasecmp(range, "bytes=", 6) || !if_range_holds(if_range, etag))
		return whole(size, ret_first, ret_length);
	g_autofree char *spec = only_range(range + strlen("bytes="));
	if (!spec)
		return whole(size, ret_first, ret_length);
	p = spec;
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
