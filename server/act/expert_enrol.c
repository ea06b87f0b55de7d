/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/expert_unit.h"
#include "server/auth/password.h"
#include "server/auth/permission.h"
#include "server/sign/field_cipher.h"
#include "server/store/account_store.h"
#include "server/store/expert_store.h"

/* What the account of an expert is called: the name stands nowhere in clear. */
#define ACCOUNT_NAME "评标专家"

#define SPECIALITIES_MAX 20

static const struct field fields[] = {
	{"name", FIELD_TEXT, true, 1, 100},
	{"unit", FIELD_TEXT, true, 1, 200},
	{"specialities", FIELD_LIST, true, 1, SPECIALITIES_MAX},
	{"region", FIELD_NAME, true, 6, 6},
	{"account_login", FIELD_TEXT, true, 2, 64},
	{"account_password", FIELD_TEXT, true, 1, 256},
	{NULL},
};

static const struct field speciality = {"specialities", FIELD_TEXT, true, 1, 64};

static int check(struct act *a, const json_t *in)
{
	const char *weak = password_weakness(in_text(in, "account_password"));
	const char *region = in_text(in, "region");
	json_t *value;
	size_t i;

	if (weak)
		return refuse(a->refusal, "account.password_weak", "account_password", "%s", weak);
	if (strspn(region, "0123456789") != 6)
		return refuse(a->refusal, "project.region", "region", "six digits");
	json_array_foreach (json_object_get(in, "specialities"), i, value) {
		int r = field_check_value(&speciality, value, "specialities", a->refusal);
		if (r)
			return r;
	}
	return 0;
}

static int insert_account(struct act *a, const json_t *in, char account_id[static ID_SIZE])
{
	struct account account = {
		.login = (char *)in_text(in, "account_login"),
		.name = (char *)ACCOUNT_NAME,
		.roles = ROLE_EXPERT,
		.password_once = true,
	};
	int r = password_hash(
		in_text(in, "account_password"), &a->env->password_cost, &account.password_hash);

	if (r)
		return r;
	id_new(account.account_id);
	r = account_store_insert(a->txn, &account, a->real_us);
	g_free(account.password_hash);
	if (r > 0)
		return refuse(
			a->refusal, "account.login_taken", "account_login", "choose another login");
	g_strlcpy(account_id, account.account_id, ID_SIZE);
	return r;
}

static int seal(struct act *a, const char *purpose, const char *id, const char *text, GBytes **ret)
{
	return field_cipher_seal(a->env->cipher, purpose, id, text, strlen(text), ret);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct expert expert = {
		.specialities = json_object_get(in, "specialities"),
		.active = true,
	};
	g_autoptr(GBytes) name = NULL;
	g_autoptr(GBytes) unit = NULL;
	int r = check(a, in);

	if (!r)
		r = insert_account(a, in, expert.account_id);
	if (r)
		return r;
	id_new(expert.expert_id);
	g_strlcpy(expert.region, in_text(in, "region"), sizeof(expert.region));
	expert_unit_digest(a->env, in_text(in, "unit"), expert.unit_digest);
	r = seal(a, "expert.name", expert.expert_id, in_text(in, "name"), &name);
	if (!r)
		r = seal(a, "expert.unit", expert.expert_id, in_text(in, "unit"), &unit);
	if (r)
		return r;
	expert.name_enc = name;
	expert.unit_enc = unit;
	r = expert_store_insert(a->txn, &expert, a->legal_us);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "expert_id", expert.expert_id);
	return act_event(a, "expert.enrolled", "expert", expert.expert_id,
		json_pack("{s:s, s:O, s:s}", "account", expert.account_id, "specialities",
			expert.specialities, "region", expert.region));
}

const struct act_kind expert_enrol_act = {
	.name = "expert.enrol", .fields = fields, .run = run, .flags = ACT_CREATES};
