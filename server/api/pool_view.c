/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool without names, and the venues. */
#include "server/api/views.h"

#include <string.h>

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
	if (e->standing_reason) {
		out_text(row, "standing_reason", e->standing_reason);
		out_hex(row, "standing_salt", e->standing_salt, sizeof(e->standing_salt));
	}
	return row;
}

static const char *expert_next(const void *row)
{
	return ((const struct expert *)row)->expert_id;
}

/* The leaves (请假) of this page's experts that have not ended, each with its own. */
static int add_leaves(struct act *a, const GPtrArray *experts, const json_t *items)
{
	g_autoptr(GPtrArray) leaves = NULL;
	guint at = 0;
	int r = experts->len
			? expert_store_leaves(a->txn, expert_next(g_ptr_array_index(experts, 0)),
				  expert_next(g_ptr_array_index(experts, experts->len - 1)),
				  a->legal_us, &leaves)
			: 0;

	for (guint i = 0; !r && leaves && i < leaves->len; i++) {
		const struct expert_leave *leave = g_ptr_array_index(leaves, i);
		json_t *row = json_object(), *of;

		/* Both are in the order of ids. */
		while (strcmp(expert_next(g_ptr_array_index(experts, at)), leave->expert_id) < 0)
			at++;
		of = json_array_get(items, at);
		if (!json_object_get(of, "leaves"))
			json_object_set_new(of, "leaves", json_array());
		out_text(row, "leave_id", leave->leave_id);
		out_time(row, "from", leave->from_us);
		out_time(row, "until", leave->until_us);
		json_array_append_new(json_object_get(of, "leaves"), row);
	}
	return r;
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
	return add_leaves(a, experts, json_object_get(out, "items"));
}

const struct act_kind expert_list_view = {
	.name = "expert.list", .fields = fields, .run = run_experts, .flags = ACT_READ};

static json_t *listed_venue(const struct act *a, const void *data)
{
	const struct venue *v = data;
	json_t *row = json_object();

	out_text(row, "venue_id", v->venue_id);
	out_text(row, "name", v->name);
	out_text(row, "city", v->city);
	out_int(row, "booths", v->n_booths);
	return row;
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
