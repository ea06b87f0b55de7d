/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a sealed bid as bytes: bidder and holders open their key slots with it. */
#include "server/api/views.h"

int api_bid_header(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = NULL, *out = NULL;
	int result = api_input(call, kind, &in, &r);

	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	json_decref(in);
	if (result) {
		api_answer(call, result, out, &r);
		return 0;
	}
	call->response = response_bytes(200, "application/octet-stream", in_base64(out, "header"));
	json_decref(out);
	return 0;
}
