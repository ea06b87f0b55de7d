/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_faults.h"

#include "server/eval/report_model.h"
#include "server/store/fault_store.h"
#include "server/store/session_store.h"

static const char *side_label(enum fault_side side)
{
	static const char *const labels[] = {[FAULT_PLATFORM] = "交易系统",
		[FAULT_MAIN_VENUE] = "主场",
		[FAULT_GUEST_VENUE] = "副场",
		[FAULT_NETWORK] = "网络"};

	return side >= FAULT_PLATFORM && side <= FAULT_NETWORK ? labels[side] : "";
}

/* Whose decision it was; where the fault was repaired in time nobody had to decide. */
static const char *decision_label(enum fault_decision d)
{
	switch (d) {
	case FAULT_WAIT:
		return "招标人（采购人）决定继续等待";
	case FAULT_POSTPONE:
		return "招标人（采购人）决定延期，另组评标委员会";
	case FAULT_NEW_COMMITTEE:
		return "另组评标委员会，重新评标";
	default:
		return "时限内恢复，继续评审";
	}
}

int report_add_faults(struct act *a, const struct eval_session *s, json_t *model)
{
	static const struct report_column columns[] = {{"发生时间", REPORT_CENTER},
		{"位置", REPORT_LEFT}, {"原因", REPORT_LEFT}, {"恢复时间", REPORT_CENTER},
		{"处置", REPORT_LEFT}};
	g_autoptr(GPtrArray) rows = NULL;
	int r = fault_store_of_session(a->txn, s->session_id, &rows);

	if (r || !rows->len)
		return r;
	report_add_table(model, REPORT_BASICS, "故障处置", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < rows->len; i++) {
		const struct fault_row *f = g_ptr_array_index(rows, i);
		char opened[CLOCK_TEXT_SIZE], repaired[CLOCK_TEXT_SIZE];
		g_autofree char *decided =
			g_strdup_printf("%s%s%s", decision_label(f->fault.decision),
				f->reason ? "：" : "", f->reason ? f->reason : "");
		const char *cells[] = {report_time(f->fault.opened_us, opened),
			side_label(f->fault.side), f->cause,
			report_time(f->fault.repaired_us, repaired), decided};

		report_add_row(model, REPORT_BASICS, cells, G_N_ELEMENTS(cells));
	}
	return 0;
}
