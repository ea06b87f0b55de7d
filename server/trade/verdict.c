/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/verdict.h"

#include "server/core/clock.h"
#include "server/core/error.h"

GArray *verdicts_new(void)
{
	return g_array_new(FALSE, TRUE, sizeof(struct rule_verdict));
}

void verdicts_add(GArray *list, const struct rule_verdict *v)
{
	g_assert(v->refusal > 0 && v->code);
	g_array_append_vals(list, v, 1);
}

const struct rule_verdict *verdicts_first_refusal(const GArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const struct rule_verdict *v = &g_array_index(list, struct rule_verdict, i);

		if (v->kind == VERDICT_REFUSE)
			return v;
	}
	return NULL;
}

bool verdicts_has(const GArray *list, enum verdict_kind kind, int refusal)
{
	for (guint i = 0; i < list->len; i++) {
		const struct rule_verdict *v = &g_array_index(list, struct rule_verdict, i);

		if (v->kind == kind && v->refusal == refusal)
			return true;
	}
	return false;
}

int verdict_refuse(const struct rule_verdict *v, struct refusal *r)
{
	char earliest[CLOCK_TEXT_SIZE];

	if (!v->earliest_us && *v->detail)
		return refuse_rule(r, v->code, v->rule, v->field, "%s", v->detail);
	if (!v->earliest_us)
		return refuse_rule(r, v->code, v->rule, v->field, NULL);
	return refuse_rule(r, v->code, v->rule, v->field, "possible from %s",
		clock_format_beijing(v->earliest_us, earliest));
}

json_t *verdicts_to_json(const GArray *list)
{
	json_t *array = json_array();
	char earliest[CLOCK_TEXT_SIZE];

	for (guint i = 0; i < list->len; i++) {
		const struct rule_verdict *v = &g_array_index(list, struct rule_verdict, i);
		json_t *row = json_pack("{s:s, s:s, s:s*, s:s*}", "kind",
			v->kind == VERDICT_WARN ? "warn" : "refuse", "code", v->code, "rule",
			v->rule, "field", v->field);

		if (v->earliest_us)
			json_object_set_new(row, "earliest",
				json_string(clock_format_beijing(v->earliest_us, earliest)));
		if (*v->detail)
			json_object_set_new(row, "detail", json_string(v->detail));
		json_array_append_new(array, row);
	}
	return array;
}
