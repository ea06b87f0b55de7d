/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/upstream.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PUSH "01J00000000000000000000000"

/* Two bytes of HTTP status, then the answer as it came. Whatever a platform says, it has the
 * delivery only if it says so by its name, and what is kept of its words can be shown. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct upstream_answer a;

	if (size < 2)
		return 0;
	int status = data[0] << 8 | data[1];
	upstream_understand(status, PUSH, data + 2, size - 2, &a);
	g_assert(a.http_status == status);
	g_assert(a.outcome >= UPSTREAM_RECEIPT && a.outcome <= UPSTREAM_DOWN);
	g_assert(g_utf8_validate(a.text, -1, NULL));
	for (const char *p = a.text; *p; p++)
		g_assert((unsigned char)*p >= 0x20 && *p != 0x7f);
	if (a.outcome == UPSTREAM_RECEIPT)
		g_assert(status == 200 || status == 201);
	if (a.outcome == UPSTREAM_REFUSED)
		g_assert(status == 400 || status == 409 || status == 422);
	if (a.outcome <= UPSTREAM_REFUSED) {
		json_auto_t *said = json_loadb((const char *)data + 2, size - 2, 0, NULL);

		g_assert_cmpstr(json_string_value(json_object_get(said, "push_id")), ==, PUSH);
	}
	return 0;
}
