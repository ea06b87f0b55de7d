/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *value = NULL, *again = NULL;
	g_autoptr(GString) text = NULL;
	json_error_t where;
	int r = canon_load(data, len, 65536, &value, &where);

	if (r) {
		canon_refusal_code(r);
		return 0;
	}
	/* What is read can be written, and what is written is read back the same. */
	g_assert(canon_dump(value, &text) == 0);
	g_assert(canon_load_exact(text->str, text->len, SIZE_MAX, &again) == 0);
	g_assert(json_equal(value, again));
	return 0;
}
