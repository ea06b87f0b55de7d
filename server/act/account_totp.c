/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/account_totp.h"

#include <errno.h>

#include "server/auth/password.h"
#include "server/auth/totp.h"
#include "server/sign/field_cipher.h"

static int refuse_code(struct act *a, int why)
{
	if (why == TOTP_E_USED)
		return refuse(a->refusal, "auth.totp_used", "totp",
			"wait for the next code of the authenticator");
	return refuse(
		a->refusal, "auth.totp_wrong", "totp", "the code does not fit; check the clock");
}

int account_totp_spend(struct act *a, const struct account *account, const char *code)
{
	g_autoptr(GBytes) secret = NULL;
	bool fresh = false;
	int64_t step = 0;
	int r = field_cipher_open(
		a->env->cipher, "totp", account->account_id, account->totp_secret, &secret);

	if (r)
		return r < 0 ? r : -EBADMSG;
	r = totp_verify(g_bytes_get_data(secret, NULL), g_bytes_get_size(secret), code, a->real_us,
		account->totp_last_step, &step);
	if (r)
		return refuse_code(a, r);
	r = account_store_use_totp_step(a->txn, account->account_id, step, &fresh);
	if (r)
		return r;
	return fresh ? 0 : refuse_code(a, TOTP_E_USED);
}

int account_prove(struct act *a, const char *login, const char *password, const char *code,
	struct account **ret)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = account_store_by_login(a->txn, login, &account);

	if (r == STORE_E_NONE)
		password_verify_nobody(password, &a->env->password_cost);
	else if (r)
		return r;
	if (r || !password_verify(password, account->password_hash))
		return refuse(
			a->refusal, "auth.bad_credentials", NULL, "login or password is wrong");
	if (account->locked)
		return refuse(a->refusal, "auth.locked", NULL, "ask the security administrator");
	if (account->totp_on) {
		if (!code)
			return refuse(a->refusal, "auth.totp_required", "totp",
				"enter the six digits of the authenticator");
		r = account_totp_spend(a, account, code);
		if (r)
			return r;
	}
	*ret = g_steal_pointer(&account);
	return 0;
}
