/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/bucket.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/hex.h"
#include "server/record/bucket_versions.h"

#define CONNECT_WITHIN_MS 5000L
/* A line that brings less than this for that long is dead; one that brings little more is given up
 * when a request has taken longer than it may. */
#define LEAST_BYTES_PER_S 1024L
#define LEAST_FOR_S 20L
#define REQUEST_WITHIN_MS 30000
#define SLOWEST_BYTES_PER_MS 64
#define CREDENTIALS_MAX 1024
#define CREDENTIAL_LEAST 3
/* Connections that are kept open for the next request. */
#define IDLE_MAX 8
#define LIST_MAX ((size_t)4 << 20)
/* Each takes away up to a thousand versions. */
#define ROUNDS_MAX 100

struct bucket {
	char *base;    /* "ENDPOINT/BUCKET/" */
	char *scope;   /* what curl signs for */
	char *account; /* "access key:secret key" */
	char *ca_file;
	GAsyncQueue *idle; /* CURL: its connection is used again */
};

/* --- Credentials ------------------------------------------------------------------------------ */

static int file_read(const char *path, char text[CREDENTIALS_MAX + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (st.st_mode & 077)
		r = -EACCES;
	n = r ? 0 : read(fd, text, CREDENTIALS_MAX);
	if (n < 0)
		r = -errno;
	else
		text[n] = '\0';
	close(fd);
	return r;
}

static int credentials_read(const char *path, char **ret_account)
{
	char text[CREDENTIALS_MAX + 1];
	char *secret, *end;
	int r = file_read(path, text);

	if (!r) {
		secret = strchr(text, '\n');
		end = secret ? strchr(secret + 1, '\n') : NULL;
		if (secret)
			*secret++ = '\0';
		if (end)
			*end = '\0';
		g_strchomp(text);
		if (secret)
			g_strchomp(secret);
		if (!secret || strlen(text) < CREDENTIAL_LEAST ||
			strlen(secret) < CREDENTIAL_LEAST || strchr(text, ':'))
			r = -EBADMSG;
		else
			*ret_account = g_strdup_printf("%s:%s", text, secret);
	}
	OPENSSL_cleanse(text, sizeof(text));
	return r;
}

int bucket_new(const struct bucket_config *config, struct bucket **ret)
{
	char *account = NULL;
	int r = credentials_read(config->credentials, &account);

	if (r)
		return r;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	struct bucket *b = g_new0(struct bucket, 1);
	b->base = g_strdup_printf("%s%s%s/", config->endpoint,
		g_str_has_suffix(config->endpoint, "/") ? "" : "/", config->name);
	b->scope = g_strdup_printf("aws:amz:%s:s3", config->region);
	b->account = account;
	b->ca_file = g_strdup(config->ca_file);
	b->idle = g_async_queue_new_full((GDestroyNotify)curl_easy_cleanup);
	*ret = b;
	return 0;
}

struct bucket *bucket_free(struct bucket *b)
{
	if (!b)
		return NULL;
	g_async_queue_unref(b->idle);
	OPENSSL_cleanse(b->account, strlen(b->account));
	g_free(b->account);
	g_free(b->base);
	g_free(b->scope);
	g_free(b->ca_file);
	g_free(b);
	curl_global_cleanup();
	return NULL;
}

/* --- Requests --------------------------------------------------------------------------------- */

/* What goes out and what comes in; bytes that do not fit end the request. */
struct transfer {
	const uint8_t *out;
	uint8_t *in;
	GByteArray *list; /* instead of in, where nobody knows how long it will be */
	size_t out_len, in_len, done;
};

static size_t send_piece(char *to, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	size_t piece = MIN(size * n, t->out_len - t->done);

	memcpy(to, t->out + t->done, piece);
	t->done += piece;
	return piece;
}

/* A connection that was kept may turn out to be closed when all is sent. */
static int send_again(void *user, curl_off_t offset, int origin)
{
	struct transfer *t = user;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > t->out_len)
		return CURL_SEEKFUNC_FAIL;
	t->done = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t take_piece(char *from, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	size_t piece = size * n;

	if (piece > t->in_len - t->done)
		return 0;
	if (t->list)
		g_byte_array_append(t->list, (const guint8 *)from, (guint)piece);
	else
		memcpy(t->in + t->done, from, piece);
	t->done += piece;
	return piece;
}

/* The words of a refusal are of no use to a program. */
static size_t drop_piece(char *from, size_t size, size_t n, void *user)
{
	(void)from;
	(void)user;
	return size * n;
}

static CURL *handle_take(struct bucket *b)
{
	CURL *curl = g_async_queue_try_pop(b->idle);

	if (curl)
		curl_easy_reset(curl);
	return curl ? curl : curl_easy_init();
}

static void handle_give_back(struct bucket *b, CURL *curl)
{
	if (g_async_queue_length(b->idle) < IDLE_MAX)
		g_async_queue_push(b->idle, curl);
	else
		curl_easy_cleanup(curl);
}

static int failure_of(CURLcode rc, long status)
{
	if (rc == CURLE_OK)
		return status == 404 ? -ENOENT : -EPROTO;
	/* What a right answer would not do: be longer, shorter or no HTTP. */
	return rc == CURLE_WRITE_ERROR || rc == CURLE_PARTIAL_FILE || rc == CURLE_WEIRD_SERVER_REPLY
		       ? -EPROTO
		       : -EHOSTUNREACH;
}

/* Performs what was set up on curl; len: of what it brings there or back; status: what a right
 * answer has. */
static int perform(struct bucket *b, CURL *curl, const char *where, const char *sha256, size_t len,
	bool (*is_right)(long status))
{
	g_autofree char *url = g_strconcat(b->base, where, NULL);
	g_autofree char *digest = g_strdup_printf("x-amz-content-sha256: %s", sha256);
	struct curl_slist *headers = curl_slist_append(NULL, digest);
	long answered = 0;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, b->scope);
	curl_easy_setopt(curl, CURLOPT_USERPWD, b->account);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_WITHIN_MS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, LEAST_BYTES_PER_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, LEAST_FOR_S);
	curl_easy_setopt(
		curl, CURLOPT_TIMEOUT_MS, (long)(REQUEST_WITHIN_MS + len / SLOWEST_BYTES_PER_MS));
	if (*b->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, b->ca_file);
	CURLcode rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answered);
	curl_slist_free_all(headers);
	/* A refusal may be longer than what was asked for. */
	if (rc == CURLE_WRITE_ERROR && answered == 404)
		rc = CURLE_OK;
	return rc == CURLE_OK && is_right(answered) ? 0 : failure_of(rc, answered);
}

static char *sha256_hex(const void *data, size_t len)
{
	uint8_t digest[32];

	if (EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return g_strdup("");
	return hex_encode(digest, sizeof(digest));
}

static bool is_done(long status)
{
	return status == 200;
}

static bool is_part(long status)
{
	return status == 206;
}

/* 204 says that there is nothing to say, which some stores say by 200. */
static bool is_gone(long status)
{
	return status == 200 || status == 204;
}

int bucket_put(struct bucket *b, const char *key, const void *data, size_t len)
{
	struct transfer t = {.out = data, .out_len = len};
	g_autofree char *sha256 = sha256_hex(data, len);
	CURL *curl = handle_take(b);

	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, send_piece);
	curl_easy_setopt(curl, CURLOPT_READDATA, &t);
	curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, send_again);
	curl_easy_setopt(curl, CURLOPT_SEEKDATA, &t);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_piece);
	int r = perform(b, curl, key, sha256, len, is_done);
	handle_give_back(b, curl);
	return r;
}

int bucket_get(struct bucket *b, const char *key, uint64_t at, size_t len, uint8_t *ret)
{
	struct transfer t = {.in = ret, .in_len = len};
	g_autofree char *sha256 = sha256_hex("", 0);
	g_autofree char *range =
		g_strdup_printf("%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, at, at + len - 1);
	struct curl_header *where;
	CURL *curl = handle_take(b);

	curl_easy_setopt(curl, CURLOPT_RANGE, range);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_piece);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t);
	int r = perform(b, curl, key, sha256, len, is_part);
	g_autofree char *right = g_strdup_printf("bytes %s/", range);
	if (!r && (t.done != len ||
			  curl_easy_header(curl, "content-range", 0, CURLH_HEADER, -1, &where) !=
				  CURLHE_OK ||
			  !g_str_has_prefix(where->value, right)))
		r = -EPROTO;
	handle_give_back(b, curl);
	return r;
}

static bool has_header(CURL *curl, const char *name)
{
	struct curl_header *header;

	return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
}

/* where: a key, and perhaps a version. ret_versions: others may be left. */
static int delete_one(struct bucket *b, const char *where, bool *ret_versions)
{
	g_autofree char *sha256 = sha256_hex("", 0);
	CURL *curl = handle_take(b);

	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_piece);
	int r = perform(b, curl, where, sha256, 0, is_gone);
	*ret_versions =
		has_header(curl, "x-amz-version-id") || has_header(curl, "x-amz-delete-marker");
	handle_give_back(b, curl);
	return r == -ENOENT ? 0 : r;
}

/* Appends the ids of the key's versions; of a long list its beginning. */
static int list_versions(struct bucket *b, const char *key, GPtrArray *ids)
{
	g_autoptr(GByteArray) list = g_byte_array_new();
	struct transfer t = {.list = list, .in_len = LIST_MAX};
	g_autofree char *sha256 = sha256_hex("", 0);
	g_autofree char *name = g_uri_escape_string(key, NULL, FALSE);
	/* In the order in which they are signed. */
	g_autofree char *where = g_strdup_printf("?prefix=%s&versions=", name);
	CURL *curl = handle_take(b);

	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_piece);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &t);
	int r = perform(b, curl, where, sha256, 0, is_done);
	handle_give_back(b, curl);
	return r ? r : bucket_versions_parse((const char *)list->data, list->len, key, ids);
}

static int delete_versions(struct bucket *b, const char *key)
{
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
		bool more;
		int r = list_versions(b, key, ids);

		if (r || !ids->len)
			return r;
		for (guint i = 0; !r && i < ids->len; i++) {
			g_autofree char *id = g_uri_escape_string(ids->pdata[i], NULL, FALSE);
			g_autofree char *where = g_strdup_printf("%s?versionId=%s", key, id);

			r = delete_one(b, where, &more);
		}
		if (r)
			return r;
	}
	return -EPROTO;
}

/* Where versions are kept, deleting only puts a mark over them. */
int bucket_delete(struct bucket *b, const char *key)
{
	bool versions = false;
	int r = delete_one(b, key, &versions);

	return r || !versions ? r : delete_versions(b, key);
}
