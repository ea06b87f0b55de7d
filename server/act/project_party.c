/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/project_party.h"

#include <string.h>

#include "server/auth/permission.h"

static bool same_text(const char *a, const char *b)
{
	return a && b && *a && strcmp(a, b) == 0;
}

bool account_colleagues(const struct account *a, const struct account *b)
{
	return same_text(a->org_name, b->org_name);
}

static bool is_named(const struct account *me, const char *name, const json_t *code)
{
	return same_text(me->org_name, name) || same_text(me->credit_code, json_string_value(code));
}

static bool project_names(const struct project *p, const struct account *me)
{
	return (me->roles & ROLE_AGENCY &&
		       is_named(me, p->agency_name, json_object_get(p->facts, "agency_code"))) ||
	       (me->roles & ROLE_BUYER &&
		       is_named(me, p->buyer_name, json_object_get(p->facts, "buyer_code")));
}

int project_is_party(struct act *a, const struct project *p, bool *ret)
{
	ACCOUNT_AUTO struct account *me = NULL, *founder = NULL;

	*ret = act_has_role(a, ROLE_STAFF) || strcmp(p->created_by, a->actor->account_id) == 0;
	if (*ret)
		return 0;
	int r = account_store_get(a->txn, a->actor->account_id, &me);
	if (!r)
		r = account_store_get(a->txn, p->created_by, &founder);
	/* A firm that bids chose the name of its house itself. */
	if (!r)
		*ret = (me->roles & (ROLE_AGENCY | ROLE_BUYER) && account_colleagues(me, founder)) ||
		       project_names(p, me);
	return r == STORE_E_NONE ? 0 : r;
}

int project_require_party(struct act *a, const char *project_id)
{
	PROJECT_AUTO struct project *p = NULL;
	bool party = false;
	int r = act_found(a, project_store_get(a->txn, project_id, &p), "project_id");

	if (!r)
		r = project_is_party(a, p, &party);
	return r || party ? r : act_denied(a, "this is a project of others");
}
