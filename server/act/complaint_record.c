/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A complaint (投诉) that the regulator received. One that came late, or without the objection that
 * must come first, is recorded as well and told so (T11, G06): it is declined, not lost. What was
 * typed in wrong is put right until the regulator accepts or declines it: the rules are asked
 * again.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/complaint_act.h"

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{"matter", FIELD_NAME, true, 1, 16},
	{"complainant", FIELD_TEXT, true, 1, 200},
	{"respondent", FIELD_TEXT, false, 1, 200},
	{"text", FIELD_TEXT, true, 1, COMPLAINT_TEXT_MAX},
	{"known_at", FIELD_TIME, true},
	{"objected_at", FIELD_TIME, false},
	{"answered_at", FIELD_TIME, false},
	{"received_at", FIELD_TIME, true},
	{NULL},
};

static int read_times(struct act *a, const json_t *in, struct complaint_times *t)
{
	struct rule_verdict verdict;

	t->matter = complaint_matter_from_name(in_text(in, "matter"));
	t->state = COMPLAINT_RECEIVED;
	t->known_us = in_time_us(in, "known_at", 0);
	t->objected_us = in_time_us(in, "objected_at", 0);
	t->answered_us = in_time_us(in, "answered_at", 0);
	t->received_us = in_time_us(in, "received_at", 0);
	if (!t->matter)
		return refuse(a->refusal, "input.invalid", "matter",
			"tender_file, opening, result or other");
	if (t->answered_us && !t->objected_us)
		return refuse(a->refusal, "input.missing", "objected_at",
			"an answer to what was not raised");
	return complaint_check_times(t, a->legal_us, &verdict)
		       ? verdict_refuse(&verdict, a->refusal)
		       : 0;
}

static void out_times(json_t *body, const struct complaint_row *c)
{
	out_text(body, "matter", complaint_matter_name(c->times.matter));
	out_time(body, "known_at", c->times.known_us);
	out_time(body, "objected_at", c->times.objected_us);
	out_time(body, "answered_at", c->times.answered_us);
	out_time(body, "received_at", c->times.received_us);
}

static int find(struct act *a, const struct complaint_row *c, json_t *body, json_t *out)
{
	g_autoptr(GArray) verdicts = verdicts_new();
	int r = complaint_verdicts(a, c, verdicts);

	if (r)
		return r;
	json_t *findings = verdicts_to_json(verdicts);
	json_object_set(body, "findings", findings);
	json_object_set_new(out, "findings", findings);
	return 0;
}

static int insert(struct act *a, const json_t *in, struct complaint_row *c, json_t *body)
{
	json_auto_t *told = json_pack("{s:s, s:s*, s:{}}", "complainant",
		in_text(in, "complainant"), "respondent", in_text(in, "respondent"), "said");
	int r;

	id_new(c->complaint_id);
	g_strlcpy(c->recorded_by, a->actor->account_id, sizeof(c->recorded_by));
	c->recorded_us = a->legal_us;
	r = complaint_say(a, c, told, "received", in_text(in, "text"), body);
	return r ? r : complaint_store_insert(a->txn, c);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	COMPLAINT_AUTO struct complaint_row *c = g_new0(struct complaint_row, 1);
	PROJECT_AUTO struct project *project = NULL;
	json_auto_t *body = NULL;
	const char *project_id = in_text(in, "project_id");
	int r = act_found(a, project_store_get(a->txn, project_id, &project), "project_id");

	if (!r)
		r = read_times(a, in, &c->times);
	if (r)
		return r;
	g_strlcpy(c->project_id, project_id, sizeof(c->project_id));
	c->times.regime = project->regime;
	c->rulebook_version = g_strdup(project->rulebook_version);
	body = json_pack("{s:s}", "project", c->project_id);
	out_times(body, c);
	r = find(a, c, body, out);
	if (!r)
		r = insert(a, in, c, body);
	out_text(out, "complaint_id", c->complaint_id);
	out_int(out, "version", 1);
	return r ? r
		 : act_event(a, "complaint.recorded", "complaint", c->complaint_id,
			   json_incref(body));
}

const struct act_kind complaint_record_act = {
	.name = "complaint.record", .fields = fields, .run = run, .flags = ACT_CREATES};

static const struct field correct_fields[] = {
	{"complaint_id", FIELD_ID, true},
	{"matter", FIELD_NAME, true, 1, 16},
	{"known_at", FIELD_TIME, true},
	{"objected_at", FIELD_TIME, false}, /* not given: there was none */
	{"answered_at", FIELD_TIME, false},
	{"received_at", FIELD_TIME, true},
	{"reason", FIELD_TEXT, true, 1, COMPLAINT_TEXT_MAX},
	{NULL},
};

/* The ledger keeps what was said before beside what is said now. */
static int correct(struct act *a, const json_t *in, struct complaint_row *c, json_t *out)
{
	json_auto_t *told = NULL, *body = NULL;
	json_t *was = json_object(), *now = json_object();
	int r;

	body = json_pack("{s:s, s:o, s:o}", "project", c->project_id, "was", was, "now", now);
	out_times(was, c);
	r = read_times(a, in, &c->times);
	if (r)
		return r;
	out_times(now, c);
	if (json_equal(was, now))
		return refuse(a->refusal, "input.invalid", NULL, "nothing of it is another");
	r = find(a, c, body, out);
	if (!r)
		r = complaint_open_told(a, c, &told);
	if (!r)
		r = complaint_say(a, c, told, "corrected", in_text(in, "reason"), body);
	if (!r)
		r = complaint_store_update(a->txn, c);
	out_int(out, "version", c->version + 1);
	return r ? r
		 : act_event(a, "complaint.corrected", "complaint", c->complaint_id,
			   json_incref(body));
}

static int run_correct(struct act *a, const json_t *in, json_t *out)
{
	COMPLAINT_AUTO struct complaint_row *c = NULL;
	enum complaint_state state;
	int r = act_found(
		a, complaint_store_lock(a->txn, in_text(in, "complaint_id"), &c), "complaint_id");

	if (!r)
		r = act_require_version(a, c->version);
	if (!r && complaint_step(c->times.state, COMPLAINT_STEP_CORRECT, &state))
		r = refuse(a->refusal, complaint_refusal_code(COMPLAINT_E_STATE), NULL, "%s",
			complaint_state_name(c->times.state));
	return r ? r : correct(a, in, c, out);
}

const struct act_kind complaint_correct_act = {
	.name = "complaint.correct", .fields = correct_fields, .run = run_correct};
