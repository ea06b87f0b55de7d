/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/views.h"

#include "server/auth/permission.h"
#include "server/store/account_store.h"

#define PAGE 100

static json_t *role_list(uint32_t roles)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < N_ROLES; i++)
		if (roles & 1u << i)
			json_array_append_new(list, json_string(role_name(1u << i)));
	return list;
}

static void out_account(json_t *out, const struct account *account)
{
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
}

static json_t *key_row(const struct account_key *key)
{
	gsize len;
	const void *bytes = g_bytes_get_data(key->public_key, &len);
	g_autofree char *text = g_base64_encode(bytes, len);
	json_t *row = json_object();

	out_text(row, "kid", key->key_id);
	out_text(row, "purpose", key->purpose);
	out_text(row, "alg", key->alg);
	out_text(row, "public_key", text);
	out_text(row, "label", key->label);
	return row;
}

static void out_seat(json_t *out, const struct actor *actor)
{
	if (!actor->session_id[0])
		return;
	json_object_set_new(out, "seat",
		json_pack(
			"{s:s, s:s}", "session_id", actor->session_id, "seat_id", actor->seat_id));
}

static int run_me(struct act *a, const json_t *in, json_t *out)
{
	ACCOUNT_AUTO struct account *account = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	json_t *list = json_array(), *row = json_object();
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &account), "account");

	json_object_set_new(out, "keys", list);
	json_object_set_new(out, "account", row);
	if (!r)
		r = account_store_keys(a->txn, a->actor->account_id, NULL, &keys);
	if (r)
		return r;
	out_account(row, account);
	out_text(out, "csrf", a->actor->csrf);
	out_seat(out, a->actor);
	for (guint i = 0; i < keys->len; i++)
		json_array_append_new(list, key_row(g_ptr_array_index(keys, i)));
	return 0;
}

static const struct field no_fields[] = {{NULL}};

const struct act_kind account_me_view = {
	.name = "account.me", .fields = no_fields, .run = run_me, .flags = ACT_READ};

static const struct field list_fields[] = {
	{"after", FIELD_TEXT, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{"role", FIELD_NAME, false, 1, 32},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after"), *role = in_text(in, "role");
	uint32_t wanted = role ? role_from_name(role) : 0;
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) accounts = NULL;
	json_t *items = json_array();
	int r = account_store_list(a->txn, after ? after : "", limit, &accounts);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < accounts->len; i++) {
		const struct account *account = g_ptr_array_index(accounts, i);
		if (role && !(account->roles & wanted))
			continue;
		json_t *row = json_object();
		out_account(row, account);
		json_array_append_new(items, row);
	}
	const struct account *last =
		accounts->len == limit ? g_ptr_array_index(accounts, limit - 1) : NULL;
	out_text(out, "next", last ? last->login : NULL);
	return 0;
}

const struct act_kind account_list_view = {
	.name = "account.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};
