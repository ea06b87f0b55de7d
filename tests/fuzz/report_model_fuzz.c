/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "server/eval/report_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What may be printed has a digest and a time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *model = NULL;
	uint8_t digest[32];

	if (canon_load(data, len, 1 << 20, &model, NULL) != 0 || report_model_check(model) != 0)
		return 0;
	g_assert(report_model_digest(model, digest) == 0);
	report_model_made_us(model);
	return 0;
}
