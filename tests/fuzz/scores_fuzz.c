/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>

#include "proto/canon.h"
#include "server/eval/criteria.h"
#include "server/eval/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const json_t *scheme, const json_t *scores)
{
	static const char *const bids[] = {"a", "b"};
	struct score_sheet_head head = {"s", "l", 1};
	struct score_place place;
	struct criteria *c = NULL;
	GString *text = NULL;

	if (criteria_read(scheme, &c, NULL))
		return;
	if (score_check(c, bids, 2, scores, true, &place) == 0) {
		g_assert(score_canonical(c, &head, scores, &text) == 0);
		g_string_free(text, TRUE);
	}
	criteria_free(c);
}

/* {"scheme": …, "scores": …}: what an agency writes and what a member enters. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *in = NULL;

	if (canon_load(data, size, 1 << 20, &in, NULL))
		return 0;
	check(json_object_get(in, "scheme"), json_object_get(in, "scores"));
	json_decref(in);
	return 0;
}
