/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/told_award.h"

#include <string.h>

void told_award_free(void *award)
{
	struct told_award *t = award;

	if (!t)
		return;
	json_decref(t->award);
	g_free(t);
}

const json_t *told_award_by(
	const GPtrArray *awards, const char *lot_id, const struct notice_row *n)
{
	for (guint i = 0; awards && i < awards->len; i++) {
		const struct told_award *t = g_ptr_array_index(awards, i);

		if (!strcmp(t->lot_id, lot_id) && !strcmp(t->notice_id, n->notice_id))
			return t->award;
	}
	return NULL;
}
