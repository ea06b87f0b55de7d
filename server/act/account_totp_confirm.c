/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/act/account_totp.h"

static const struct field fields[] = {
	{"code", FIELD_NAME, true, 6, 6},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &account), "account");

	if (r)
		return r;
	if (account->totp_on)
		return refuse(a->refusal, "account.totp_on", NULL, "it is enrolled already");
	if (!account->totp_secret)
		return refuse(
			a->refusal, "account.totp_not_begun", NULL, "begin the enrolment first");
	r = account_totp_spend(a, account, in_text(in, "code"));
	if (!r)
		r = account_store_set_totp(a->txn, account->account_id, account->totp_secret, true);
	return r ? r
		 : act_event(a, "account.totp_enrolled", "account", account->account_id,
			   json_object());
}

const struct act_kind account_totp_confirm_act = {
	.name = "account.totp_confirm", .fields = fields, .run = run};
