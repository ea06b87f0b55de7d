/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_stage.h"

bool notice_kind_ends_with(const struct notice_row *n, const char *end)
{
	return g_str_has_suffix(notice_kind_name(n->notice.kind), end);
}

enum notice_stage notice_stage_of(const struct notice_row *n)
{
	static const struct {
		const char *end;
		enum notice_stage stage;
	} stages[] = {
		{"_prequalification", STAGE_TENDER},
		{"_tender", STAGE_TENDER},
		{"_negotiation", STAGE_TENDER},
		{"_consultation", STAGE_TENDER},
		{"_inquiry", STAGE_TENDER},
		{"_listing", STAGE_TENDER},
		{"_candidates", STAGE_CANDIDATES},
		{"_result", STAGE_AWARD},
		{"_contract", STAGE_CONTRACT},
		{"_termination", STAGE_END},
		{"_failure", STAGE_END},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++)
		if (notice_kind_ends_with(n, stages[i].end))
			return stages[i].stage;
	return STAGE_CHANGE;
}
