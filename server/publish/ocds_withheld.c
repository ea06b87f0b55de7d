/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is held back, and the releases that come later than the notice they belong to. */
#include "server/core/fields.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/ocds_parts.h"

static json_t *item(const struct notice_row *n, const json_t *row)
{
	const char *name = in_text(row, "field");
	const struct notice_field *field = notice_field_find(n->notice.kind, name);
	g_autofree char *id = g_strdup_printf("%s-%s", n->notice_id, name);
	json_t *out = json_pack("{s:s, s:s}", "id", id, "field", name);

	ocds_put_text(out, "name", field ? field->label : NULL);
	ocds_put_time(out, "availabilityDate", in_time_us(row, "until", 0));
	ocds_put_text(out, "rationale", in_text(row, "reason"));
	return out;
}

void ocds_put_withheld(json_t *release, const struct notice_row *n)
{
	json_t *list = json_object_get(release, "withheldInformation"), *row;
	size_t i;

	json_array_foreach (n->withheld, i, row) {
		if (in_has(row, "disclosed_at"))
			continue;
		if (!list) {
			list = json_array();
			json_object_set_new(release, "withheldInformation", list);
		}
		json_array_append_new(list, item(n, row));
	}
}

char *ocds_disclosure_id(const struct notice_row *n, const json_t *row)
{
	return g_strdup_printf("%s-disclosed-%s", n->notice_id, in_text(row, "field"));
}

const char *ocds_disclosure_tag(const struct ocds_process *p, const struct notice_row *n)
{
	static const char *const tags[] = {
		[STAGE_TENDER] = "tenderUpdate",
		[STAGE_CHANGE] = "tenderUpdate",
		[STAGE_CANDIDATES] = "awardUpdate",
		[STAGE_AWARD] = "awardUpdate",
		[STAGE_CONTRACT] = "contractUpdate",
		[STAGE_END] = "tenderUpdate",
	};

	if (told_award_first(p->awards, n))
		return "awardUpdate";
	return tags[notice_stage_of(n)];
}
