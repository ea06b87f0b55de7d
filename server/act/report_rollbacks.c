/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_rollbacks.h"

#include <errno.h>
#include <string.h>

#include "proto/hex.h"
#include "server/act/rollback_act.h"
#include "server/core/clock.h"
#include "server/eval/report_model.h"
#include "server/store/report_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"

static const char *outcome_of(const struct rollback_row *row)
{
	if (row->withdrawn)
		return "申请人撤回";
	return row->approved ? "同意" : "不同意";
}

int report_superseded(
	struct act *a, const char *session_id, uint8_t ret_sha256[static 32], bool *ret_has)
{
	REPORT_ROW_AUTO struct report_row *before = NULL;
	int64_t since_us = 0;
	int r = rollback_reopened(a, session_id, &since_us);

	*ret_has = since_us != 0;
	if (r || !since_us)
		return r;
	r = report_store_get_void(a->txn, session_id, since_us, &before);
	if (r)
		return r < 0 ? r : -EBADMSG;
	memcpy(ret_sha256, before->pdf_sha256, sizeof(before->pdf_sha256));
	return 0;
}

static int add_superseded(struct act *a, const struct eval_session *s, json_t *model)
{
	uint8_t sha256[32];
	bool has = false;
	int r = report_superseded(a, s->session_id, sha256, &has);

	if (r || !has)
		return r;
	g_autofree char *hex = hex_encode(sha256, sizeof(sha256));
	g_autofree char *text = g_strdup_printf(
		"经监督部门同意由原评标委员会重新评审，本报告更正并取代摘要（SHA-256）为%s的评审报告。", hex);
	report_add_text(model, REPORT_BASICS, text);
	return 0;
}

int report_add_rollbacks(struct act *a, const struct eval_session *s, json_t *model)
{
	static const struct report_column columns[] = {{"申请时间", REPORT_CENTER},
		{"申请人", REPORT_LEFT}, {"环节", REPORT_LEFT}, {"情形与原因", REPORT_LEFT},
		{"监督部门决定", REPORT_LEFT}};
	g_autoptr(GPtrArray) rows = NULL;
	int r = rollback_store_of_session(a->txn, s->session_id, &rows);

	if (r || !rows->len)
		return r;
	report_add_table(model, REPORT_BASICS, "环节回退", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < rows->len; i++) {
		const struct rollback_row *row = g_ptr_array_index(rows, i);
		g_autofree char *steps = g_strdup_printf(
			"%s→%s", flow_step_label(row->from), flow_step_label(row->to));
		g_autofree char *why =
			g_strdup_printf("%s：%s", rollback_reason_label(row->code), row->reason);
		g_autofree char *decided = g_strdup_printf("%s%s%s", outcome_of(row),
			row->note ? "：" : "", row->note ? row->note : "");
		char time[CLOCK_TEXT_SIZE];
		const char *cells[] = {clock_format_beijing_plain(row->asked_us, time),
			row->member_no ? "组长" : "主持人", steps, why, decided};

		report_add_row(model, REPORT_BASICS, cells, G_N_ELEMENTS(cells));
	}
	return add_superseded(a, s, model);
}
