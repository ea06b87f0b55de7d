/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/auth/totp.h"
#include "server/sign/field_cipher.h"
#include "server/store/account_store.h"

static const struct field fields[] = {{NULL}};

/* Makes a new secret; it counts from the first right code on (account_totp_confirm). */
static int run(struct act *a, const json_t *in, json_t *out)
{
	uint8_t secret[TOTP_SECRET_LEN];
	g_autoptr(GBytes) wrapped = NULL;
	ACCOUNT_AUTO struct account *account = NULL;
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &account), "account");

	if (r)
		return r;
	if (account->totp_on)
		return refuse(a->refusal, "account.totp_on", NULL,
			"the security administrator can reset it");
	random_bytes(secret, sizeof(secret));
	r = field_cipher_seal(
		a->env->cipher, "totp", account->account_id, secret, sizeof(secret), &wrapped);
	if (!r)
		r = account_store_set_totp(a->txn, account->account_id, wrapped, false);
	if (r)
		return r;
	g_autofree char *text = totp_secret_text(secret, sizeof(secret));
	g_autofree char *uri = totp_uri(secret, sizeof(secret), "评标云室", account->login);
	out_text(out, "secret", text);
	out_text(out, "uri", uri);
	return 0;
}

const struct act_kind account_totp_begin_act = {
	.name = "account.totp_begin", .fields = fields, .run = run};
