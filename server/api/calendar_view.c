/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar of all clocks (期限日历): what published notices started, and what is to be published. */
#include "server/api/views.h"

#include <errno.h>

#include "server/store/notice_store.h"
#include "server/store/project_store.h"
#include "server/trade/notice_clocks.h"

/* A clock older than this has run out, whatever its rule. */
#define LOOK_BACK_US (90 * CALENDAR_DAY_US)
#define NOTICES_MAX 500

static void out_clock(
	json_t *items, const struct notice_row *n, const struct legal_clock_row *c, int64_t now_us)
{
	json_t *row = json_object();

	out_text(row, "notice_id", n->notice_id);
	out_text(row, "project_id", n->project_id);
	out_text(row, "project_name", n->project_name);
	out_text(row, "kind", notice_kind_name(n->notice.kind));
	out_text(row, "title", n->title);
	out_text(row, "what", c->what);
	if (c->rule)
		out_text(row, "rule", c->rule);
	out_time(row, "start", c->start_us);
	out_time(row, "end", c->end_us);
	json_object_set_new(row, "over", json_boolean(c->end_us <= now_us));
	json_array_append_new(items, row);
}

/* Changes move the deadline of lots: theirs is the one in force, the first of them counts. */
static int deadline_in_force(struct act *a, const struct notice_row *n, int64_t *ret_us)
{
	g_autoptr(GPtrArray) lots = NULL;
	int64_t first_us = 0;
	int r = project_store_lots(a->txn, n->project_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);

		if (l->deadline_us && (!first_us || l->deadline_us < first_us))
			first_us = l->deadline_us;
	}
	*ret_us = first_us ? first_us : n->notice.bid_deadline_us;
	return r;
}

static int out_notice(struct act *a, const struct notice_row *n, json_t *items)
{
	PROJECT_AUTO struct project *project = NULL;
	g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
	struct notice notice = n->notice;
	int r = project_store_get(a->txn, n->project_id, &project);

	if (!r && notice_kind_is_tender(notice.kind))
		r = deadline_in_force(a, n, &notice.bid_deadline_us);
	if (r)
		return r < 0 ? r : -EBADMSG;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	if (!book)
		return -EBADMSG;
	notice_clocks(&notice, n->published_us, book, a->env->calendar, clocks);
	for (guint i = 0; i < clocks->len; i++)
		out_clock(items, n, &g_array_index(clocks, struct legal_clock_row, i), a->legal_us);
	return 0;
}

static int out_scheduled(struct act *a, json_t *items)
{
	g_autoptr(GPtrArray) planned = NULL;
	int r = notice_store_due(
		a->txn, a->legal_us + 3650 * CALENDAR_DAY_US, NOTICES_MAX, &planned);

	for (guint i = 0; !r && i < planned->len; i++) {
		const struct notice_row *n = g_ptr_array_index(planned, i);
		struct legal_clock_row c = {NULL, "scheduled", 0, n->publish_at_us};

		out_clock(items, n, &c, a->legal_us);
	}
	return r;
}

static const struct field no_fields[] = {{NULL}};

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) notices = NULL;
	json_t *items = json_array();
	int r = notice_store_since(
		a->txn, a->legal_us - LOOK_BACK_US, NOTICES_MAX, &notices);

	json_object_set_new(out, "items", items);
	out_time(out, "now", a->legal_us);
	for (guint i = 0; !r && i < notices->len; i++)
		r = out_notice(a, g_ptr_array_index(notices, i), items);
	return r ? r : out_scheduled(a, items);
}

const struct act_kind calendar_view = {
	.name = "calendar.get", .fields = no_fields, .run = run, .flags = ACT_READ};
