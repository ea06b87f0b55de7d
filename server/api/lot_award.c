/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lot's result as open data (server/eval/award_file.h), from which bidroom-verify award computes
 * it again. It is public from the moment on that a notice tells the result. While a session judges the
 * lot, again or for the first time, there is nothing to tell; and a notice of before tells another
 * result than the one that was found since (重新评审).
 */
#include "server/api/views.h"

#include "server/act/result_told.h"
#include "server/eval/award_file.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int is_told(struct act *a, const struct lot *lot, bool *ret)
{
	char session_id[ID_SIZE];
	int64_t told_us = 0;
	int r = session_store_of_lot(a->txn, lot->lot_id, session_id);

	*ret = false;
	if (r != STORE_E_NONE)
		return r;
	r = result_told(a, lot, true, &told_us);
	*ret = told_us != 0;
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	LOT_AUTO struct lot *lot = NULL;
	bool told = false;
	int r = act_found(a, project_store_lot(a->txn, in_text(in, "lot_id"), &lot), "lot_id");

	/* A lot that failed (废标) after it was ranked has no award. */
	if (!r && lot->result && lot->state != LOT_FAILED)
		r = is_told(a, lot, &told);
	if (!r && !told)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (r)
		return r;
	json_t *award =
		award_file(lot->result, lot->scheme, lot->has_ceiling ? &lot->ceiling : NULL);
	json_object_update(out, award);
	json_decref(award);
	return 0;
}

const struct act_kind lot_award_view = {
	.name = "lot.award", .fields = fields, .run = run, .flags = ACT_READ};
