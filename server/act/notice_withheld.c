/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/notice_withheld.h"

#include <errno.h>
#include <openssl/rand.h>
#include <string.h>

#include "proto/salted.h"
#include "server/sign/field_cipher.h"
#include "server/store/withheld_store.h"

#define PURPOSE "notice.withheld"

static const struct field row_fields[] = {
	{"field", FIELD_NAME, true, 1, 32},
	{"reason", FIELD_TEXT, true, 1, 500},
	{"until", FIELD_TIME, false},
	{NULL},
};

static char *row_id(const char *notice_id, const char *field)
{
	return g_strdup_printf("%s/%s", notice_id, field);
}

static int seal(struct act *a, const char *notice_id, const char *text, struct withheld *w)
{
	g_autofree char *id = row_id(notice_id, w->field);
	int r;

	if (RAND_bytes(w->salt, sizeof(w->salt)) != 1)
		return -EIO;
	salted_digest(w->salt, text, strlen(text), w->digest);
	r = field_cipher_seal(a->env->cipher, PURPOSE, id, text, strlen(text), &w->sealed);
	return r <= 0 ? r : -EIO;
}

static const struct withheld *find(const GPtrArray *list, const char *field)
{
	for (guint i = 0; i < list->len; i++) {
		const struct withheld *w = g_ptr_array_index(list, i);

		if (strcmp(w->field, field) == 0)
			return w;
	}
	return NULL;
}

/* The value that was sent, or the one put away before. */
static int take_one(
	struct act *a, struct notice_row *row, const GPtrArray *known, struct withheld *w)
{
	const char *text = in_text(row->fields, w->field);
	const struct withheld *before = find(known, w->field);
	const struct notice_field *field = notice_field_find(row->notice.kind, w->field);
	int r = 0;

	if (!field)
		return refuse(a->refusal, "input.invalid", "withheld",
			"this kind of notice has no such field");
	if (!field->withholdable)
		return refuse(a->refusal, notice_refusal_code(NOTICE_E_NOT_WITHHOLDABLE),
			field->name, NULL);
	if (text && *text) {
		r = seal(a, row->notice_id, text, w);
	} else if (before) {
		memcpy(w->salt, before->salt, sizeof(w->salt));
		memcpy(w->digest, before->digest, sizeof(w->digest));
		w->sealed = g_bytes_ref(before->sealed);
	} else {
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_MISSING), w->field, NULL);
	}
	if (!r)
		json_object_del(row->fields, w->field);
	return r;
}

static struct withheld *from_input(const json_t *in)
{
	struct withheld *w = g_new0(struct withheld, 1);

	g_strlcpy(w->field, in_text(in, "field"), sizeof(w->field));
	w->reason = g_strdup(in_text(in, "reason"));
	w->until_us = in_time_us(in, "until", 0);
	return w;
}

static struct withheld *as_before(const struct withheld *before)
{
	struct withheld *w = g_new0(struct withheld, 1);

	g_strlcpy(w->field, before->field, sizeof(w->field));
	w->reason = g_strdup(before->reason);
	w->until_us = before->until_us;
	return w;
}

/* What the input says is withheld, or what was if it says nothing of it; without values. */
static int read_list(struct act *a, const json_t *in, const GPtrArray *known, GPtrArray *list)
{
	const json_t *told = json_object_get(in, "withheld");
	size_t i;
	json_t *one;

	for (guint k = 0; !told && k < known->len; k++)
		g_ptr_array_add(list, as_before(g_ptr_array_index(known, k)));
	json_array_foreach (told, i, one) {
		int r = fields_check(row_fields, one, a->refusal);

		if (!r && find(list, in_text(one, "field")))
			r = refuse(a->refusal, "input.invalid", "withheld", "a field twice");
		if (r)
			return r;
		g_ptr_array_add(list, from_input(one));
	}
	return 0;
}

int notice_withheld_take(struct act *a, const json_t *in, struct notice_row *row)
{
	g_autoptr(GPtrArray) known = NULL;
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)withheld_free);
	int r = withheld_store_list(a->txn, row->notice_id, &known);

	if (!r)
		r = read_list(a, in, known, list);
	if (r)
		return r;
	/* The input's own object is kept for the request's digest. */
	json_t *own = json_copy(row->fields);
	json_decref(row->fields);
	row->notice.fields = row->fields = own;
	for (guint i = 0; !r && i < list->len; i++)
		r = take_one(a, row, known, g_ptr_array_index(list, i));
	return r ? r : withheld_store_replace(a->txn, row->notice_id, list);
}

static int out_value(
	const struct act_env *env, const char *notice_id, const struct withheld *w, json_t *row)
{
	g_autofree char *id = row_id(notice_id, w->field);
	g_autoptr(GBytes) plain = NULL;
	gsize len;
	int r = field_cipher_open(env->cipher, PURPOSE, id, w->sealed, &plain);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const char *text = g_bytes_get_data(plain, &len);
	json_object_set_new(row, "text", json_stringn(text ? text : "", len));
	out_hex(row, "salt", w->salt, sizeof(w->salt));
	return 0;
}

static bool is_shown(const struct withheld *w, enum withheld_shown shown)
{
	return shown == WITHHELD_ALL || (shown == WITHHELD_DISCLOSED && w->disclosed_us);
}

int notice_withheld_json(const struct act_env *env, struct db_txn *txn, const char *notice_id,
	enum withheld_shown shown, json_t **ret_list)
{
	g_autoptr(GPtrArray) rows = NULL;
	json_t *list = json_array();
	int r = withheld_store_list(txn, notice_id, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct withheld *w = g_ptr_array_index(rows, i);
		json_t *row = json_pack("{s:s, s:s}", "field", w->field, "reason", w->reason);
		out_time(row, "until", w->until_us);
		out_hex(row, "digest", w->digest, sizeof(w->digest));
		out_time(row, "disclosed_at", w->disclosed_us);
		if (is_shown(w, shown))
			r = out_value(env, notice_id, w, row);
		json_array_append_new(list, row);
	}
	if (r) {
		json_decref(list);
		return r;
	}
	*ret_list = list;
	return 0;
}

int notice_withheld_publish(const struct act_env *env, struct db_txn *txn, const GPtrArray *rows)
{
	int r = 0;

	for (guint i = 0; !r && i < rows->len; i++) {
		struct notice_row *n = g_ptr_array_index(rows, i);
		if (n->has_withheld)
			r = notice_withheld_json(
				env, txn, n->notice_id, WITHHELD_DISCLOSED, &n->withheld);
	}
	return r;
}

json_t *notice_withheld_by_field(const json_t *list)
{
	json_t *by_field = json_object();
	size_t i;
	json_t *row;

	json_array_foreach ((json_t *)list, i, row)
		json_object_set(by_field, in_text(row, "field"), row);
	return by_field;
}
