/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of a notice: POST of its raw bytes under ?name=, GET of what was sent. */
#include "server/act/acts.h"
#include "server/api/views.h"

int api_notice_attach(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	int result = api_check_permission(call, kind, &r);

	if (!result)
		result = api_check_type(call, "application/octet-stream", &r);
	if (!result) {
		api_query_input(call, kind, in);
		out_text(in, "notice_id", http_request_param(call->request, "notice_id"));
		result = api_perform(call, kind, in, &out, &r);
	}
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}

/* Always as a download: it comes from people and is nothing to be shown inside the console. */
int api_notice_attachment(struct api_call *call)
{
	json_auto_t *out = api_act_out(call);

	if (!out)
		return 0;
	g_autofree char *name = g_uri_escape_string(in_text(out, "name"), NULL, FALSE);
	g_autofree char *disposition = g_strdup_printf("attachment; filename*=UTF-8''%s", name);
	call->response = response_bytes(200, "application/octet-stream", in_base64(out, "content"));
	response_header(call->response, "content-disposition", disposition);
	response_header(call->response, "cache-control", "no-store");
	return 0;
}
