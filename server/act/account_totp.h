/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ACCOUNT_TOTP_H
#define SERVER_ACT_ACCOUNT_TOTP_H

/* The second factor as acts share it: unwrapping the secret and spending a code. */
#include "server/act/act.h"
#include "server/store/account_store.h"

/* Checks a code of the account and spends it. 0, REFUSED with auth.totp_…, or negative errno. */
int account_totp_spend(struct act *a, const struct account *account, const char *code);

/*
 * The check at a door: login, password, and the code if the account has one enrolled. The answer
 * does not tell whether the login exists. 0 and *ret, REFUSED or negative errno.
 */
int account_prove(struct act *a, const char *login, const char *password, const char *code,
	struct account **ret);

#endif
