/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_withheld.h"
#include "server/store/withheld_store.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"field", FIELD_NAME, true, 1, 32},
	{NULL},
};

static json_t *find(json_t *list, const char *field)
{
	size_t i;
	json_t *row;

	json_array_foreach (list, i, row)
		if (strcmp(in_text(row, "field"), field) == 0)
			return row;
	return NULL;
}

/* The event carries salt and value: whoever kept the digest can check that it is the same text. */
static int disclose(struct act *a, const struct notice_row *row, json_t *held, json_t *out)
{
	const char *field = in_text(held, "field");
	int r = withheld_store_disclose(a->txn, row->notice_id, field, a->legal_us);

	if (!r)
		r = notice_store_touch_page(a->txn, row->notice_id);
	if (r)
		return r;
	out_int(out, "version", row->version);
	return act_event(a, "notice.disclosed", "notice", row->notice_id,
		json_pack("{s:s, s:O, s:O, s:O}", "field", field, "salt",
			json_object_get(held, "salt"), "digest", json_object_get(held, "digest"),
			"text", json_object_get(held, "text")));
}

/* Makes public what was held back, at the earliest on the day that was said. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	json_t *list = NULL;
	int r = act_found(
		a, notice_store_lock(a->txn, in_text(in, "notice_id"), &row), "notice_id");

	if (!r && !row->publish_seq)
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_STATE), NULL,
			"it is not published");
	if (!r)
		r = notice_withheld_json(a->env, a->txn, row->notice_id, WITHHELD_ALL, &list);
	if (r)
		return r;
	json_t *held = find(list, in_text(in, "field"));
	if (!held || json_object_get(held, "disclosed_at"))
		r = refuse(a->refusal, "input.not_found", "field", "nothing is held back there");
	else if (in_time_us(held, "until", 0) > a->legal_us)
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_TIME), "field",
			"it is held back until %s", in_text(held, "until"));
	else
		r = disclose(a, row, held, out);
	json_decref(list);
	return r;
}

const struct act_kind notice_disclose_act = {
	.name = "notice.disclose", .fields = fields, .run = run};
