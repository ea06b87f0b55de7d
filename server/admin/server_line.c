/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/admin/server_line.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>

#define CONNECT_WITHIN_S 10L
#define ANSWER_WITHIN_S 60L

struct server_line {
	CURL *curl;
	char *url, *ca_file;
	char *authorization; /* NULL: nobody's */
	char error[CURL_ERROR_SIZE];
};

struct answer {
	GByteArray *bytes;
	size_t max;
	bool too_long;
};

struct server_line *server_line_new(const char *url, const char *ca_file)
{
	struct server_line *f = g_new0(struct server_line, 1);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	f->curl = curl_easy_init();
	f->url = g_strdup(url);
	f->ca_file = g_strdup(ca_file);
	return f;
}

void server_line_free(struct server_line *f)
{
	if (!f)
		return;
	curl_easy_cleanup(f->curl);
	curl_global_cleanup();
	g_free(f->url);
	g_free(f->ca_file);
	g_free(f->authorization);
	g_free(f);
}

void server_line_sign(struct server_line *f, const char *token)
{
	g_free(f->authorization);
	f->authorization = g_strconcat("Authorization: Bearer ", token, NULL);
}

const char *server_line_error(const struct server_line *f)
{
	return f->error;
}

static size_t collect(char *data, size_t size, size_t n, void *user)
{
	struct answer *a = user;

	if (a->bytes->len + size * n > a->max) {
		a->too_long = true;
		return 0;
	}
	g_byte_array_append(a->bytes, (const guint8 *)data, (guint)(size * n));
	return size * n;
}

static void prepare(struct server_line *f, const char *url, struct answer *answer)
{
	curl_easy_reset(f->curl);
	f->error[0] = '\0';
	curl_easy_setopt(f->curl, CURLOPT_URL, url);
	if (f->ca_file) {
		curl_easy_setopt(f->curl, CURLOPT_CAINFO, f->ca_file);
		curl_easy_setopt(f->curl, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_WITHIN_S);
	curl_easy_setopt(f->curl, CURLOPT_TIMEOUT, ANSWER_WITHIN_S);
	curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(f->curl, CURLOPT_ERRORBUFFER, f->error);
}

int server_line_ask(struct server_line *f, const char *path, const char *post, size_t max,
	int *ret_status, GBytes **ret_body)
{
	g_autofree char *url = g_strconcat(f->url, path, NULL);
	struct answer answer = {.bytes = g_byte_array_new(), .max = max};
	struct curl_slist *headers = NULL;
	long status = 0;

	if (!f->curl)
		g_error("out of memory");
	prepare(f, url, &answer);
	if (f->authorization)
		headers = curl_slist_append(headers, f->authorization);
	if (post) {
		headers = curl_slist_append(headers, "Content-Type: application/json");
		curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, post);
	}
	curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, headers);
	CURLcode code = curl_easy_perform(f->curl);
	curl_slist_free_all(headers);
	curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code) {
		if (!f->error[0])
			g_strlcpy(f->error, curl_easy_strerror(code), sizeof(f->error));
		g_byte_array_unref(answer.bytes);
		return answer.too_long ? -EFBIG : -EIO;
	}
	*ret_status = (int)status;
	*ret_body = g_byte_array_free_to_bytes(answer.bytes);
	return 0;
}
