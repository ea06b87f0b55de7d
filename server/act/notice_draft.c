/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/notice_draft.h"

#include <errno.h>
#include <string.h>

#include "server/act/notice_facts.h"
#include "server/act/notice_media.h"
#include "server/act/notice_publish.h"
#include "server/act/project_party.h"
#include "server/act/second_person.h"
#include "server/auth/permission.h"

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

/* Which lots there are is asked when the notice is checked. */
static int read_lot_nos(struct act *a, const json_t *in, struct notice_row *row)
{
	json_t *nos = json_object_get(in, "lot_nos");
	json_t *no;
	size_t i;

	json_array_foreach (nos, i, no) {
		if (!json_is_integer(no) || json_integer_value(no) < 1 ||
			json_integer_value(no) > PROJECT_LOTS_MAX)
			return refuse(a->refusal, "input.invalid", "lot_nos", "numbers of lots");
	}
	json_decref(row->lot_nos);
	row->lot_nos = nos ? json_incref(nos) : json_array();
	row->notice.lot_nos = row->lot_nos;
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
	n->affects_bids = in_bool(in, "affects_bids", false);
	g_strlcpy(row->follows, in_has(in, "follows") ? in_text(in, "follows") : "",
		sizeof(row->follows));
	int r = read_lot_nos(a, in, row);
	if (!r)
		r = notice_media_read(a, in, row);
	return r ? r : read_fields(a, in, row);
}

static bool is_writing(enum notice_step step)
{
	return step == NOTICE_STEP_EDIT || step == NOTICE_STEP_SUBMIT;
}

int notice_draft_step(
	struct act *a, const struct notice_row *row, enum notice_step step, enum notice_state *ret)
{
	bool author = false;
	int r = act_is_author(a, row->author, &author);

	/* Who had a hand in it is no second person for it, even when he may write no more. */
	if (!r && !author && !is_writing(step))
		r = act_had_a_hand(a, "notice", row->notice_id, &author);
	if (r)
		return r;
	r = notice_step(row->state, step, author, ret);
	if (r > 0)
		return refuse(a->refusal, notice_refusal_code(r), NULL, "it is %s now",
			notice_state_name(row->state));
	return r || is_writing(step) ? r : project_require_party(a, row->project_id);
}

int notice_is_open_to(struct act *a, const struct notice_row *row, bool *ret)
{
	PROJECT_AUTO struct project *project = NULL;
	int r;

	*ret = act_has_role(a, ROLE_STAFF | ROLE_SUPERVISOR);
	if (*ret)
		return 0;
	r = act_is_author(a, row->author, ret);
	if (r || *ret)
		return r;
	r = project_store_get(a->txn, row->project_id, &project);
	if (!r)
		r = project_is_party(a, project, ret);
	return r <= 0 ? r : -EBADMSG;
}

int notice_require_readable(struct act *a, const struct notice_row *row)
{
	bool open = row->publish_seq != 0;
	int r = open ? 0 : notice_is_open_to(a, row, &open);

	return r || open ? r : act_denied(a, "this is a draft of another project");
}

int notice_draft_lock(struct act *a, const char *notice_id, struct notice_row **ret)
{
	return act_found(a, notice_store_lock(a->txn, notice_id, ret), "notice_id");
}

int notice_draft_lock_both(struct act *a, const char *notice_id, struct notice_row **ret)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	PROJECT_AUTO struct project *project = NULL;
	int r = act_found(a, notice_store_get(a->txn, notice_id, &row), "notice_id");

	if (!r)
		r = act_found(
			a, project_store_lock(a->txn, row->project_id, &project), "project_id");
	return r ? r : notice_draft_lock(a, notice_id, ret);
}

int notice_draft_take(struct act *a, const json_t *in, enum notice_step step,
	struct notice_row **ret_row, enum notice_state *ret_state)
{
	const char *notice_id = in_text(in, "notice_id");
	int r = step == NOTICE_STEP_PUBLISH ? notice_draft_lock_both(a, notice_id, ret_row)
					    : notice_draft_lock(a, notice_id, ret_row);

	return r ? r : notice_draft_step(a, *ret_row, step, ret_state);
}

int notice_draft_check_at(struct act *a, const struct notice_row *row, int64_t at_us)
{
	NOTICE_FACTS_AUTO struct notice_facts facts = {0};
	g_autoptr(GArray) verdicts = verdicts_new();
	int r = notice_facts_read(a, row, &facts);

	if (r)
		return r;
	facts.c.now_us = at_us;
	notice_check(&row->notice, &facts.c, verdicts);
	r = notice_publish_check(a, row, facts.c.withheld, verdicts);
	if (r)
		return r;
	notice_facts_override(&facts, verdicts);
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);
	return first ? verdict_refuse(first, a->refusal) : 0;
}

int notice_draft_check(struct act *a, const struct notice_row *row)
{
	return notice_draft_check_at(a, row, a->legal_us);
}
