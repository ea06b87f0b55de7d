/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_award.h"

#include <stdio.h>

#include "proto/canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings findings = {.out = fopen("/dev/null", "w")};
	json_t *award = NULL;

	if (canon_load((const char *)data, size, 1 << 18, &award, NULL) == 0)
		verify_award_json(award, "award", &findings);
	json_decref(award);
	fclose(findings.out);
	return 0;
}
