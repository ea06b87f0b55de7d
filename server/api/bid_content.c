/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PATCH of a piece of a sealed bid: raw bytes, and where they belong in Upload-Offset. */
#include "server/api/views.h"

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

int api_bid_content(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	int result = api_check_permission(call, kind, &r);

	if (!result)
		result = api_check_type(call, "application/octet-stream", &r);

	out_text(in, "bid_id", http_request_param(call->request, "bid_id"));
	if (!result)
		result = read_offset(call, in, &r);
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}
