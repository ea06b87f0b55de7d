/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/store/account_store.h"

static const struct field fields[] = {
	{"account_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* A lost telephone: the second factor is taken back and all sign-ins end. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *account_id = in_text(in, "account_id");
	ACCOUNT_AUTO struct account *account = NULL;
	int r = act_found(a, account_store_get(a->txn, account_id, &account), "account_id");

	if (!r)
		r = account_store_set_totp(a->txn, account_id, NULL, false);
	if (!r)
		r = account_store_end_sign_ins(a->txn, account_id);
	return r ? r
		 : act_event(a, "account.totp_reset", "account", account_id,
			   json_pack("{s:s}", "reason", in_text(in, "reason")));
}

const struct act_kind account_totp_reset_act = {
	.name = "account.totp_reset", .fields = fields, .run = run};
