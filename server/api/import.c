/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST of a table as text/csv. */
#include "server/api/views.h"

int api_import(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	int result = api_check_permission(call, kind, &r);

	if (!result)
		result = api_check_type(call, "text/csv", &r);
	if (!result)
		api_query_input(call, kind, in);
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}
