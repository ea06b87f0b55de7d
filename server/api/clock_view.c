/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/views.h"

#include "server/store/clock_store.h"

static const struct field no_fields[] = {{NULL}};

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct legal_clock clock;
	int r = clock_store_get(a->txn, &clock);

	if (r)
		return r;
	out_time(out, "real", a->real_us);
	out_time(out, "legal", a->real_us + clock.offset_us);
	json_object_set_new(out, "demo", json_boolean(clock.is_demo));
	out_int(out, "offset_s", clock.offset_us / CLOCK_SECOND_US);
	return 0;
}

const struct act_kind clock_view = {
	.name = "clock.get", .fields = no_fields, .run = run, .flags = ACT_READ};
