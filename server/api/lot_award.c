/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lot's result as open data (server/eval/award_file.h), from which bidroom-verify award computes
 * it again. It is public from the moment on that a notice tells the result.
 */
#include "server/api/views.h"

#include "server/eval/award_file.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"
#include "server/trade/notice_kind.h"

#define NOTICES_MAX 500

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

/* A notice may be about some lots of the project only. */
static bool speaks_of(const struct notice_row *n, int64_t lot_no)
{
	json_t *no;
	size_t i;

	if (!json_array_size(n->lot_nos))
		return true;
	json_array_foreach (n->lot_nos, i, no)
		if (json_integer_value(no) == lot_no)
			return true;
	return false;
}

static bool tells_result(const struct notice_row *n, const struct lot *lot)
{
	return n->state == NOTICE_PUBLISHED &&
	       (n->notice.kind == NOTICE_ZTB_CANDIDATES || n->notice.kind == NOTICE_ZTB_RESULT ||
		       n->notice.kind == NOTICE_GP_RESULT) &&
	       speaks_of(n, lot->no);
}

static int is_told(struct act *a, const struct lot *lot, bool *ret)
{
	g_autoptr(GPtrArray) notices = NULL;
	int r = notice_store_published_of(a->txn, lot->project_id, NOTICES_MAX, &notices);

	*ret = false;
	for (guint i = 0; !r && i < notices->len; i++)
		*ret |= tells_result(g_ptr_array_index(notices, i), lot);
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
