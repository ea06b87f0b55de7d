/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to wait until objections to the candidates are answered (T06) and their time is over. */
#include "server/act/objection_act.h"

#include "server/act/notice_facts.h"

int objection_require_answered(struct act *a, const struct project *p)
{
	g_autoptr(GPtrArray) list = NULL;
	int r;

	if (!objection_pauses(p->regime))
		return 0;
	r = objection_store_of_project(a->txn, p->project_id, &list);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct objection_row *o = g_ptr_array_index(list, i);
		if (!o->answered_us)
			r = refuse_rule(a->refusal, objection_refusal_code(OBJECTION_E_OPEN), "T06",
				NULL, "%s", o->objection_id);
	}
	return r;
}

static bool same_lots(const struct notice_row *x, const struct notice_row *y, unsigned n_lots)
{
	for (unsigned no = 1; no <= n_lots; no++)
		if (notice_means_lot(x->lot_nos, no) && notice_means_lot(y->lot_nos, no))
			return true;
	return false;
}

int objection_require_settled(
	struct act *a, const struct project *p, const struct notice_row *result)
{
	g_autoptr(GPtrArray) list = NULL;
	char end[CLOCK_TEXT_SIZE];
	int r;

	if (result->notice.kind != NOTICE_ZTB_RESULT)
		return 0;
	r = notice_store_published_of(a->txn, p->project_id, NOTICES_OF_PROJECT_MAX, &list);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct notice_row *n = g_ptr_array_index(list, i);
		if (n->notice.kind == NOTICE_ZTB_CANDIDATES && n->state == NOTICE_PUBLISHED &&
			n->notice.publicity_end_us > a->legal_us &&
			same_lots(n, result, (unsigned)p->n_lots))
			r = refuse_rule(a->refusal, objection_refusal_code(OBJECTION_E_PUBLICITY),
				"T10", NULL, "until %s",
				clock_format_beijing(n->notice.publicity_end_us, end));
	}
	return r ? r : objection_require_answered(a, p);
}
