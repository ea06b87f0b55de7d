/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Destroying the key of a project's opened bids (销毁项目密钥) by two persons: one proposes it,
 * another agrees or declines. It is the last thing that goes: first every lot was judged or ended,
 * and every recording of the project was removed, each when its time was over and nothing held it.
 * Afterwards the centre can open none of the bids; prices and names, which were read out, stay
 * where they were published.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/archive_act.h"
#include "server/act/bid_case.h"
#include "server/act/complaint_act.h"
#include "server/act/project_key.h"
#include "server/store/notice_store.h"
#include "server/store/project_key_store.h"
#include "server/store/session_store.h"
#include "server/trade/notice_kind.h"
#include "server/trade/retention.h"

static int refuse_kept(struct act *a, const char *why, const char *of)
{
	return refuse(a->refusal, "project.key_kept", NULL, "%s %s", why, of);
}

int project_key_refuse_destroyed(struct act *a)
{
	return refuse(a->refusal, "project.key_destroyed", NULL, NULL);
}

/* What no session judged was put into no class: the longest usual time from the last closing. */
static int check_time(struct act *a, int64_t last_us)
{
	int64_t ends_us = retention_ends_us(retention_class_find(RETENTION_DEFAULT), last_us);
	char text[CLOCK_TEXT_SIZE];

	return a->legal_us > ends_us
		       ? 0
		       : refuse_kept(a, "they are kept until", clock_format_utc(ends_us, text));
}

/* Whether a notice in force ended it (终止、废标): the state of a lot that was opened stays. */
static bool is_ended(const struct lot *lot, const GPtrArray *notices)
{
	for (guint i = 0; i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);

		if (n->state == NOTICE_PUBLISHED &&
			notice_kind_row(n->notice.kind)->effect == EFFECT_END &&
			notice_means_lot(n->lot_nos, lot->no))
			return true;
	}
	return false;
}

/* *ret_last_us: when the last one was closed that has bids and no session judged. */
static int check_lot(
	struct act *a, const struct lot *lot, const GPtrArray *notices, int64_t *ret_last_us)
{
	bool judged = false;
	int r;

	if (lot->state == LOT_DRAFT)
		return refuse_kept(a, "bids may still be asked for, of lot", lot->code);
	if (lot->state == LOT_BIDDING || lot->state == LOT_CLOSED)
		return refuse_kept(a, "bids are still to be opened of lot", lot->code);
	r = session_store_is_judged(a->txn, lot->lot_id, &judged);
	if (r || judged)
		return r;
	if (lot->state == LOT_OPENED && !is_ended(lot, notices))
		return refuse_kept(a, "neither judged nor ended by a notice is lot", lot->code);
	if (lot->has_digest_set)
		*ret_last_us = MAX(*ret_last_us, lot->closed_us);
	return 0;
}

static int check_lots(struct act *a, const struct project *p, int64_t *ret_last_us)
{
	g_autoptr(GPtrArray) lots = NULL, notices = NULL;
	int r = project_store_lots(a->txn, p->project_id, &lots);

	if (!r)
		r = notice_store_published_of(
			a->txn, p->project_id, NOTICES_OF_PROJECT_MAX, &notices);
	for (guint i = 0; !r && i < lots->len; i++)
		r = check_lot(a, g_ptr_array_index(lots, i), notices, ret_last_us);
	return r;
}

static int check_sessions(struct act *a, const struct project *p)
{
	char open_id[ID_SIZE], kept_id[ID_SIZE];
	int r = project_key_store_sessions(a->txn, p->project_id, open_id, kept_id);

	if (r)
		return r;
	if (*open_id)
		return refuse_kept(a, "it is not closed, session", open_id);
	return *kept_id ? refuse_kept(a, "a recording is still there, of session", kept_id) : 0;
}

int project_key_may_end(struct act *a, const struct project *p)
{
	int64_t last_us = 0;
	int r = check_sessions(a, p);

	if (!r)
		r = check_lots(a, p, &last_us);
	if (!r && last_us)
		r = check_time(a, last_us);
	return r ? r : complaint_require_not_suspended(a, p);
}

/* The project, locked, and its key, which is there. */
struct key_case {
	struct project *project;
	struct project_key key;
};

static void key_case_clear(struct key_case *c)
{
	project_free(c->project);
	project_key_clear(&c->key);
}
#define KEY_CASE_AUTO __attribute__((cleanup(key_case_clear)))

static int key_case_lock(struct act *a, const json_t *in, struct key_case *c)
{
	const char *project_id = in_text(in, "project_id");
	int r = act_found(a, project_store_lock(a->txn, project_id, &c->project), "project_id");

	if (r)
		return r;
	r = project_key_store_get(a->txn, project_id, &c->key);
	if (r == STORE_E_NONE)
		return refuse(a->refusal, "project.key_state", NULL,
			"its bids lie under no key of its own");
	return r || !c->key.destroyed_us ? r : project_key_refuse_destroyed(a);
}

/* Whether it is proposed, as far as that is asked for. */
static int expect_proposal(struct act *a, const struct key_case *c, bool proposed)
{
	return (*c->key.proposal_id != '\0') == proposed
		       ? 0
		       : refuse(a->refusal, "project.key_state", NULL,
				 proposed ? "nobody proposed it" : "it is proposed already");
}

static json_t *body_of(const struct key_case *c)
{
	return json_pack("{s:s}", "project_code", c->project->code);
}

static const struct field reason_fields[] = {
	{"project_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, ARCHIVE_TEXT_MAX},
	{NULL},
};

static int run_propose(struct act *a, const json_t *in, json_t *out)
{
	KEY_CASE_AUTO struct key_case c = {0};
	struct project_key *key = &c.key;
	int r = key_case_lock(a, in, &c);

	if (!r)
		r = expect_proposal(a, &c, false);
	if (!r)
		r = project_key_may_end(a, c.project);
	if (r)
		return r;
	json_t *body = body_of(&c);
	out_text(body, "reason", in_text(in, "reason"));
	r = act_event(a, "project.key_end_proposed", "project", key->project_id, body);
	if (r)
		return r;
	g_strlcpy(key->proposal_id, archive_event_id(a), sizeof(key->proposal_id));
	g_strlcpy(key->proposed_by, a->actor->account_id, sizeof(key->proposed_by));
	key->proposed_us = a->real_us;
	g_free(key->reason);
	key->reason = g_strdup(in_text(in, "reason"));
	out_text(out, "proposal_id", key->proposal_id);
	return project_key_store_set(a->txn, key);
}

const struct act_kind project_key_propose_act = {.name = "project.key_propose",
	.fields = reason_fields,
	.run = run_propose,
	.flags = ACT_CREATES};

static int run_decline(struct act *a, const json_t *in, json_t *out)
{
	KEY_CASE_AUTO struct key_case c = {0};
	int r = key_case_lock(a, in, &c);

	(void)out;
	if (!r)
		r = expect_proposal(a, &c, true);
	if (r)
		return r;
	json_t *body = body_of(&c);
	out_text(body, "proposal", c.key.proposal_id);
	out_text(body, "reason", in_text(in, "reason"));
	r = act_event(a, "project.key_end_declined", "project", c.key.project_id, body);
	c.key.proposal_id[0] = c.key.proposed_by[0] = '\0';
	c.key.proposed_us = 0;
	g_clear_pointer(&c.key.reason, g_free);
	return r ? r : project_key_store_set(a->txn, &c.key);
}

const struct act_kind project_key_decline_act = {
	.name = "project.key_decline", .fields = reason_fields, .run = run_decline};

static const struct field confirm_fields[] = {
	{"project_id", FIELD_ID, true},
	{"proposal_id", FIELD_ID, true},
	{NULL},
};

static int check_confirm(struct act *a, const json_t *in, const struct key_case *c)
{
	int r = expect_proposal(a, c, true);

	/* What came to be kept meanwhile wins over the proposal. */
	if (!r)
		r = project_key_may_end(a, c->project);
	if (r)
		return r;
	if (strcmp(c->key.proposal_id, in_text(in, "proposal_id")) != 0)
		return refuse(a->refusal, "project.key_state", "proposal_id",
			"another proposal has taken its place");
	return strcmp(c->key.proposed_by, a->actor->account_id) == 0
		       ? refuse(a->refusal, "archive.same_person", NULL,
				 "whoever proposed it may not confirm it")
		       : 0;
}

static int run_confirm(struct act *a, const json_t *in, json_t *out)
{
	KEY_CASE_AUTO struct key_case c = {0};
	struct project_key *key = &c.key;
	int r = key_case_lock(a, in, &c);

	(void)out;
	if (!r)
		r = check_confirm(a, in, &c);
	if (r)
		return r;
	g_strlcpy(key->confirmed_by, a->actor->account_id, sizeof(key->confirmed_by));
	key->destroyed_us = a->real_us;
	json_t *body = body_of(&c);
	out_text(body, "proposal", key->proposal_id);
	r = act_event(a, "project.key_destroyed", "project", key->project_id, body);
	return r ? r : project_key_store_set(a->txn, key);
}

const struct act_kind project_key_confirm_act = {
	.name = "project.key_confirm", .fields = confirm_fields, .run = run_confirm};
