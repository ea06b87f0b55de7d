/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/closer.h"

#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/log.h"
#include "server/core/metrics.h"

/* What keeps a lot from being closed seldom ends within a second. */
#define AGAIN_US (5 * CLOCK_SECOND_US)

static const struct actor house = {.roles = ROLE_OPERATOR};

struct closer {
	const struct act_env *env;
	int64_t again_us; /* monotonic: when those that were kept from it are tried again */
};

struct closer *closer_new(const struct act_env *env)
{
	struct closer *c = g_new0(struct closer, 1);

	c->env = env;
	return c;
}

struct closer *closer_free(struct closer *c)
{
	g_free(c);
	return NULL;
}

static int close_one(const struct closer *c, const char *lot_id)
{
	json_t *in = json_pack("{s:s}", "lot_id", lot_id), *out = NULL;
	struct refusal refusal = {0};
	int r = act_perform(c->env, &house, &lot_due_act, in, NULL, &out, &refusal);

	if (r == REFUSED)
		metric_add(metric_counter("bidroom_closings_refused_total",
				   "Lots that could not be closed at their deadline, each try",
				   "code", refusal.code),
			1);
	/* On the record for the first time; then it is only tried again. */
	if (r == REFUSED && out)
		log_event(LOG_WARNING, "closer.delayed", log_str("lot", lot_id),
			log_str("code", refusal.code), log_str("detail", refusal.detail));
	json_decref(in);
	json_decref(out);
	return r < 0 ? r : 0;
}

int closer_step(void *closer)
{
	struct closer *c = closer;
	int64_t now_us = g_get_monotonic_time();
	bool again = now_us >= c->again_us;
	json_t *in = json_pack("{s:b}", "delayed", again), *out = NULL;
	struct refusal refusal = {0};
	size_t i;
	json_t *id;
	int r = act_perform(c->env, &house, &lot_due_view, in, NULL, &out, &refusal);

	if (again)
		c->again_us = now_us + AGAIN_US;
	/* One that fails keeps no other from being closed, nor makes them wait. */
	json_array_foreach (json_object_get(out, "items"), i, id) {
		int fault = close_one(c, json_string_value(id));

		if (fault)
			log_fault("closer", fault, json_string_value(id));
	}
	json_decref(in);
	json_decref(out);
	return r < 0 ? r : 0;
}
