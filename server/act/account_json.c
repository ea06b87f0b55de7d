/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/account_json.h"

#include "server/act/act.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"

static json_t *role_list(uint32_t roles)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < N_ROLES; i++)
		if (roles & 1u << i)
			json_array_append_new(list, json_string(role_name(1u << i)));
	return list;
}

json_t *account_to_json(const struct account *account)
{
	json_t *out = json_object();

	out_text(out, "id", account->account_id);
	out_text(out, "login", account->login);
	out_text(out, "name", account->name);
	if (account->org_name)
		out_text(out, "org_name", account->org_name);
	if (account->credit_code)
		out_text(out, "credit_code", account->credit_code);
	json_object_set_new(out, "roles", role_list(account->roles));
	json_object_set_new(out, "must_enrol_totp", json_boolean(!account->totp_on));
	json_object_set_new(out, "must_change_password", json_boolean(account->password_once));
	return out;
}
