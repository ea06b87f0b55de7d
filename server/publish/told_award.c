/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/told_award.h"

#include <string.h>

void told_award_free(void *award)
{
	struct told_award *t = award;

	if (!t)
		return;
	json_decref(t->award);
	json_decref(t->candidates);
	g_free(t);
}

const struct told_award *told_award_of(
	const GPtrArray *awards, const char *lot_id, const struct notice_row *n)
{
	for (guint i = 0; awards && i < awards->len; i++) {
		const struct told_award *t = g_ptr_array_index(awards, i);

		if (!strcmp(t->lot_id, lot_id) && !strcmp(t->notice_id, n->notice_id))
			return t;
	}
	return NULL;
}

const json_t *told_award_by(const GPtrArray *awards, const char *lot_id, const struct notice_row *n)
{
	const struct told_award *t = told_award_of(awards, lot_id, n);

	return t ? t->award : NULL;
}

const struct told_award *told_award_first(const GPtrArray *awards, const struct notice_row *n)
{
	for (guint i = 0; awards && i < awards->len; i++) {
		const struct told_award *t = g_ptr_array_index(awards, i);

		if (!strcmp(t->notice_id, n->notice_id))
			return t;
	}
	return NULL;
}

/* Of several the last that is not withdrawn: the others are void by then. */
static const json_t *told_rows(const GPtrArray *awards, const char *lot_id, int64_t at_us)
{
	const json_t *rows = NULL;

	for (guint i = 0; awards && i < awards->len; i++) {
		const struct told_award *t = g_ptr_array_index(awards, i);

		if (!strcmp(t->lot_id, lot_id) && t->told_us <= at_us &&
			!(t->withdrawn_us && t->withdrawn_us <= at_us))
			rows = json_object_get(t->award, "rows");
	}
	return rows;
}

const json_t *told_award_named(
	const GPtrArray *awards, const char *lot_id, int64_t at_us, const char *text)
{
	const json_t *found = NULL;
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)told_rows(awards, lot_id, at_us), i, row) {
		const char *name = json_string_value(json_object_get(row, "bidder_name"));

		if (json_integer_value(json_object_get(row, "rank")) <= 0 || !name || !text ||
			!strstr(text, name))
			continue;
		if (found)
			return NULL;
		found = row;
	}
	return found;
}
