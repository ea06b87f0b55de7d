/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool without names, and the venues. */
#include "server/api/views.h"

#include "server/api/list_page.h"
#include "server/store/expert_store.h"
#include "server/store/venue_store.h"

#define PAGE 200

static const struct field fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static json_t *expert_row(const struct act *a, const void *of)
{
	const struct expert *e = of;
	json_t *row = json_object();

	out_text(row, "expert_id", e->expert_id);
	json_object_set(row, "specialities", e->specialities);
	out_text(row, "region", e->region);
	out_text(row, "standing", e->active ? "active" : "suspended");
	return row;
}

static const char *expert_next(const void *row)
{
	return ((const struct expert *)row)->expert_id;
}

static int run_experts(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) experts = NULL;
	int64_t total = 0;
	int r = expert_store_list(a->txn, after ? after : "", limit, &experts);

	if (!r)
		r = expert_store_count(a->txn, &total);
	if (r)
		return r;
	out_list_page(a, experts, limit, expert_row, expert_next, out);
	out_int(out, "total", total);
	return 0;
}

const struct act_kind expert_list_view = {
	.name = "expert.list", .fields = fields, .run = run_experts, .flags = ACT_READ};

json_t *venue_row(const struct venue *v)
{
	json_t *row = json_object();

	out_text(row, "venue_id", v->venue_id);
	out_text(row, "name", v->name);
	out_text(row, "city", v->city);
	return row;
}

static json_t *listed_venue(const struct act *a, const void *row)
{
	return venue_row(row);
}

static const char *venue_next(const void *row)
{
	return ((const struct venue *)row)->venue_id;
}

static int run_venues(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) venues = NULL;
	int r = venue_store_list(a->txn, after ? after : "", limit, &venues);

	if (!r)
		out_list_page(a, venues, limit, listed_venue, venue_next, out);
	return r;
}

const struct act_kind venue_list_view = {
	.name = "venue.list", .fields = fields, .run = run_venues, .flags = ACT_READ};
