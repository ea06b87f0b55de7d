/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objections to published candidates and challenges of a published result: raised here by a bidder
 * of the project or recorded as they came in writing, and answered by those of the project, late as
 * well as in time: which, is on the record.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "proto/canon.h"
#include "server/act/objection_act.h"
#include "server/act/personal_reason.h"
#include "server/act/bid_case.h"
#include "server/act/project_party.h"
#include "server/sign/field_cipher.h"

#define PURPOSE "objection"
#define TEXT_MAX 4000

int objection_open_told(const struct act *a, const struct objection_row *o, json_t **ret)
{
	g_autoptr(GBytes) plain = NULL;
	gsize len;
	int r = field_cipher_open(a->env->cipher, PURPOSE, o->objection_id, o->told, &plain);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const char *text = g_bytes_get_data(plain, &len);
	*ret = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	return *ret ? 0 : -EBADMSG;
}

/* Adds a text under `name`, wraps all into the row, and puts the digest into the event's body. */
static int say(struct act *a, struct objection_row *o, json_t *told, const char *name,
	const char *text, json_t *body)
{
	g_autoptr(GString) whole = NULL;
	struct personal_reason reason;
	json_t *one = json_pack("{s:s}", "text", text);
	int r;

	personal_reason_take(&reason, text, body);
	out_hex(one, "salt", reason.salt, sizeof(reason.salt));
	json_object_set_new(told, name, one);
	r = canon_dump(told, &whole);
	if (r)
		return r < 0 ? r : -EINVAL;
	g_clear_pointer(&o->told, g_bytes_unref);
	r = field_cipher_seal(
		a->env->cipher, PURPOSE, o->objection_id, whole->str, whole->len, &o->told);
	return r <= 0 ? r : -EIO;
}

static int refuse_as(struct act *a, int refusal, const char *field, const char *detail)
{
	return refuse(a->refusal, objection_refusal_code(refusal), field, "%s", detail);
}

/* The notice that is objected to, in force, with its project's row written. */
static int load(struct act *a, const char *notice_id, struct notice_row **ret_notice,
	struct project **ret_project)
{
	NOTICE_AUTO struct notice_row *before = NULL;
	int r = act_found(a, notice_store_get(a->txn, notice_id, &before), "notice_id");

	if (!r)
		r = act_found(a, project_store_lock(a->txn, before->project_id, ret_project),
			"project_id");
	if (!r)
		r = act_found(a, notice_store_get(a->txn, notice_id, ret_notice), "notice_id");
	if (!r && (*ret_notice)->state != NOTICE_PUBLISHED)
		r = before->published_us
			    ? refuse_as(a, OBJECTION_E_NOTICE, "notice_id", "it is withdrawn")
			    : act_found(a, STORE_E_NONE, "notice_id");
	return r;
}

static int check_time(
	struct act *a, const struct notice_row *n, const struct project *p, int64_t received_us)
{
	const struct rulebook *book = rulebook_by_version(p->rulebook_version);
	struct rule_verdict verdict;

	if (!book)
		return -EBADMSG;
	return objection_may_raise(book, a->env->calendar, &n->notice, n->published_us, received_us,
		       a->legal_us, &verdict)
		       ? verdict_refuse(&verdict, a->refusal)
		       : 0;
}

static json_t *body_of(const struct act *a, const struct objection_row *o)
{
	const char *rule;
	int64_t due_us = objection_answer_due(rulebook_by_version(o->rulebook_version),
		a->env->calendar, o->regime, o->received_us, &rule);
	json_t *body = json_pack("{s:s, s:s, s:s, s:s*}", "objection", o->objection_id, "project",
		o->project_id, "notice", o->notice_id, "rule", rule);

	out_time(body, "received_at", o->received_us);
	out_time(body, "due", due_us);
	return body;
}

static int receive(struct act *a, const struct notice_row *n, const struct project *p,
	struct objection_row *o, const char *objector, const char *text, json_t *out)
{
	json_auto_t *told = json_pack("{s:s}", "objector", objector);
	int r = check_time(a, n, p, o->received_us);

	if (r)
		return r;
	id_new(o->objection_id);
	g_strlcpy(o->project_id, p->project_id, sizeof(o->project_id));
	g_strlcpy(o->notice_id, n->notice_id, sizeof(o->notice_id));
	g_strlcpy(o->recorded_by, a->actor->account_id, sizeof(o->recorded_by));
	o->recorded_us = a->legal_us;
	o->regime = p->regime;
	o->rulebook_version = g_strdup(p->rulebook_version);
	json_t *body = body_of(a, o);
	if (objection_pauses(o->regime))
		json_object_set_new(body, "pauses", json_true());
	json_object_set(out, "due", json_object_get(body, "due"));
	out_text(out, "objection_id", o->objection_id);
	r = say(a, o, told, "said", text, body);
	if (!r)
		r = store_fault(objection_store_insert(a->txn, o));
	if (!r)
		return act_event(a, "objection.received", "objection", o->objection_id, body);
	json_decref(body);
	return r;
}

static const struct field raise_fields[] = {
	{"notice_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, TEXT_MAX},
	{NULL},
};

static int check_bidder(struct act *a, const struct project *p)
{
	g_autoptr(GPtrArray) list = NULL;
	bool has_bid = false;
	unsigned n = 0;
	int r = objection_store_has_bid(a->txn, p->project_id, a->actor->account_id, &has_bid);

	if (!r && !has_bid)
		r = refuse_as(a, OBJECTION_E_NOT_BIDDER, NULL,
			"others with an interest send theirs to the agency, who records it");
	if (!r)
		r = objection_store_of_project(a->txn, p->project_id, &list);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct objection_row *o = g_ptr_array_index(list, i);
		n += g_str_equal(o->account_id, a->actor->account_id);
	}
	return r || n < OBJECTIONS_MAX
		       ? r
		       : refuse(a->refusal, objection_refusal_code(OBJECTION_E_TOO_MANY), NULL,
				 "at most %d", OBJECTIONS_MAX);
}

static int run_raise(struct act *a, const json_t *in, json_t *out)
{
	OBJECTION_AUTO struct objection_row *o = g_new0(struct objection_row, 1);
	NOTICE_AUTO struct notice_row *n = NULL;
	PROJECT_AUTO struct project *p = NULL;
	ACCOUNT_AUTO struct account *who = NULL;
	int r = load(a, in_text(in, "notice_id"), &n, &p);

	if (!r)
		r = check_bidder(a, p);
	if (!r)
		r = store_fault(account_store_get(a->txn, a->actor->account_id, &who));
	if (r)
		return r;
	g_strlcpy(o->account_id, a->actor->account_id, sizeof(o->account_id));
	o->received_us = a->legal_us;
	return receive(
		a, n, p, o, who->org_name ? who->org_name : who->name, in_text(in, "text"), out);
}

const struct act_kind objection_raise_act = {
	.name = "objection.raise", .fields = raise_fields, .run = run_raise, .flags = ACT_CREATES};

static const struct field record_fields[] = {
	{"notice_id", FIELD_ID, true},
	{"objector", FIELD_TEXT, true, 1, 200},
	{"text", FIELD_TEXT, true, 1, TEXT_MAX},
	{"received_at", FIELD_TIME, true},
	{NULL},
};

static int run_record(struct act *a, const json_t *in, json_t *out)
{
	OBJECTION_AUTO struct objection_row *o = g_new0(struct objection_row, 1);
	NOTICE_AUTO struct notice_row *n = NULL;
	PROJECT_AUTO struct project *p = NULL;
	int r = load(a, in_text(in, "notice_id"), &n, &p);

	if (!r)
		r = project_require_party(a, p->project_id);
	o->received_us = in_time_us(in, "received_at", 0);
	return r ? r : receive(a, n, p, o, in_text(in, "objector"), in_text(in, "text"), out);
}

const struct act_kind objection_record_act = {.name = "objection.record",
	.fields = record_fields,
	.run = run_record,
	.flags = ACT_CREATES};

static const struct field answer_fields[] = {
	{"objection_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, TEXT_MAX},
	{"outcome", FIELD_NAME, true, 1, 16},
	{NULL},
};

/* The objection, unanswered; the project is locked before the row is believed. */
static int load_open(struct act *a, const char *objection_id, struct objection_row **ret)
{
	OBJECTION_AUTO struct objection_row *before = NULL;
	PROJECT_AUTO struct project *p = NULL;
	int r = act_found(a, objection_store_get(a->txn, objection_id, &before), "objection_id");

	if (!r)
		r = project_require_party(a, before->project_id);
	if (!r)
		r = act_found(a, project_store_lock(a->txn, before->project_id, &p), "project_id");
	if (!r)
		r = store_fault(objection_store_get(a->txn, objection_id, ret));
	return r || !(*ret)->answered_us ? r : refuse_as(a, OBJECTION_E_ANSWERED, NULL, "");
}

static int run_answer(struct act *a, const json_t *in, json_t *out)
{
	OBJECTION_AUTO struct objection_row *o = NULL;
	json_auto_t *told = NULL;
	enum objection_outcome outcome = objection_outcome_from_name(in_text(in, "outcome"));
	int r = outcome ? load_open(a, in_text(in, "objection_id"), &o)
			: refuse(a->refusal, "input.invalid", "outcome",
				  "upheld, dismissed or withdrawn");

	if (!r)
		r = objection_open_told(a, o, &told);
	if (r)
		return r;
	o->outcome = outcome;
	o->answered_us = a->legal_us;
	json_t *body = body_of(a, o);
	int64_t due_us = in_time_us(body, "due", 0);
	out_text(body, "outcome", objection_outcome_name(outcome));
	if (due_us)
		json_object_set_new(body, "late", json_boolean(a->legal_us >= due_us));
	r = say(a, o, told, "answer", in_text(in, "text"), body);
	if (!r)
		r = store_fault(objection_store_answer(a->txn, o));
	out_text(out, "objection_id", o->objection_id);
	if (!r)
		return act_event(a, "objection.answered", "objection", o->objection_id, body);
	json_decref(body);
	return r;
}

const struct act_kind objection_answer_act = {
	.name = "objection.answer", .fields = answer_fields, .run = run_answer};
