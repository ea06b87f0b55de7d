/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_questions.h"

#include "server/eval/question.h"
#include "server/eval/report_model.h"
#include "server/store/bid_store.h"
#include "server/store/question_store.h"
#include "server/store/session_store.h"

static const char *bidder_of(struct act *a, const struct question_row *q, struct bid_row **ret)
{
	return bid_store_get(a->txn, q->bid_id, ret) == 0 && (*ret)->bidder_name
		       ? (*ret)->bidder_name
		       : "—";
}

static const char *outcome_of_question(const struct question_row *q)
{
	if (q->reviewed_us && !q->passed)
		return "监督退回，未发出";
	if (q->low_price && !q->outcome[0])
		return "见异常低价审查";
	return question_outcome_label(question_outcome_from_name(q->outcome));
}

static void add_question(struct act *a, const struct question_row *q, json_t *model)
{
	BID_AUTO struct bid_row *bid = NULL;
	const char *outcome = outcome_of_question(q);
	g_autofree char *settled = q->outcome_note
					   ? g_strdup_printf("%s：%s", outcome, q->outcome_note)
					   : g_strdup(outcome);
	const char *cells[] = {
		bidder_of(a, q, &bid), q->text, q->answer ? q->answer : "—", settled};

	report_add_row(model, REPORT_CLARIFICATIONS, cells, G_N_ELEMENTS(cells));
}

int report_add_questions(struct act *a, const struct eval_session *s, json_t *model)
{
	static const struct report_column columns[] = {{"投标人", REPORT_LEFT},
		{"澄清要求", REPORT_LEFT}, {"答复", REPORT_LEFT}, {"认定", REPORT_LEFT}};
	g_autoptr(GPtrArray) questions = NULL;
	int r = question_store_of_session(a->txn, s->session_id, &questions);

	if (r || !questions->len)
		return r;
	report_add_table(
		model, REPORT_CLARIFICATIONS, "澄清、说明、补正", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < questions->len; i++)
		add_question(a, g_ptr_array_index(questions, i), model);
	return 0;
}
