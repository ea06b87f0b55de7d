/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names who takes over my drafts (AB角), or nobody. The deputy is of the same organisation and has
 * a role that drafts; for the second person of a notice he counts as its author.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/project_party.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/deputy_store.h"

static const struct field fields[] = {
	{"deputy", FIELD_TEXT, false, 1, 64},
	{"until", FIELD_TIME, false},
	{NULL},
};

static int check(struct act *a, const struct account *deputy)
{
	ACCOUNT_AUTO struct account *me = NULL;
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &me), "account");

	if (r)
		return r;
	/* All staff are of the centre, whether their accounts say so or not. */
	uint32_t roles = deputy->roles & me->roles;
	if (strcmp(deputy->account_id, me->account_id) == 0 ||
		!(roles & ROLE_STAFF || (roles & ROLE_AGENCY && account_colleagues(deputy, me))))
		return refuse(a->refusal, "deputy.unfit", "deputy",
			"somebody else of your organisation with your role");
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *login = in_text(in, "deputy");
	int64_t until_us = in_time_us(in, "until", 0);
	ACCOUNT_AUTO struct account *deputy = NULL;
	int r = login ? act_found(a, account_store_by_login(a->txn, login, &deputy), "deputy") : 0;

	if (!r && deputy)
		r = check(a, deputy);
	if (!r && until_us && until_us <= a->legal_us)
		r = refuse(a->refusal, "input.invalid", "until", "it is over already");
	if (!r)
		r = deputy_store_set(a->txn, a->actor->account_id,
			deputy ? deputy->account_id : NULL, until_us, a->legal_us);
	if (r)
		return r;
	json_t *body = json_object();
	if (deputy)
		out_text(body, "deputy", deputy->account_id);
	out_time(body, "until", until_us);
	return act_event(a, "account.deputy_named", "account", a->actor->account_id, body);
}

const struct act_kind deputy_name_act = {.name = "deputy.name", .fields = fields, .run = run};
