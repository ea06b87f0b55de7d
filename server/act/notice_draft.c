/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/notice_draft.h"

#include <errno.h>
#include <string.h>

#include "server/store/project_store.h"

static int read_fields(struct act *a, const json_t *in, struct notice_row *row)
{
	json_t *fields = json_object_get(in, "fields");
	const char *name;
	json_t *value;

	json_object_foreach (fields, name, value) {
		if (!json_is_string(value) || json_string_length(value) > 4 * NOTICE_TEXT_MAX)
			return refuse(a->refusal, "input.invalid", name, "%s must be a text", name);
	}
	json_decref(row->fields);
	row->fields = fields ? json_incref(fields) : json_object();
	row->notice.fields = row->fields;
	return 0;
}

int notice_draft_read(struct act *a, const json_t *in, struct notice_row *row)
{
	struct notice *n = &row->notice;

	g_free(row->title);
	g_free(row->body_md);
	n->title = row->title = g_strdup(in_text(in, "title"));
	n->body_md = row->body_md = g_strdup(in_text(in, "body_md"));
	n->offer_start_us = in_time_us(in, "offer_start", 0);
	n->offer_end_us = in_time_us(in, "offer_end", 0);
	n->bid_deadline_us = in_time_us(in, "deadline", 0);
	n->opening_us = n->bid_deadline_us;
	n->publicity_start_us = in_time_us(in, "publicity_start", 0);
	n->publicity_end_us = in_time_us(in, "publicity_end", 0);
	return read_fields(a, in, row);
}

int notice_draft_step(
	struct act *a, const struct notice_row *row, enum notice_step step, enum notice_state *ret)
{
	bool is_author = strcmp(row->author, a->actor->account_id) == 0;
	int r = notice_step(row->state, step, is_author, ret);

	return r > 0 ? refuse(a->refusal, notice_refusal_code(r), NULL, "it is %s now",
			       notice_state_name(row->state))
		     : r;
}

int notice_draft_check(struct act *a, const struct notice_row *row)
{
	PROJECT_AUTO struct project *project = NULL;
	g_autoptr(GArray) verdicts = verdicts_new();
	int r = project_store_get(a->txn, row->project_id, &project);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	if (!book)
		return -EBADMSG;
	if (project->regime != notice_kind_regime(row->notice.kind))
		return refuse(a->refusal, notice_refusal_code(NOTICE_E_KIND), "kind",
			"this kind of notice belongs to the other regime");
	notice_check(&row->notice, book, a->env->calendar, a->legal_us, verdicts);
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);
	return first ? verdict_refuse(first, a->refusal) : 0;
}
