/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stamp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t message[STAMP_LEN];
	struct stamp s;
	int r = stamp_decode(data, len, &s);

	if (r) {
		stamp_refusal_code(r);
		return 0;
	}
	stamp_encode(&s, message);
	g_assert(memcmp(message, data, sizeof(message)) == 0);
	return 0;
}
