/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/project_draft_act.h"

#include "server/act/project_party.h"
#include "server/act/second_person.h"
#include "server/auth/permission.h"

/* What it will be, as far as it says who belongs to it. */
static struct project project_of(const struct project_draft_row *d)
{
	struct project p = {
		.buyer_name = (char *)in_text(d->body, "buyer_name"),
		.agency_name = (char *)in_text(d->body, "agency_name"),
		.facts = d->body,
	};

	g_strlcpy(p.created_by, d->author, sizeof(p.created_by));
	return p;
}

int project_draft_is_open_to(struct act *a, const struct project_draft_row *d, bool *ret)
{
	struct project p = project_of(d);
	int r;

	*ret = act_has_role(a, ROLE_STAFF | ROLE_SUPERVISOR);
	if (*ret)
		return 0;
	r = act_is_author(a, d->author, ret);
	return r || *ret ? r : project_is_party(a, &p, ret);
}

int project_draft_require_readable(struct act *a, const struct project_draft_row *d)
{
	bool open = false;
	int r = project_draft_is_open_to(a, d, &open);

	return r || open ? r : act_found(a, STORE_E_NONE, "draft_id");
}

static int require_party(struct act *a, const struct project_draft_row *d)
{
	struct project p = project_of(d);
	bool party = false;
	int r = project_is_party(a, &p, &party);

	return r || party ? r : act_denied(a, "this is a project of others");
}

static int take_step(struct act *a, const struct project_draft_row *d, enum project_draft_step step,
	enum project_draft_state *ret)
{
	bool author = false;
	int r = act_is_author(a, d->author, &author);

	if (!r && !author && !project_draft_step_is_authors(step))
		r = act_had_a_hand(a, "project_draft", d->draft_id, &author);
	if (r)
		return r;
	r = project_draft_step(d->state, step, author, ret);
	if (r)
		return refuse(a->refusal, project_draft_refusal_code(r), NULL, "it is %s now",
			project_draft_state_name(d->state));
	return project_draft_step_is_authors(step) ? 0 : require_party(a, d);
}

int project_draft_take(struct act *a, const json_t *in, enum project_draft_step step,
	struct project_draft_row **ret_row, enum project_draft_state *ret_state)
{
	int r = act_found(
		a, project_draft_store_lock(a->txn, in_text(in, "draft_id"), ret_row), "draft_id");

	if (!r)
		r = project_draft_require_readable(a, *ret_row);
	if (!r)
		r = act_require_version(a, (*ret_row)->version);
	return r ? r : take_step(a, *ret_row, step, ret_state);
}

int project_draft_put(
	struct act *a, struct project_draft_row *d, const char *kind, json_t *body, json_t *out)
{
	int r;

	d->changed_us = a->legal_us;
	out_int(out, "version", d->version + 1);
	r = project_draft_store_update(a->txn, d);
	if (!r)
		return act_event(a, kind, "project_draft", d->draft_id, body);
	json_decref(body);
	return r;
}
