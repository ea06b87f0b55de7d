/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/account_json.h"
#include "server/act/account_totp.h"
#include "server/auth/token.h"

/* A working day and its evening. */
#define SIGN_IN_US (12 * INT64_C(3600) * CLOCK_SECOND_US)

static const struct field fields[] = {
	{"login", FIELD_TEXT, true, 1, 64},
	{"password", FIELD_TEXT, true, 1, 256},
	{"totp", FIELD_NAME, false, 6, 6},
	{NULL},
};

/*
 * Experts sign in here to look after their account; the seat in a session comes from the gate alone
 * (gate_sign_in), so this sign-in is bound to none.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	ACCOUNT_AUTO struct account *account = NULL;
	struct sign_in s = {.expires_us = a->real_us + SIGN_IN_US};
	char token[TOKEN_SIZE];
	uint8_t hash[32];
	int r = account_prove(
		a, in_text(in, "login"), in_text(in, "password"), in_text(in, "totp"), &account);

	if (r)
		return r;
	token_new(token);
	token_hash(token, hash);
	token_new(s.csrf);
	g_strlcpy(s.account_id, account->account_id, sizeof(s.account_id));
	r = account_store_add_sign_in(a->txn, hash, &s, a->real_us);
	if (r)
		return r;
	out_text(out, "token", token);
	out_text(out, "csrf", s.csrf);
	out_time(out, "expires_at", s.expires_us);
	json_object_set_new(out, "account", account_to_json(account));
	return 0;
}

const struct act_kind account_sign_in_act = {
	.name = "account.sign_in", .fields = fields, .run = run, .flags = ACT_SECRET};
