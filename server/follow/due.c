/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/due.h"

#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/log.h"

static const struct actor house = {.roles = ROLE_OPERATOR};

static int publish_one(const struct act_env *env, const char *notice_id)
{
	json_t *in = json_pack("{s:s}", "notice_id", notice_id), *out = NULL;
	struct refusal refusal = {0};
	int r = act_perform(env, &house, &notice_due_act, in, NULL, &out, &refusal);

	/* The refusal is on the record of the notice, or another process has done it. */
	if (r == REFUSED)
		log_event(LOG_NOTICE, "due.refused", log_str("notice", notice_id),
			log_str("code", refusal.code));
	json_decref(in);
	json_decref(out);
	return r < 0 ? r : 0;
}

static int lapse(const struct due *d)
{
	json_t *in = json_pack("{s:I}", "days", (json_int_t)d->registration_days), *out = NULL;
	struct refusal refusal = {0};
	int r = act_perform(d->env, &house, &registration_lapse_act, in, NULL, &out, &refusal);

	json_decref(in);
	json_decref(out);
	return MIN(r, 0);
}

int due_step(void *due)
{
	const struct due *d = due;
	json_t *in = json_object(), *out = NULL;
	struct refusal refusal = {0};
	size_t i;
	json_t *id;
	int r = act_perform(d->env, &house, &notice_due_view, in, NULL, &out, &refusal);

	json_decref(in);
	json_array_foreach (json_object_get(out, "items"), i, id) {
		if (r)
			break;
		r = publish_one(d->env, json_string_value(id));
	}
	json_decref(out);
	return r < 0 ? r : lapse(d);
}
