/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/documents.h"

#include <stdatomic.h>
#include <string.h>

#include "proto/ident.h"
#include "room-client/link/download.h"
#include "room-client/vault.h"

#define TRIES_MAX 8
#define RETRY_MAX_S 16
#define WATCH_MS 100
#define TELL_US (500 * 1000) /* how far a download is, is told no more often */

enum state {
	ABSENT,
	WAITING,
	LOADING,
	READY,
	FAILED,
};

static const char *const state_names[] = {"absent", "waiting", "loading", "ready", "failed"};

struct document {
	char bid[IDENT_SIZE];
	int file;
	char *name, *sha256;
	int64_t size;
	enum state state;
	char code[HTTPS_CODE_SIZE]; /* FAILED */
	int n_tries;
	/* While LOADING the download's thread alone touches these; */
	struct vault_file *kept;
	GChecksum *digest;
	_Atomic int64_t got; /* this one may be looked at */
};

struct documents {
	struct documents_out out;
	struct https *https;
	struct pace *pace;
	char *api, *session, *ca_file;
	struct vault *vault;
	bool listing, listed;
	char code[HTTPS_CODE_SIZE]; /* why there is no list */
	json_t *bids;               /* as the API gave them */
	GHashTable *documents;      /* "bid/file" → struct document, owned */
	GQueue waiting;             /* struct document */
	struct document *loading;
	struct download *download; /* NULL while its next try is waited for */
	guint watch, retry;
	int64_t told_us;
};

static void document_free(void *data)
{
	struct document *f = data;

	vault_file_unref(f->kept);
	if (f->digest)
		g_checksum_free(f->digest);
	g_free(f->name);
	g_free(f->sha256);
	g_free(f);
}

static char *key_of(const char *bid, int file)
{
	return g_strdup_printf("%s/%d", bid, file);
}

static struct document *find(const struct documents *d, const char *bid, int file)
{
	g_autofree char *key = key_of(bid, file);

	return g_hash_table_lookup(d->documents, key);
}

static void tell(struct documents *d, const struct document *f)
{
	json_auto_t *fields = json_pack("{s:s, s:i, s:s, s:I, s:I}", "bid", f->bid, "file", f->file,
		"state", state_names[f->state], "got", (json_int_t)f->got, "size",
		(json_int_t)f->size);

	if (f->state == FAILED)
		json_object_set_new(fields, "code", json_string(f->code));
	d->told_us = g_get_monotonic_time();
	d->out.changed(d->out.user, fields);
}

/* ---- fetching ---- */

static void next(struct documents *d);

/* Begins afresh with nothing, as after a failure. */
static void drop(struct document *f)
{
	f->kept = vault_file_unref(f->kept);
	g_clear_pointer(&f->digest, g_checksum_free);
	f->got = 0;
	f->n_tries = 0;
}

static void settle(struct documents *d, enum state state, const char *code)
{
	struct document *f = d->loading;

	d->loading = NULL;
	f->state = state;
	g_strlcpy(f->code, code, sizeof(f->code));
	if (state == FAILED)
		drop(f);
	if (d->watch)
		g_source_remove(d->watch);
	d->watch = 0;
	tell(d, f);
	next(d);
}

/* In the download's thread. */
static bool piece_came(void *user, const void *bytes, size_t len)
{
	struct document *f = ((struct documents *)user)->loading;

	if ((int64_t)len > f->size - f->got || vault_append(f->kept, bytes, len) != 0)
		return false;
	g_checksum_update(f->digest, bytes, (gssize)len);
	f->got += (int64_t)len;
	return true;
}

static void came_whole(struct documents *d)
{
	struct document *f = d->loading;

	if (f->got != f->size || strcmp(g_checksum_get_string(f->digest), f->sha256) != 0)
		settle(d, FAILED, "digest");
	else if (vault_finish(f->kept) != 0)
		settle(d, FAILED, "not_kept");
	else
		settle(d, READY, "");
}

static void download_begin(struct documents *d);

static gboolean try_again(void *user)
{
	struct documents *d = user;

	d->retry = 0;
	download_begin(d);
	return G_SOURCE_REMOVE;
}

static void download_done(void *user, const char *code)
{
	struct documents *d = user;
	g_autofree char *why = g_strdup(code);
	struct document *f = d->loading;

	d->download = download_free(d->download);
	if (!why)
		came_whole(d);
	else if (strcmp(why, "no_answer") != 0 || f->n_tries >= TRIES_MAX)
		settle(d, FAILED, why);
	else
		d->retry = g_timeout_add_seconds(
			(guint)MIN(1 << f->n_tries, RETRY_MAX_S), try_again, d);
}

static void download_begin(struct documents *d)
{
	struct document *f = d->loading;
	struct download_out out = {d, piece_came, download_done};
	g_autofree char *url =
		g_strdup_printf("%s/api/v1/bids/%s/files/%d", d->api, f->bid, f->file);
	struct download_config config = {
		.url = url,
		.bearer = d->out.token(d->out.user),
		.ca_file = d->ca_file,
		.from = f->got,
		.pace = d->pace,
	};

	f->n_tries++;
	if (!config.bearer)
		settle(d, FAILED, "no_sign_in");
	else
		d->download = download_new(&config, &out);
}

static gboolean watch(void *user)
{
	struct documents *d = user;
	int64_t now_us = g_get_monotonic_time();

	if (d->out.behind(d->out.user))
		pace_hold(d->pace, now_us);
	if (now_us - d->told_us >= TELL_US)
		tell(d, d->loading);
	return G_SOURCE_CONTINUE;
}

static void next(struct documents *d)
{
	struct document *f;

	if (d->loading || !(f = g_queue_pop_head(&d->waiting)))
		return;
	d->loading = f;
	f->state = LOADING;
	f->digest = g_checksum_new(G_CHECKSUM_SHA256);
	if (vault_file_new(d->vault, &f->kept) != 0) {
		settle(d, FAILED, "not_kept");
		return;
	}
	d->watch = g_timeout_add(WATCH_MS, watch, d);
	tell(d, f);
	download_begin(d);
}

bool documents_want(struct documents *d, const char *bid, int file)
{
	struct document *f = find(d, bid, file);

	if (!f)
		return false;
	if (f->state == READY || f->state == LOADING)
		return true;
	g_queue_remove(&d->waiting, f);
	g_queue_push_head(&d->waiting, f);
	f->state = WAITING;
	tell(d, f);
	next(d);
	return true;
}

GInputStream *documents_open(struct documents *d, const char *bid, int file)
{
	struct document *f = find(d, bid, file);

	return f && f->state == READY ? vault_stream_new(f->kept) : NULL;
}

/* ---- the list ---- */

static bool file_take(struct documents *d, const char *bid, const json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	const char *sha256 = json_string_value(json_object_get(json, "sha256"));
	int64_t no = json_integer_value(json_object_get(json, "file_no"));
	int64_t size = json_integer_value(json_object_get(json, "size"));
	struct document *f;

	if (!name || !sha256 || strlen(sha256) != 64 || no < 1 || no > INT_MAX || size < 0)
		return false;
	f = g_new0(struct document, 1);
	g_strlcpy(f->bid, bid, sizeof(f->bid));
	f->file = (int)no;
	f->name = g_strdup(name);
	f->sha256 = g_strdup(sha256);
	f->size = size;
	g_hash_table_replace(d->documents, key_of(bid, f->file), f);
	return true;
}

static bool bid_take(struct documents *d, const json_t *json)
{
	const char *bid = json_string_value(json_object_get(json, "bid_id"));
	const json_t *files = json_object_get(json, "files");
	size_t i;
	json_t *file;

	if (!bid || !ident_is_valid(bid, strlen(bid)) || !json_is_array(files))
		return false;
	json_array_foreach (files, i, file)
		if (!file_take(d, bid, file))
			return false;
	return true;
}

static bool list_take(struct documents *d, json_t *items)
{
	size_t i;
	json_t *bid;

	if (!json_is_array(items))
		return false;
	json_array_foreach (items, i, bid)
		if (!bid_take(d, bid)) {
			g_hash_table_remove_all(d->documents);
			return false;
		}
	json_decref(d->bids);
	d->bids = json_incref(items);
	return true;
}

void documents_answered(struct documents *d, const struct https_answer *answer)
{
	const char *code = "";

	d->listing = false;
	d->listed = answer->status == 200 && list_take(d, json_object_get(answer->body, "items"));
	if (!d->listed)
		code = answer->status == 0 ? "no_answer" : https_problem_code(answer->body);
	g_strlcpy(d->code, code, sizeof(d->code));
	d->out.listed(d->out.user);
}

static void list_answered(void *user, const struct https_answer *answer)
{
	documents_answered(user, answer);
}

void documents_refresh(struct documents *d)
{
	const char *token = d->out.token(d->out.user);
	g_autofree char *url = g_strdup_printf("%s/api/v1/sessions/%s/bids", d->api, d->session);
	const struct https_request asked = {.method = "GET", .url = url, .bearer = token};

	if (d->listed || d->listing)
		return;
	if (!token) {
		g_strlcpy(d->code, "no_sign_in", sizeof(d->code));
		return;
	}
	d->listing = true;
	https_send(d->https, &asked, list_answered, d);
}

static json_t *file_describe(const struct document *f)
{
	json_t *json = json_pack("{s:i, s:s, s:I, s:s, s:I}", "file", f->file, "name", f->name,
		"size", (json_int_t)f->size, "state", state_names[f->state], "got",
		(json_int_t)f->got);

	if (f->state == FAILED)
		json_object_set_new(json, "code", json_string(f->code));
	return json;
}

static json_t *bid_describe(const struct documents *d, const json_t *bid)
{
	const char *id = json_string_value(json_object_get(bid, "bid_id"));
	json_t *files = json_array();
	size_t i;
	json_t *file;

	json_array_foreach (json_object_get(bid, "files"), i, file) {
		int no = (int)json_integer_value(json_object_get(file, "file_no"));

		json_array_append_new(files, file_describe(find(d, id, no)));
	}
	return json_pack("{s:s, s:O*, s:O*, s:O*, s:o}", "bid", id, "no",
		json_object_get(bid, "no"), "lot", json_object_get(bid, "lot_id"), "bidder",
		json_object_get(bid, "bidder_name"), "files", files);
}

json_t *documents_list(const struct documents *d)
{
	json_t *bids = json_array(), *bid;
	size_t i;

	json_array_foreach (d->bids, i, bid)
		json_array_append_new(bids, bid_describe(d, bid));
	return json_pack("{s:o, s:s*}", "bids", bids, "code", d->code[0] ? d->code : NULL);
}

/* ---- making and ending ---- */

int documents_new(const struct documents_config *config, const struct documents_out *out,
	struct documents **ret_documents)
{
	struct documents *d = g_new0(struct documents, 1);

	d->out = *out;
	d->https = config->https;
	d->pace = config->pace;
	d->api = g_strdup(config->api);
	d->session = g_strdup(config->session);
	d->ca_file = g_strdup(config->ca_file);
	d->bids = json_array();
	d->documents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, document_free);
	g_queue_init(&d->waiting);
	if (vault_new(config->dir, &d->vault) != 0) {
		documents_free(d);
		return -EIO;
	}
	*ret_documents = d;
	return 0;
}

struct documents *documents_free(struct documents *d)
{
	if (!d)
		return NULL;
	if (d->watch)
		g_source_remove(d->watch);
	if (d->retry)
		g_source_remove(d->retry);
	download_free(d->download);
	g_queue_clear(&d->waiting);
	g_hash_table_unref(d->documents);
	vault_unref(d->vault);
	json_decref(d->bids);
	g_free(d->api);
	g_free(d->session);
	g_free(d->ca_file);
	g_free(d);
	return NULL;
}
