/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/project_holder.h"

#include <string.h>

#include "server/auth/permission.h"

int project_holder_key(struct act *a, const char *field, const char *account_id, int64_t no,
	char ret_kid[static 65])
{
	ACCOUNT_AUTO struct account *account = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	int r = act_found(a, account_store_get(a->txn, account_id, &account), field);

	if (!r)
		r = account_store_keys(a->txn, account_id, "holder", &keys);
	if (r)
		return r;
	if (!(account->roles & ROLE_HOLDER) || !keys->len)
		return refuse(a->refusal, "project.holder", field,
			"holder %" G_GINT64_FORMAT " is not a key holder or has registered no key",
			no);
	g_strlcpy(ret_kid, ((const struct account_key *)g_ptr_array_index(keys, 0))->key_id, 65);
	return 0;
}

static json_t *holder_row(const struct project_holder *h)
{
	gsize len;
	const void *key = g_bytes_get_data(h->public_key, &len);
	g_autofree char *text = g_base64_encode(key, len);
	json_t *row = json_object();

	out_int(row, "no", h->no);
	out_text(row, "name", h->name);
	out_text(row, "kid", h->key_id);
	out_text(row, "public_key", text);
	return row;
}

int project_holders_json(struct act *a, const char *project_id, json_t **ret_list)
{
	g_autoptr(GPtrArray) holders = NULL;
	int r = project_store_holders(a->txn, project_id, &holders);

	if (r)
		return r;
	*ret_list = json_array();
	for (guint i = 0; i < holders->len; i++)
		json_array_append_new(*ret_list, holder_row(g_ptr_array_index(holders, i)));
	return 0;
}

int project_sealing_json(struct act *a, const char *project_id, json_t **ret)
{
	PROJECT_AUTO struct project *p = NULL;
	json_t *holders = NULL;
	int r = project_store_get(a->txn, project_id, &p);

	if (!r)
		r = project_holders_json(a, project_id, &holders);
	if (r)
		return r;
	*ret = json_object();
	out_int(*ret, "threshold", p->holder_threshold);
	out_int(*ret, "window_minutes", p->window_minutes);
	out_text(*ret, "rescue", opening_rescue_name(p->rescue));
	json_object_set_new(*ret, "holders", holders);
	return 0;
}
