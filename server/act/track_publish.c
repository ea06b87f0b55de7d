/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/track_act.h"

static const struct field fields[] = {
	TRACK_FIELDS,
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	return track_act_begin(a, in);
}

const struct act_kind track_publish_act = {.name = "track.publish", .fields = fields, .run = run};
