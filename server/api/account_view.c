/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/views.h"

#include "server/act/account_json.h"
#include "server/api/list_page.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/deputy_store.h"
#include "server/store/member_store.h"

#define PAGE 100

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

/* Where the caller sits, for a sign-in at a seat. */
static int out_seat(struct act *a, json_t *out)
{
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	json_t *seat;
	int r;

	if (!a->actor->session_id[0])
		return 0;
	seat = json_pack(
		"{s:s, s:s}", "session_id", a->actor->session_id, "seat_id", a->actor->seat_id);
	json_object_set_new(out, "seat", seat);
	r = member_store_by_account(a->txn, a->actor->session_id, a->actor->account_id, &m);
	if (!r)
		out_int(seat, "member_no", m->no);
	return r < 0 ? r : 0;
}

static int out_deputy(struct act *a, json_t *out)
{
	DEPUTY_AUTO struct deputy *d = NULL;
	int r = deputy_store_get(a->txn, a->actor->account_id, a->legal_us, &d);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	json_t *row = json_pack("{s:s, s:s}", "login", d->login, "name", d->name);
	out_time(row, "until", d->until_us);
	json_object_set_new(out, "deputy", row);
	return 0;
}

static int run_me(struct act *a, const json_t *in, json_t *out)
{
	ACCOUNT_AUTO struct account *account = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	json_t *list = json_array();
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &account), "account");

	json_object_set_new(out, "keys", list);
	if (!r)
		r = account_store_keys(a->txn, a->actor->account_id, NULL, &keys);
	if (r)
		return r;
	json_object_set_new(out, "account", account_to_json(account));
	out_text(out, "csrf", a->actor->csrf);
	for (guint i = 0; i < keys->len; i++)
		json_array_append_new(list, key_row(g_ptr_array_index(keys, i)));
	r = out_deputy(a, out);
	return r ? r : out_seat(a, out);
}

static const struct field no_fields[] = {{NULL}};

const struct act_kind account_me_view = {
	.name = "account.me", .fields = no_fields, .run = run_me, .flags = ACT_READ};

static const struct field holder_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

/* Who names holders must know them by name and house; nothing else of an account is theirs. */
static json_t *holder_row(const struct act *a, const void *row)
{
	const struct account *holder = row;

	(void)a;
	return json_pack("{s:s, s:s, s:s*}", "id", holder->account_id, "name", holder->name,
		"org_name", holder->org_name);
}

static const char *holder_next(const void *row)
{
	return ((const struct account *)row)->account_id;
}

static int run_holders(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	int r = account_store_holders(a->txn, after ? after : "", limit, &rows);

	if (!r)
		out_list_page(a, rows, limit, holder_row, holder_next, out);
	return r;
}

const struct act_kind holder_list_view = {
	.name = "holder.list", .fields = holder_fields, .run = run_holders, .flags = ACT_READ};

static const struct field list_fields[] = {
	{"after", FIELD_TEXT, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{"role", FIELD_NAME, false, 1, 32},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after"), *role = in_text(in, "role");
	uint32_t roles = role ? role_from_name(role) : 0;
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) accounts = NULL;
	json_t *items = json_array();
	int r;

	json_object_set_new(out, "items", items);
	out_text(out, "next", NULL);
	if (role && !roles) /* nobody has a role that is not known */
		return 0;
	r = account_store_list(a->txn, after ? after : "", roles, limit, &accounts);
	if (r)
		return r;
	for (guint i = 0; i < accounts->len; i++)
		json_array_append_new(items, account_to_json(g_ptr_array_index(accounts, i)));
	const struct account *last =
		accounts->len == limit ? g_ptr_array_index(accounts, limit - 1) : NULL;
	out_text(out, "next", last ? last->login : NULL);
	return 0;
}

const struct act_kind account_list_view = {
	.name = "account.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};
