/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/seat_act.h"

static const struct field part_fields[] = {
	{"session_id", FIELD_ID, true},
	{"part", FIELD_OBJECT, true},
	{NULL},
};

/* A subject of its own: parts come twice a second and are nothing for the seats to see. */
static int run_part(struct act *a, const json_t *in, json_t *out)
{
	return act_event(a, "media.part", "recording", in_text(in, "session_id"),
		json_incref(json_object_get(in, "part")));
}

const struct act_kind media_part_act = {
	.name = "media.part", .fields = part_fields, .run = run_part};

static const struct field gap_fields[] = {
	{"session_id", FIELD_ID, true},
	{"track", FIELD_INT, false, 1, 65535},
	{"from_ms", FIELD_INT, true},
	{"to_ms", FIELD_INT, false},
	{"reason", FIELD_NAME, true, 1, 32},
	{"to", FIELD_NAME, false, 1, 32},
	{NULL},
};

/* A part of the recording is missing: everybody sees it who may know of the track. */
static int run_gap(struct act *a, const json_t *in, json_t *out)
{
	json_t *body =
		json_pack("{s:I, s:s, s:s*}", "from_ms", (json_int_t)in_int(in, "from_ms", 0),
			"reason", in_text(in, "reason"), "to", in_text(in, "to"));

	if (in_has(in, "track"))
		json_object_set(body, "track", json_object_get(in, "track"));
	if (in_has(in, "to_ms"))
		json_object_set(body, "to_ms", json_object_get(in, "to_ms"));
	return seat_act_event(a, in_text(in, "session_id"), "room.gap", body);
}

const struct act_kind media_gap_act = {.name = "media.gap", .fields = gap_fields, .run = run_gap};
