/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <openssl/crypto.h>
#include <string.h>

#include "server/auth/password.h"
#include "server/store/account_store.h"
#include "server/trade/code.h"

/* An account without roles: who may do what is another administrator's word (三员分立). */
static const struct field fields[] = {
	{"login", FIELD_TEXT, true, 2, 64},
	{"name", FIELD_TEXT, true, 1, 100},
	{"password", FIELD_TEXT, true, 1, 256},
	{"org_name", FIELD_TEXT, false, 1, 200},
	{"credit_code", FIELD_TEXT, false, 18, 18},
	{NULL},
};

static int insert(struct act *a, const json_t *in, char **ret_id)
{
	struct account account = {
		.login = (char *)in_text(in, "login"),
		.name = (char *)in_text(in, "name"),
		.org_name = (char *)in_text(in, "org_name"),
		.credit_code = (char *)in_text(in, "credit_code"),
		.password_once = true,
	};
	int r = password_hash(
		in_text(in, "password"), &a->env->password_cost, &account.password_hash);

	if (r)
		return r;
	id_new(account.account_id);
	r = account_store_insert(a->txn, &account, a->real_us);
	g_free(account.password_hash);
	if (r > 0)
		return refuse(a->refusal, "account.login_taken", "login", "choose another login");
	if (!r)
		*ret_id = g_strdup(account.account_id);
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *credit_code = in_text(in, "credit_code");
	const char *weak = password_weakness(in_text(in, "password"));
	g_autofree char *account_id = NULL;

	if (weak)
		return refuse(a->refusal, "account.password_weak", "password", "%s", weak);
	if (credit_code && code_check_credit(credit_code))
		return refuse(a->refusal, "input.invalid", "credit_code",
			"the check character of the unified credit code is wrong");
	int r = insert(a, in, &account_id);
	if (r)
		return r;
	out_text(out, "account_id", account_id);
	return act_event(a, "account.created", "account", account_id,
		json_pack("{s:s}", "login", in_text(in, "login")));
}

const struct act_kind account_create_act = {
	.name = "account.create", .fields = fields, .run = run, .flags = ACT_CREATES};
