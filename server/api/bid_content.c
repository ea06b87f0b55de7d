/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PATCH of a piece of a sealed bid: raw bytes, and where they belong in Upload-Offset. */
#include "server/api/views.h"

#include "server/auth/permission.h"

static int read_offset(struct api_call *call, json_t *in, struct refusal *r)
{
	const char *text = http_request_header(call->request, HTTP_UPLOAD_OFFSET);
	guint64 offset;

	if (!text)
		return refuse(r, "input.missing", "upload-offset", "say where the piece belongs");
	if (!g_ascii_string_to_unsigned(text, 10, 0, INT64_MAX, &offset, NULL))
		return refuse(r, "input.invalid", "upload-offset", "a number of bytes");
	out_int(in, "offset", (int64_t)offset);
	return 0;
}

static int check_type(struct api_call *call, struct refusal *r)
{
	const char *type = http_request_header(call->request, HTTP_CONTENT_TYPE);

	return g_strcmp0(type, "application/octet-stream") == 0
		       ? 0
		       : refuse(r, "http.unsupported_type", NULL, "send application/octet-stream");
}

int api_bid_content(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	/* Who may not do it is told that, and nothing about how. */
	int result =
		permission_check(kind->name, call->actor.account_id[0] != 0, call->actor.roles, &r);

	if (!result)
		result = check_type(call, &r);

	out_text(in, "bid_id", http_request_param(call->request, "bid_id"));
	if (!result)
		result = read_offset(call, in, &r);
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}
