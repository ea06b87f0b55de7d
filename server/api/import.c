/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST of a table as text/csv. */
#include "server/api/views.h"

#include <string.h>

#include "server/auth/permission.h"

static int check_type(struct api_call *call, struct refusal *r)
{
	const char *type = http_request_header(call->request, HTTP_CONTENT_TYPE);

	return type && g_str_has_prefix(type, "text/csv") && strchr("; ", type[8])
		       ? 0
		       : refuse(r, "http.unsupported_type", NULL, "send text/csv in UTF-8");
}

int api_import(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	/* Who may not do it is told that, and nothing about how. */
	int result =
		permission_check(kind->name, call->actor.account_id[0] != 0, call->actor.roles, &r);

	if (!result)
		result = check_type(call, &r);
	if (!result)
		api_query_input(call, kind, in);
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}
