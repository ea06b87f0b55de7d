/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/notice_facts.h"

#include <errno.h>
#include <string.h>

#include "server/act/notice_attachment.h"
#include "server/act/notice_withheld.h"
#include "server/act/tender_case.h"
#include "server/trade/project.h"

/* A chain longer than this is somebody's mistake. */
#define CHAIN_MAX 100

void notice_facts_clear(struct notice_facts *f)
{
	project_free(f->project);
	g_clear_pointer(&f->lots, g_ptr_array_unref);
	g_clear_pointer(&f->overrides, g_ptr_array_unref);
	json_decref(f->withheld);
	json_decref(f->attachments);
}

/*
 * The first deadline in force among the lots the notice is about that take bids (*ret_open); when
 * none does, the last there was; 0: none has one.
 */
static int64_t lots_deadline(const struct notice_row *row, const GPtrArray *lots, bool *ret_open)
{
	int64_t first_us = 0, last_us = 0;

	for (guint i = 0; i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);

		if (!notice_means_lot(row->lot_nos, l->no))
			continue;
		last_us = MAX(last_us, l->deadline_us);
		if (l->state == LOT_BIDDING)
			first_us = first_us ? MIN(first_us, l->deadline_us) : l->deadline_us;
	}
	*ret_open = first_us != 0;
	return first_us ? first_us : last_us;
}

static int read_deadline(struct act *a, const struct notice_row *row, struct notice_facts *f)
{
	char objection[ID_SIZE];
	bool open = false;
	int r;

	if (row->notice.kind == NOTICE_ZTB_PREQUALIFICATION)
		return 0;
	f->c.deadline_us = lots_deadline(row, f->lots, &open);
	if (!open)
		return 0;
	r = tender_open_objection(a, f->project, objection);
	f->c.held = *objection != '\0';
	return r;
}

static int wrong_predecessor(struct act *a, const char *why)
{
	return refuse(a->refusal, notice_refusal_code(NOTICE_E_PREDECESSOR), "follows", "%s", why);
}

static void take_from_chain(struct notice_case *c, const struct notice_row *link)
{
	const struct notice *n = &link->notice;

	if (!c->predecessor)
		c->predecessor = n->kind;
	if (!c->deadline_us)
		c->deadline_us = n->bid_deadline_us;
	if (n->offer_start_us && !c->offer_start_us) {
		/* Nobody could fetch the file before the notice was out. */
		c->offer_start_us = MAX(n->offer_start_us, link->published_us);
		c->prequalification = n->kind == NOTICE_ZTB_PREQUALIFICATION;
	}
}

/* What a withdrawn notice did to the lots is undone by a change or an end that follows it, and
 * nothing else stands on it. */
static bool may_stand_on(const struct notice_row *row, const struct notice_row *link)
{
	enum notice_effect effect = notice_kind_row(row->notice.kind)->effect;

	return link->state == NOTICE_PUBLISHED ||
	       (link->state == NOTICE_WITHDRAWN &&
		       (effect == EFFECT_CHANGE || effect == EFFECT_END));
}

static int read_chain(struct act *a, const struct notice_row *row, struct notice_case *c)
{
	char id[ID_SIZE];

	g_strlcpy(id, row->follows, sizeof(id));
	for (unsigned i = 0; *id; i++) {
		NOTICE_AUTO struct notice_row *link = NULL;
		int r = notice_store_get(a->txn, id, &link);

		if (r < 0)
			return r;
		if (r || strcmp(link->project_id, row->project_id) != 0 || i > CHAIN_MAX)
			return wrong_predecessor(a, "it is no notice of this project");
		if (!may_stand_on(row, link))
			return wrong_predecessor(a, link->state == NOTICE_WITHDRAWN
							    ? "it is withdrawn"
							    : "it is not published");
		take_from_chain(c, link);
		g_strlcpy(id, link->follows, sizeof(id));
	}
	return 0;
}

static int read_withheld(struct act *a, const struct notice_row *row, struct notice_facts *ret)
{
	json_t *list;
	int r = notice_withheld_json(a->env, a->txn, row->notice_id, WITHHELD_ALL, &list);

	if (r)
		return r;
	ret->c.withheld = ret->withheld = notice_withheld_by_field(list);
	json_decref(list);
	return 0;
}

/* Their names are published, with size and digest. */
static int read_attachments(struct act *a, const struct notice_row *row, struct notice_facts *ret)
{
	int r = notice_attachments_json(a->txn, row->notice_id, &ret->attachments);

	ret->c.attachments = ret->attachments;
	return r;
}

int notice_facts_read(struct act *a, const struct notice_row *row, struct notice_facts *ret)
{
	struct notice_case *c = &ret->c;
	int r = act_found(
		a, project_store_get(a->txn, row->project_id, &ret->project), "project_id");

	if (r)
		return r;
	r = project_store_lots(a->txn, row->project_id, &ret->lots);
	if (!r)
		r = override_store_list(a->txn, row->notice_id, &ret->overrides);
	if (!r)
		r = read_withheld(a, row, ret);
	if (!r)
		r = read_attachments(a, row, ret);
	if (r)
		return r < 0 ? r : -EBADMSG;
	c->book = rulebook_by_version(ret->project->rulebook_version);
	if (!c->book)
		return -EBADMSG;
	if (!notice_kind_fits(row->notice.kind, ret->project->regime, ret->project->category,
		    tender_mode_from_name(ret->project->method)))
		return refuse(a->refusal, notice_refusal_code(NOTICE_E_KIND), "kind",
			"this kind of notice does not belong to such a project");
	const json_t *mandatory = json_object_get(ret->project->facts, "mandatory");
	c->calendar = a->env->calendar;
	c->now_us = a->legal_us;
	c->mandatory = !json_is_false(mandatory);
	c->by_talks = tender_mode_by_talks(tender_mode_from_name(ret->project->method));
	c->category = ret->project->category;
	c->n_lots = ret->lots->len;
	r = read_deadline(a, row, ret);
	return r ? r : read_chain(a, row, c);
}

static bool is_granted(const GPtrArray *overrides, const char *rule)
{
	for (guint i = 0; rule && i < overrides->len; i++) {
		const struct rule_override *o = g_ptr_array_index(overrides, i);

		if (*o->granted_by && strcmp(o->rule, rule) == 0)
			return true;
	}
	return false;
}

void notice_facts_override(const struct notice_facts *f, GArray *verdicts)
{
	for (guint i = 0; i < verdicts->len; i++) {
		struct rule_verdict *v = &g_array_index(verdicts, struct rule_verdict, i);

		if (v->kind == VERDICT_REFUSE && is_granted(f->overrides, v->rule))
			v->kind = VERDICT_WARN;
	}
}
