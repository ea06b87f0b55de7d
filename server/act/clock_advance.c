/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/store/clock_store.h"

/* Forward only, a year at most at once. */
static const struct field fields[] = {
	{"seconds", FIELD_INT, true, 1, 366 * 86400},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

struct new_offset {
	struct clock *clock;
	int64_t offset_us;
};

static void set_offset(void *data)
{
	const struct new_offset *n = data;

	clock_follow_offset_us(n->clock, n->offset_us);
}

/* This process goes by the new time at once; the others read it within a second. */
static void follow_after_commit(struct act *a, int64_t offset_us)
{
	struct new_offset *n = g_new(struct new_offset, 1);

	*n = (struct new_offset){a->env->clock, offset_us};
	db_txn_on_commit(a->txn, set_offset, n, g_free);
}

/* Legal time moves only in a database created as a demo, and never back. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	struct legal_clock clock;
	int64_t by_us = in_int(in, "seconds", 0) * CLOCK_SECOND_US;
	int r = clock_store_get(a->txn, &clock);

	if (r)
		return r;
	if (!clock.is_demo)
		return refuse(a->refusal, "clock.not_demo", NULL, "this database is not a demo");
	r = clock_store_advance(a->txn, by_us);
	if (r)
		return r;
	follow_after_commit(a, clock.offset_us + by_us);
	out_time(out, "real", a->real_us);
	out_time(out, "legal", a->real_us + clock.offset_us + by_us);
	json_object_set_new(out, "demo", json_true());
	out_int(out, "offset_s", (clock.offset_us + by_us) / CLOCK_SECOND_US);
	return act_event(a, "clock.advanced", "clock", "legal",
		json_pack("{s:I, s:s}", "seconds", (json_int_t)in_int(in, "seconds", 0), "reason",
			in_text(in, "reason")));
}

const struct act_kind clock_advance_act = {.name = "clock.advance", .fields = fields, .run = run};
