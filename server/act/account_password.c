/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/auth/password.h"
#include "server/store/account_store.h"

static const struct field fields[] = {
	{"old", FIELD_TEXT, true, 1, 256},
	{"new", FIELD_TEXT, true, 1, 256},
	{NULL},
};

/* A new password ends all sign-ins of the account, this one included. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *weak = password_weakness(in_text(in, "new"));
	g_autofree char *hash = NULL;
	ACCOUNT_AUTO struct account *account = NULL;

	if (weak)
		return refuse(a->refusal, "account.password_weak", "new", "%s", weak);
	int r = account_store_get(a->txn, a->actor->account_id, &account);
	if (r)
		return act_found(a, r, "account");
	if (!password_verify(in_text(in, "old"), account->password_hash))
		return refuse(
			a->refusal, "auth.bad_credentials", "old", "the old password is wrong");
	r = password_hash(in_text(in, "new"), &a->env->password_cost, &hash);
	if (!r)
		r = account_store_set_password(a->txn, account->account_id, hash, false);
	if (!r)
		r = account_store_end_sign_ins(a->txn, account->account_id);
	return r ? r
		 : act_event(a, "account.password_changed", "account", account->account_id,
			   json_object());
}

const struct act_kind account_password_act = {
	.name = "account.password", .fields = fields, .run = run};
