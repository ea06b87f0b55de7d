/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool without names, and the venues. */
#include "server/api/views.h"

#include "server/store/expert_store.h"
#include "server/store/venue_store.h"

#define PAGE 200

static const struct field fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static json_t *expert_row(const struct expert *e)
{
	json_t *row = json_object();

	out_text(row, "expert_id", e->expert_id);
	json_object_set(row, "specialities", e->specialities);
	out_text(row, "region", e->region);
	out_text(row, "standing", e->active ? "active" : "suspended");
	return row;
}

static int run_experts(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) experts = NULL;
	json_t *items = json_array();
	int64_t total = 0;
	int r = expert_store_list(a->txn, after ? after : "", limit, &experts);

	json_object_set_new(out, "items", items);
	if (!r)
		r = expert_store_count(a->txn, &total);
	if (r)
		return r;
	for (guint i = 0; i < experts->len; i++)
		json_array_append_new(items, expert_row(g_ptr_array_index(experts, i)));
	const struct expert *last =
		experts->len == limit ? g_ptr_array_index(experts, limit - 1) : NULL;
	out_text(out, "next", last ? last->expert_id : NULL);
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

static int run_venues(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) venues = NULL;
	json_t *items = json_array();
	int r = venue_store_list(a->txn, after ? after : "", limit, &venues);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < venues->len; i++)
		json_array_append_new(items, venue_row(g_ptr_array_index(venues, i)));
	const struct venue *last =
		venues->len == limit ? g_ptr_array_index(venues, limit - 1) : NULL;
	out_text(out, "next", last ? last->venue_id : NULL);
	return 0;
}

const struct act_kind venue_list_view = {
	.name = "venue.list", .fields = fields, .run = run_venues, .flags = ACT_READ};
