/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "server/auth/password.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/house_store.h"

/* The first act of a house: the three administrators, who make all other accounts. */
static const struct field fields[] = {
	{"name", FIELD_TEXT, true, 1, 200},
	{"sysadmin_password", FIELD_TEXT, true, 10, 128},
	{"secadmin_password", FIELD_TEXT, true, 10, 128},
	{"auditor_password", FIELD_TEXT, true, 10, 128},
	{NULL},
};

static const struct {
	const char *login, *name, *password;
	uint32_t role;
} administrators[] = {
	{"sysadmin", "系统管理员", "sysadmin_password", ROLE_SYSADMIN},
	{"secadmin", "安全管理员", "secadmin_password", ROLE_SECADMIN},
	{"auditor", "审计员", "auditor_password", ROLE_AUDITOR},
};

static int refuse_second_time(struct act *a)
{
	g_autoptr(GPtrArray) accounts = NULL;
	int r = account_store_list(a->txn, "", 0, 1, &accounts);

	if (r)
		return r;
	return accounts->len ? refuse(a->refusal, "house.open_already", NULL,
				       "the administrators make further accounts")
			     : 0;
}

static int create(struct act *a, size_t i, const char *password)
{
	struct account account = {
		.login = (char *)administrators[i].login,
		.name = (char *)administrators[i].name,
		.roles = administrators[i].role,
		.password_once = true,
	};
	int r = password_hash(password, &a->env->password_cost, &account.password_hash);

	if (r)
		return r;
	id_new(account.account_id);
	r = account_store_insert(a->txn, &account, a->real_us);
	g_free(account.password_hash);
	if (r > 0)
		return refuse(a->refusal, "house.open_already", NULL, "another start was faster");
	return r ? r
		 : act_event(a, "account.created", "account", account.account_id,
			   json_pack("{s:s}", "login", account.login));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	int r = refuse_second_time(a);

	if (r)
		return r;
	r = house_store_insert(a->txn, in_text(in, "name"));
	if (r > 0)
		return refuse(a->refusal, "house.open_already", NULL, "another start was faster");
	for (size_t i = 0; !r && i < G_N_ELEMENTS(administrators); i++)
		r = create(a, i, in_text(in, administrators[i].password));
	return r ? r
		 : act_event(a, "house.opened", "house", "house",
			   json_pack("{s:s}", "name", in_text(in, "name")));
}

const struct act_kind house_open_act = {.name = "house.open", .fields = fields, .run = run};
