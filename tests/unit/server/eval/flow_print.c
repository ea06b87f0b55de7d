/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the flow, for tests that try each of its rows on a running server: for every act its
 * roles, and for every "step/hold" the refusal's code, or null where it is open. */
#include "server/eval/flow.h"

#include <stdio.h>

#include <jansson.h>

static json_t *answers_of(const struct flow_act *row)
{
	json_t *answers = json_object();

	for (int step = FLOW_CREATED; step <= FLOW_DISSOLVED; step++)
		for (int hold = FLOW_RUNNING; hold <= FLOW_ROLLING; hold++) {
			int r = flow_may(row->act, (enum flow_step)step, (enum flow_hold)hold);
			g_autofree char *state =
				g_strdup_printf("%s/%s", flow_step_name((enum flow_step)step),
					flow_hold_name((enum flow_hold)hold));

			json_object_set_new(answers, state,
				r ? json_string(flow_refusal_code(r)) : json_null());
		}
	return answers;
}

int main(void)
{
	json_t *out = json_object();
	size_t n;
	const struct flow_act *acts = flow_acts(&n);

	for (size_t i = 0; i < n; i++) {
		json_t *roles = json_array();

		for (int role = 0; role < N_FLOW_ROLES; role++)
			if (acts[i].roles & FLOW_ROLE(role))
				json_array_append_new(
					roles, json_string(flow_role_name((enum flow_role)role)));
		json_object_set_new(out, acts[i].act,
			json_pack("{s:o, s:o}", "roles", roles, "answers", answers_of(&acts[i])));
	}
	json_dumpf(out, stdout, JSON_COMPACT);
	json_decref(out);
	return 0;
}
