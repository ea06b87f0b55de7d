/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a notice that is not published yet: its author adds and removes them. */
#include "server/act/notice_attachment.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "server/act/acts.h"
#include "server/act/notice_draft.h"
#include "server/core/log.h"
#include "server/store/attachment_store.h"
#include "server/trade/attachment.h"

static json_t *attachment_json(const struct attachment *at)
{
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:I}", "attachment_id", at->attachment_id,
		"name", at->name, "type", at->type->name, "media_type", at->type->media_type,
		"size", (json_int_t)at->size);

	out_hex(out, "sha256", at->sha256, sizeof(at->sha256));
	if (at->offered)
		json_object_set_new(out, "offered", json_true());
	return out;
}

int notice_attachments_json(struct db_txn *txn, const char *notice_id, json_t **ret_list)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = attachment_store_list(txn, notice_id, &rows);

	if (r)
		return r;
	*ret_list = json_array();
	for (guint i = 0; i < rows->len; i++)
		json_array_append_new(*ret_list, attachment_json(g_ptr_array_index(rows, i)));
	return 0;
}

int notice_attachments_publish(struct db_txn *txn, const GPtrArray *rows)
{
	int r = 0;

	for (guint i = 0; !r && i < rows->len; i++) {
		struct notice_row *n = g_ptr_array_index(rows, i);
		if (n->has_attachments)
			r = notice_attachments_json(txn, n->notice_id, &n->attachments);
	}
	return r;
}

struct file {
	const char *data_dir;
	char attachment_id[ID_SIZE];
};

static void remove_file(void *data)
{
	const struct file *f = data;
	int r = attachment_file_remove(f->data_dir, f->attachment_id);

	if (r)
		log_fault("attachment.file_left", r, f->attachment_id);
}

/* Only its author, only while it is the draft he has seen; the notice is another one then. */
static int take_draft(struct act *a, const json_t *in, struct notice_row **ret)
{
	enum notice_state state;
	int r = notice_draft_take(a, in, NOTICE_STEP_EDIT, ret, &state);

	if (!r)
		r = act_require_version(a, (*ret)->version);
	return r ? r : notice_store_update(a->txn, *ret);
}

static const struct field attach_fields[] = {
	{"notice_id", FIELD_ID, true},
	{"name", FIELD_TEXT, true, 1, ATTACHMENT_NAME_MAX},
	{"offered", FIELD_BOOL, false},
	{NULL},
};

static int check_content(struct act *a, const char *name, struct attachment *at)
{
	gsize len = 0;
	const void *bytes = a->body ? g_bytes_get_data(a->body, &len) : NULL;

	at->type = bytes ? attachment_type_of(bytes, len) : NULL;
	if (!at->type)
		return refuse(a->refusal, "attachment.type", "name",
			"PDF, OFD, PNG, JPEG, DOCX, XLSX or ZIP, told by the content");
	if (attachment_check_name(name, at->type))
		return refuse(a->refusal, "attachment.name", "name",
			"the content is %s; a name without folders, ending in .%s",
			at->type->media_type, at->type->name);
	at->size = (int64_t)len;
	SHA256(bytes, len, at->sha256);
	return 0;
}

static int check_number(struct act *a, const char *notice_id, const char *name)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = attachment_store_list(a->txn, notice_id, &rows);

	if (r)
		return r;
	if (rows->len >= ATTACHMENTS_MAX)
		return refuse(a->refusal, "attachment.too_many", NULL, "at most %u to a notice",
			ATTACHMENTS_MAX);
	for (guint i = 0; i < rows->len; i++)
		if (!strcmp(((const struct attachment *)g_ptr_array_index(rows, i))->name, name))
			return refuse(a->refusal, "attachment.name", "name",
				"the notice has a file of this name");
	return 0;
}

/* The file of an attempt before is written again, or taken away when this one is refused. */
static int keep_file(struct act *a, struct attachment *at)
{
	int r;

	g_strlcpy(at->attachment_id, a->file_id, sizeof(at->attachment_id));
	r = attachment_file_write(a->env->data_dir, at->attachment_id, a->body);
	if (r == -ENOSPC)
		return refuse(a->refusal, "attachment.no_space", NULL, NULL);
	return r ? r : attachment_store_insert(a->txn, at, a->legal_us);
}

static int attach(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	ATTACHMENT_AUTO struct attachment *at = g_new0(struct attachment, 1);
	const char *name = in_text(in, "name");
	int r = take_draft(a, in, &row);

	if (!r && in_bool(in, "offered", false) && !notice_kind_makes_tender(row->notice.kind))
		r = refuse(a->refusal, "attachment.offered", "offered",
			"only a file of a notice that invites or changes a tender");
	if (!r)
		r = check_content(a, name, at);
	if (!r)
		r = check_number(a, row->notice_id, name);
	if (r)
		return r;
	g_strlcpy(at->notice_id, row->notice_id, sizeof(at->notice_id));
	at->name = g_strdup(name);
	at->offered = in_bool(in, "offered", false);
	r = keep_file(a, at);
	if (r)
		return r;
	json_t *told = attachment_json(at);
	json_object_update(out, told);
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.attached", "notice", row->notice_id, told);
}

static int run_attach(struct act *a, const json_t *in, json_t *out)
{
	int r = attach(a, in, out);

	if (r == REFUSED) {
		struct file f = {.data_dir = a->env->data_dir};
		g_strlcpy(f.attachment_id, a->file_id, sizeof(f.attachment_id));
		remove_file(&f);
	}
	return r;
}

const struct act_kind notice_attach_act = {
	.name = "notice.attach", .fields = attach_fields, .run = run_attach, .flags = ACT_CREATES};

static const struct field one_fields[] = {
	{"notice_id", FIELD_ID, true},
	{"attachment_id", FIELD_ID, true},
	{NULL},
};

static int find(struct act *a, const json_t *in, struct attachment **ret)
{
	const char *id = in_text(in, "attachment_id");
	int r = act_found(a, attachment_store_get(a->txn, id, ret), "attachment_id");

	if (!r && strcmp((*ret)->notice_id, in_text(in, "notice_id")) != 0)
		r = act_found(a, STORE_E_NONE, "attachment_id");
	return r;
}

static int run_detach(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	ATTACHMENT_AUTO struct attachment *at = NULL;
	int r = take_draft(a, in, &row);

	if (!r)
		r = find(a, in, &at);
	if (!r)
		r = attachment_store_delete(a->txn, at->attachment_id);
	if (r)
		return r;
	struct file *f = g_new(struct file, 1);
	f->data_dir = a->env->data_dir;
	g_strlcpy(f->attachment_id, at->attachment_id, sizeof(f->attachment_id));
	db_txn_on_commit(a->txn, remove_file, f, g_free);
	out_int(out, "version", row->version + 1);
	return act_event(a, "notice.detached", "notice", row->notice_id,
		json_pack("{s:s}", "name", at->name));
}

const struct act_kind notice_detach_act = {
	.name = "notice.detach", .fields = one_fields, .run = run_detach};

static int check_readable(struct act *a, const char *notice_id)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	int r = act_found(a, notice_store_get(a->txn, notice_id, &row), "notice_id");

	return r ? r : notice_require_readable(a, row);
}

/* For those who work on the notice; readers have the file beside its page. */
static int run_get(struct act *a, const json_t *in, json_t *out)
{
	ATTACHMENT_AUTO struct attachment *at = NULL;
	g_autoptr(GBytes) bytes = NULL;
	int r = find(a, in, &at);

	if (!r)
		r = check_readable(a, at->notice_id);
	if (!r)
		r = attachment_file_read(a->env->data_dir, at->attachment_id, &bytes);
	if (r)
		return r;
	out_text(out, "name", at->name);
	out_base64(out, "content", bytes);
	return 0;
}

const struct act_kind notice_attachment_view = {
	.name = "notice.attachment", .fields = one_fields, .run = run_get, .flags = ACT_READ};
