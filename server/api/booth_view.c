/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The booths (机位) of a venue, and which session has which when. */
#include "server/api/views.h"

#include <string.h>

#include "server/store/booth_store.h"
#include "server/store/venue_store.h"

static const struct field fields[] = {
	{"venue_id", FIELD_ID, true},
	{NULL},
};

static json_t *booking(const struct booth_row *b)
{
	json_t *row = json_object();

	out_text(row, "session_id", b->session_id);
	out_text(row, "title", b->title);
	out_time(row, "from", b->from_us);
	out_time(row, "until", b->until_us);
	json_object_set_new(row, "seated", json_boolean(b->seated));
	return row;
}

static json_t *booths_to_json(const GPtrArray *rows)
{
	json_t *items = json_array(), *bookings = NULL;
	const char *last = NULL;

	for (guint i = 0; i < rows->len; i++) {
		const struct booth_row *b = g_ptr_array_index(rows, i);

		if (!last || strcmp(last, b->booth) != 0) {
			bookings = json_array();
			json_array_append_new(items, json_pack("{s:s, s:o}", "booth", b->booth,
							     "bookings", bookings));
		}
		last = b->booth;
		if (b->session_id[0])
			json_array_append_new(bookings, booking(b));
	}
	return items;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *venue_id = in_text(in, "venue_id");
	VENUE_AUTO struct venue *venue = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int r = act_found(a, venue_store_get(a->txn, venue_id, &venue), "venue_id");

	if (!r)
		r = booth_store_list(a->txn, venue_id, &rows);
	if (r)
		return r;
	out_text(out, "name", venue->name);
	out_text(out, "city", venue->city);
	json_object_set_new(out, "items", booths_to_json(rows));
	return 0;
}

const struct act_kind booth_list_view = {
	.name = "booth.list", .fields = fields, .run = run, .flags = ACT_READ};
