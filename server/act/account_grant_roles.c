/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/auth/permission.h"
#include "server/store/account_store.h"

static const struct field fields[] = {
	{"account_id", FIELD_ID, true},
	{"roles", FIELD_LIST, true, 0, N_ROLES},
	{NULL},
};

static int read_roles(struct act *a, const json_t *list, uint32_t *ret_roles)
{
	uint32_t roles = 0;
	size_t i;
	json_t *name;

	json_array_foreach ((json_t *)list, i, name) {
		uint32_t role = json_is_string(name) ? role_from_name(json_string_value(name)) : 0;
		if (!role)
			return refuse(a->refusal, "account.role_unknown", "roles",
				"element %zu is not the name of a role", i);
		roles |= role;
	}
	if (!roles_separate(roles))
		return refuse(a->refusal, "account.roles_mixed", "roles",
			"administrators and auditors hold one role and no other");
	*ret_roles = roles;
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *account_id = in_text(in, "account_id");
	ACCOUNT_AUTO struct account *account = NULL;
	uint32_t roles = 0;
	int r = read_roles(a, json_object_get(in, "roles"), &roles);

	if (r)
		return r;
	if (strcmp(account_id, a->actor->account_id) == 0)
		return act_denied(a, "nobody grants roles to himself");
	r = act_found(a, account_store_get(a->txn, account_id, &account), "account_id");
	if (!r)
		r = account_store_set_roles(a->txn, account_id, roles);
	if (r)
		return r;
	out_text(out, "account_id", account_id);
	json_object_set(out, "roles", json_object_get(in, "roles"));
	return act_event(a, "account.roles_granted", "account", account_id,
		json_pack("{s:i, s:O}", "before", (int)account->roles, "roles",
			json_object_get(in, "roles")));
}

const struct act_kind account_grant_roles_act = {
	.name = "account.grant_roles", .fields = fields, .run = run};
