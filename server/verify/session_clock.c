/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_clock.h"

#include <inttypes.h>

#define SECOND_US 1000000

static gint by_index(gconstpointer a, gconstpointer b)
{
	const struct session_event *x = *(const struct session_event *const *)a;
	const struct session_event *y = *(const struct session_event *const *)b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static int64_t real_of(const struct session_event *row)
{
	return row->event.real_us;
}

static int64_t legal_of(const struct session_event *row)
{
	return row->event.at_us;
}

/* Each time the clock goes back is named once, at the first event that shows it. */
static void check_clock(const struct session_record *rec, const GPtrArray *rows, const char *name,
	int64_t (*time_of)(const struct session_event *row))
{
	const struct session_event *latest = NULL, *named = NULL;

	for (guint i = 0; i < rows->len; i++) {
		const struct session_event *row = g_ptr_array_index(rows, i);
		if (!latest || time_of(row) >= time_of(latest)) {
			latest = row;
			continue;
		}
		int64_t back_us = time_of(latest) - time_of(row);
		if (back_us <= SESSION_CLOCK_SLACK_US || named == latest)
			continue;
		g_autofree char *place = record_place(row), *before = record_place(latest);
		named = latest;
		finding_fault(rec->findings, place,
			"the %s clock was set back: %" PRId64
			" s before %s, which stands before it",
			name, back_us / SECOND_US, before);
	}
}

void session_clock_check(const struct session_record *rec)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new();

	for (guint i = 0; i < rec->events->len; i++)
		g_ptr_array_add(rows, &g_array_index(rec->events, struct session_event, i));
	g_ptr_array_sort(rows, by_index);
	check_clock(rec, rows, "real", real_of);
	check_clock(rec, rows, "legal", legal_of);
}
