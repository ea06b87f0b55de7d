/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of a sealed bid as bytes: bidder and holders open their key slots with it. */
#include "server/api/views.h"

int api_bid_header(struct api_call *call)
{
	json_auto_t *out = api_act_out(call);

	if (!out)
		return 0;
	call->response = response_bytes(200, "application/octet-stream", in_base64(out, "header"));
	return 0;
}
