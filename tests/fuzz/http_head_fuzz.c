/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "server/net/http_head.h"
#include "server/net/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is accepted points into the input, and path and query are judged as net judges them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of exact size, so that the address sanitizer sees a read too far. */
	g_autofree char *text = g_memdup2(data, size);
	struct http_request *request = g_new0(struct http_request, 1);
	g_autofree char *range = NULL;
	struct http_head head;
	uint64_t first = 0, length = 0;
	size_t used;

	if (http_head_parse(text ? text : "", size, &head, &used) == HTTP_HEAD_OK) {
		assert(used <= size && head.path.p >= text &&
			head.path.p + head.path.len <= text + used);
		if (!http_request_set_path(request, head.path.p, head.path.len))
			assert(request->path[0] == '/' && !strstr(request->path, "/../"));
		(void)http_request_set_query(request, head.query.p, head.query.len);
		if (head.headers[HTTP_RANGE].p)
			range = g_strndup(head.headers[HTTP_RANGE].p, head.headers[HTTP_RANGE].len);
		if (range_parse(range, NULL, NULL, 1000, &first, &length) == RANGE_PART)
			assert(length && first + length <= 1000);
	}
	http_request_free(request);
	return 0;
}
