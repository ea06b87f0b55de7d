/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The booths (机位) of a venue become known, some at a time: from then on they are booked by name. */
#include "server/act/acts.h"

#include <errno.h>

#include "db/fault.h"
#include "server/store/booth_store.h"
#include "server/store/venue_store.h"

#define BOOTHS_MAX 200

static const struct field fields[] = {
	{"venue_id", FIELD_ID, true},
	{"booths", FIELD_LIST, true, 1, BOOTHS_MAX},
	{NULL},
};

static const struct field booth_field = {"booths", FIELD_TEXT, true, 1, 64};

static int add(struct act *a, const char *venue_id, const json_t *booth)
{
	int r = field_check_value(&booth_field, booth, booth_field.name, a->refusal);

	if (r)
		return r;
	r = booth_store_add(a->txn, venue_id, json_string_value(booth));
	if (r == DB_E_DUPLICATE)
		return refuse(
			a->refusal, "venue.booth_known", "booths", "%s", json_string_value(booth));
	return r <= 0 ? r : -EIO;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *venue_id = in_text(in, "venue_id");
	const json_t *booths = json_object_get(in, "booths");
	int64_t n = 0;
	json_t *booth;
	size_t i;
	int r = act_found(a, venue_store_lock(a->txn, venue_id), "venue_id");

	if (!r)
		r = booth_store_count(a->txn, venue_id, &n);
	if (!r && n + (int64_t)json_array_size(booths) > BOOTHS_MAX)
		r = refuse(a->refusal, "input.invalid", "booths", "at most %d at one venue",
			BOOTHS_MAX);
	json_array_foreach ((json_t *)booths, i, booth) {
		if (r)
			break;
		r = add(a, venue_id, booth);
	}
	return r ? r
		 : act_event(a, "venue.booths_added", "venue", venue_id,
			   json_pack("{s:O}", "booths", booths));
}

const struct act_kind booth_add_act = {.name = "booth.add", .fields = fields, .run = run};
