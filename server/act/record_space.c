/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/record_space.h"

#include "server/act/acts.h"
#include "server/core/disk.h"

/* That a disk of the recorder runs full, or has room again, is on the record: why a session could
 * not begin, or why its recording has gaps, can be asked years later. */
static const struct field fields[] = {
	{"dir", FIELD_TEXT, true, 1, 1000},
	{"free_bytes", FIELD_INT, true},
	{"space", FIELD_NAME, true, 1, 16},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	(void)out;
	return act_event(a, "record.space", "house", "house", json_deep_copy(in));
}

const struct act_kind record_space_act = {.name = "record.space", .fields = fields, .run = run};

int record_space_check(struct act *a)
{
	int64_t most = disk_most_free_bytes(a->env->reel_dirs);

	/* A portal may stand on another machine than the recordings; the rooms look again. */
	return most < 0 || most >= a->env->reel_stop_bytes
		       ? 0
		       : refuse(a->refusal, "record.no_space", NULL,
				 "%" G_GINT64_FORMAT " MiB left", most >> 20);
}
