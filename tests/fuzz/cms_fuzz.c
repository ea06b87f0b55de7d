/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>

#include "server/sign/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* With nobody trusted nothing verifies. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) der = g_bytes_new(data, size);
	g_autoptr(GBytes) nobody = g_bytes_new("", 0);

	g_assert(cms_verify(der, "hello", 5, nobody, INT64_C(1795000000000000)) > 0);
	return 0;
}
