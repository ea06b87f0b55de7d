/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another holder, or another key of the same one, takes a number: a holder fell out or lost the
 * key. Only until somebody begins to bid: what was sealed for the old keys nobody can seal again.
 * After that the others carry on, as long as the threshold of them is there.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/project_holder.h"
#include "server/act/project_party.h"
#include "server/store/bid_store.h"
#include "server/store/notice_store.h"

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{"holder_no", FIELD_INT, true, 1, 16},
	{"account_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* All lots are locked, so that no bid begins meanwhile. */
static int check_no_bids(struct act *a, const char *project_id)
{
	g_autoptr(GPtrArray) lots = NULL;
	bool begun = false;
	int r = project_store_lots(a->txn, project_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++) {
		LOT_AUTO struct lot *lot = NULL;
		r = store_fault(project_store_lock_lot(
			a->txn, ((const struct lot *)g_ptr_array_index(lots, i))->lot_id, &lot));
		if (!r)
			r = bid_store_begun(a->txn, lot->lot_id, &begun);
		if (!r && (begun || lot->closed_us))
			return refuse(a->refusal, "project.bids_begun", NULL,
				"bids of lot %s have begun", lot->code);
	}
	return r;
}

static const struct project_holder *find_holder(const GPtrArray *holders, int64_t no)
{
	for (guint i = 0; i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		if (h->no == no)
			return h;
	}
	return NULL;
}

/* Once the tender is announced everybody learns of the change, as everybody learned of the keys. */
static int record(struct act *a, const struct project *p, const struct project_holder *before,
	const char *kid, const char *reason)
{
	bool announced = strcmp(p->state, "draft") != 0;
	json_t *sealing = NULL;
	int r = project_sealing_json(a, p->project_id, &sealing);

	if (r)
		return store_fault(r);
	json_t *body = json_pack("{s:s, s:o}", "project_code", p->code, "sealing", sealing);
	out_int(body, "holder_no", before->no);
	out_text(body, "kid_before", before->key_id);
	out_text(body, "kid", kid);
	out_text(body, "reason", reason);
	return act_event(a, announced ? "project.holder_changed" : "project.holder_named",
		"project", p->project_id, body);
}

/* The pages of the notices that invite print the keys as they are now. */
static int touch_pages(struct act *a, const char *project_id)
{
	g_autoptr(GPtrArray) notices = NULL;
	int r = notice_store_published_of(a->txn, project_id, NOTICES_OF_PROJECT_MAX, &notices);

	for (guint i = 0; !r && i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);
		NOTICE_AUTO struct notice_row *locked = NULL;

		if (notice_kind_row(n->notice.kind)->effect != EFFECT_ANNOUNCE)
			continue;
		r = notice_store_lock(a->txn, n->notice_id, &locked);
		if (!r)
			r = notice_store_touch_page(a->txn, n->notice_id);
	}
	return store_fault(r);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *project_id = in_text(in, "project_id"), *account_id = in_text(in, "account_id");
	PROJECT_AUTO struct project *p = NULL;
	g_autoptr(GPtrArray) holders = NULL;
	const struct project_holder *before = NULL;
	char kid[65];
	int64_t no = in_int(in, "holder_no", 0);
	/* Locked, as publication does it: either the notice names the new key, or this is told. */
	int r = act_found(a, project_store_lock(a->txn, project_id, &p), "project_id");

	if (!r)
		r = project_require_party(a, project_id);
	if (!r)
		r = check_no_bids(a, project_id);
	if (!r)
		r = project_store_holders(a->txn, project_id, &holders);
	if (!r && !(before = find_holder(holders, no)))
		r = act_found(a, STORE_E_NONE, "holder_no");
	if (!r)
		r = project_holder_key(a, "account_id", account_id, no, kid);
	for (guint i = 0; !r && i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		if (strcmp(h->key_id, kid) == 0 ||
			(h != before && strcmp(h->account_id, account_id) == 0))
			r = refuse(a->refusal, "project.holder", "account_id",
				"holder %" G_GINT64_FORMAT " has this key or account", h->no);
	}
	if (!r)
		r = store_fault(project_store_set_holder(a->txn, project_id, no, account_id, kid));
	if (!r)
		r = touch_pages(a, project_id);
	if (r)
		return r;
	out_int(out, "holder_no", no);
	out_text(out, "kid", kid);
	return record(a, p, before, kid, in_text(in, "reason"));
}

const struct act_kind project_change_holder_act = {
	.name = "project.change_holder", .fields = fields, .run = run};
