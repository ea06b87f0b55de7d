/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lot's result as open data (server/eval/award_file.h), from which bidroom-verify award computes
 * it again; to everybody, once a notice told it (server/act/award_told.h).
 */
#include "server/api/views.h"

#include "server/act/award_told.h"
#include "server/store/project_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	LOT_AUTO struct lot *lot = NULL;
	struct told_award *told = NULL;
	int r = act_found(a, project_store_lot(a->txn, in_text(in, "lot_id"), &lot), "lot_id");

	if (!r)
		r = award_told(a->txn, lot, &told);
	if (!r && !told)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (told)
		json_object_update(out, told->award);
	told_award_free(told);
	return r;
}

const struct act_kind lot_award_view = {
	.name = "lot.award", .fields = fields, .run = run, .flags = ACT_READ};
