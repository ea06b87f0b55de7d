/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>

#include "server/store/venue_store.h"

static const struct field fields[] = {
	{"name", FIELD_TEXT, true, 1, 100},
	{"city", FIELD_TEXT, true, 1, 100},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct venue venue = {
		.name = (char *)in_text(in, "name"), .city = (char *)in_text(in, "city")};
	int r;

	id_new(venue.venue_id);
	r = venue_store_insert(a->txn, &venue);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "venue_id", venue.venue_id);
	return act_event(a, "venue.created", "venue", venue.venue_id,
		json_pack("{s:s, s:s}", "name", venue.name, "city", venue.city));
}

const struct act_kind venue_create_act = {
	.name = "venue.create", .fields = fields, .run = run, .flags = ACT_CREATES};
