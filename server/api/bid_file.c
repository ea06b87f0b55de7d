/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One document of an opened bid, for the experts who judge it. It is decrypted chunk by chunk while
 * it is sent, so that it lies neither on disk nor whole in memory.
 */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/act/bid_document.h"
#include "server/act/bid_open.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/sign/bid_key.h"
#include "server/store/bid_file.h"
#include "server/store/project_key_store.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"file_no", FIELD_INT, true, 1, SEALED_FILES_MAX},
	{NULL},
};

/* Nothing is sent before it is on the record; a document that is read in pieces, or again, is not
 * told of twice. */
static int record(struct act *a, const char *bid_id, const json_t *file)
{
	const struct actor *who = a->actor;
	const struct bid_reading reading = {.session_id = who->session_id,
		.account_id = who->account_id,
		.bid_id = bid_id,
		.file_no = in_int(file, "file_no", 0),
		.read_us = a->legal_us};
	bool first;
	int r = bid_store_add_reading(a->txn, &reading, &first);

	if (r || !first)
		return r;
	return act_event(a, "bid.file_read", "session", who->session_id,
		json_pack("{s:s, s:s, s:O, s:O, s:O}", "seat", who->seat_id, "bid", bid_id, "file",
			json_object_get(file, "file_no"), "name", json_object_get(file, "name"),
			"sha256", json_object_get(file, "sha256")));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *bid_id = in_text(in, "bid_id");
	json_auto_t *file = NULL;
	int r = bid_document_for_act(a, bid_id, in_int(in, "file_no", 0), "bid.file", &file);

	if (r)
		return r;
	json_object_update(out, file);
	return record(a, bid_id, file);
}

/* Never answered from what was answered before: whether one may read it is asked every time. */
const struct act_kind bid_file_act = {
	.name = "bid.file", .fields = fields, .run = run, .flags = ACT_SECRET};

/* A document being sent: held by its response and by each pull under way. */
struct document {
	gatomicrefcount refs;
	struct job_pool *jobs;
	struct bid_document file;
};

static void document_unref(void *data)
{
	struct document *d = data;

	if (!g_atomic_ref_count_dec(&d->refs))
		return;
	bid_document_close(&d->file);
	g_free(d);
}

struct pull {
	struct document *document;
	uint64_t at, left;
	struct http_reply_to to;
};

static void run_pull(void *data, void *thread_data)
{
	const struct pull *p = data;
	GBytes *piece = NULL;
	int r = bid_document_read(&p->document->file, p->at, p->left, &piece);

	(void)thread_data;
	if (r)
		log_event(LOG_ERR, "bid.document", log_int("result", r));
	http_feed(p->to, piece);
}

static void pull_free(void *data)
{
	struct pull *p = data;

	document_unref(p->document);
	g_free(p);
}

static void pull(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to)
{
	struct document *d = ctx;
	struct pull *p = g_new(struct pull, 1);

	g_atomic_ref_count_inc(&d->refs);
	*p = (struct pull){d, at, left, to};
	if (job_post(d->jobs, JOB_LANE_FILES, run_pull, NULL, p, pull_free) == 0)
		return;
	pull_free(p);
	http_feed(to, NULL);
}

/* The row again, for what is no part of an answer. */
struct secret {
	const char *bid_id;
	struct bid_row *bid;
	char project_id[ID_SIZE];
	GBytes *project_key;
};

static int read_row(struct db_txn *txn, void *data)
{
	struct secret *s = data;

	g_clear_pointer(&s->bid, bid_row_free);
	g_clear_pointer(&s->project_key, g_bytes_unref);
	int r = bid_store_get(txn, s->bid_id, &s->bid);
	return r ? r
		 : project_key_store_of_lot(txn, s->bid->lot_id, s->project_id, &s->project_key);
}

static int find_document(const struct bid_row *bid, size_t i, struct bid_document *d)
{
	struct sealed_manifest *m;
	int r = sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m);

	if (r)
		return r;
	d->offset = m->files[i].offset;
	d->size = m->files[i].size;
	sealed_manifest_free(m);
	return 0;
}

static int unwrap_key(const struct act_env *env, const struct secret *s, struct bid_document *d)
{
	g_autoptr(GBytes) key = NULL;
	int r = bid_key_unwrap(
		env->cipher, s->project_id, s->project_key, s->bid_id, s->bid->content_key, &key);

	if (r || g_bytes_get_size(key) != sizeof(d->key))
		return r ? r : -EBADMSG;
	memcpy(d->key, g_bytes_get_data(key, NULL), sizeof(d->key));
	return 0;
}

static int open_document(struct api_call *call, const char *bid_id, size_t i, struct document **ret)
{
	const struct act_env *env = call->api->env;
	struct secret s = {.bid_id = bid_id};
	struct document *d = g_new0(struct document, 1);
	int r = db_run_read(env->pool, read_row, &s);

	g_atomic_ref_count_init(&d->refs);
	d->jobs = call->api->jobs;
	d->file.fd = -1;
	if (!r)
		r = bid_document_open(env->data_dir, bid_id, &d->file);
	if (!r)
		r = find_document(s.bid, i, &d->file);
	if (!r)
		r = unwrap_key(env, &s, &d->file);
	bid_row_free(s.bid);
	g_bytes_unref(s.project_key);
	if (r) {
		document_unref(d);
		return r < 0 ? r : -EBADMSG;
	}
	*ret = d;
	return 0;
}

/* What a browser or client may show; anything else is only offered for saving. */
static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && g_ascii_strcasecmp(dot, ".pdf") == 0 ? "application/pdf"
							   : "application/octet-stream";
}

static void respond(struct api_call *call, struct document *d, const char *name)
{
	const struct http_source source = {d->file.size, pull, d, document_unref};
	g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
	g_autofree char *disposition = g_strdup_printf("inline; filename*=UTF-8''%s", escaped);

	call->response = response_source(&source, type_of(name), NULL);
	response_header(call->response, "content-disposition", disposition);
	/* The console shows it under a mark that names who reads it. */
	call->response->framed = true;
}

int api_bid_file(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = NULL, *out = NULL;
	struct document *document = NULL;
	int result = api_input(call, kind, &in, &r);

	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	if (!result)
		result = open_document(call, in_text(in, "bid_id"),
			(size_t)in_int(in, "file_no", 0) - 1, &document);
	json_decref(in);
	if (result) {
		api_answer(call, result, out, &r);
		return 0;
	}
	respond(call, document, in_text(out, "name"));
	json_decref(out);
	return 0;
}
