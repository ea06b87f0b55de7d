/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/https.h"

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "proto/json_text.h"

#define ANSWER_MAX (4 * 1024 * 1024)
#define CONNECT_WITHIN_S 5L
#define ANSWER_WITHIN_S 20L

struct https {
	char *ca_file;
	/* One thread, so that requests keep their order; its own and joined, not one of a pool:
	 * what OpenSSL keeps for a thread goes with the thread, and has to be gone before OpenSSL
	 * ends. */
	GThread *thread;
	GAsyncQueue *queue; /* struct request, not owned; and END */
	GPtrArray *waiting; /* main thread: struct request, not owned */
};

struct request {
	struct https *https;
	char *ca_file;
	char *method, *url, *body;
	struct curl_slist *headers;
	https_done_fn *done;
	void *user;

	int status;
	GByteArray *answer;
	char error[CURL_ERROR_SIZE];
};

const char *https_problem_code(const json_t *problem)
{
	const char *code = json_text(problem, "code");

	return *code && strlen(code) < HTTPS_CODE_SIZE ? code : "bad_answer";
}

static void request_free(struct request *r)
{
	g_free(r->ca_file);
	g_free(r->method);
	g_free(r->url);
	free(r->body);
	curl_slist_free_all(r->headers);
	g_byte_array_unref(r->answer);
	g_free(r);
}

static gboolean request_answered(void *user)
{
	struct request *r = user;
	g_autoptr(GBytes) bytes = g_bytes_new(r->answer->data, r->answer->len);
	json_auto_t *body = json_loadb((char *)r->answer->data, r->answer->len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	struct https_answer answer = {r->status, body, bytes, r->error};

	g_ptr_array_remove_fast(r->https->waiting, r);
	r->done(r->user, &answer);
	request_free(r);
	return G_SOURCE_REMOVE;
}

static size_t collect(char *data, size_t size, size_t n, void *user)
{
	struct request *r = user;

	if (r->answer->len + size * n > ANSWER_MAX)
		return 0;
	g_byte_array_append(r->answer, (const guint8 *)data, (guint)(size * n));
	return size * n;
}

static void curl_prepare(CURL *curl, struct request *r)
{
	curl_easy_setopt(curl, CURLOPT_URL, r->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, r->headers);
	if (r->body)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body);
	if (r->ca_file) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, r->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_WITHIN_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_WITHIN_S);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, r->error);
}

static void request_perform(CURL *curl, struct request *r)
{
	CURLcode code = CURLE_FAILED_INIT;
	long status = 0;

	if (curl) {
		curl_easy_reset(
			curl); /* all but the connections, which the next request goes over */
		curl_prepare(curl, r);
		code = curl_easy_perform(curl);
		if (code == CURLE_OK)
			curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	}
	if (code != CURLE_OK && !r->error[0])
		g_strlcpy(r->error, curl_easy_strerror(code), sizeof(r->error));
	r->status = (int)status;
	g_idle_add_full(G_PRIORITY_DEFAULT, request_answered, r, NULL);
}

static struct request END;

static void *requests_perform(void *user)
{
	GAsyncQueue *queue = user;
	CURL *curl = curl_easy_init();
	struct request *r;

	while ((r = g_async_queue_pop(queue)) != &END)
		request_perform(curl, r);
	curl_easy_cleanup(curl);
	return NULL;
}

struct https *https_new(const char *ca_file)
{
	struct https *h = g_new0(struct https, 1);

	h->ca_file = g_strdup(ca_file);
	h->waiting = g_ptr_array_new();
	h->queue = g_async_queue_new();
	h->thread = g_thread_new("https", requests_perform, h->queue);
	return h;
}

struct https *https_free(struct https *h)
{
	if (!h)
		return NULL;
	/* Does not wait for those not yet begun. */
	g_async_queue_push_front(h->queue, &END);
	g_thread_join(h->thread);
	g_async_queue_unref(h->queue);
	/* Answers on their way to the main loop find nobody. */
	for (guint i = 0; i < h->waiting->len; i++) {
		struct request *r = h->waiting->pdata[i];

		g_idle_remove_by_data(r);
		request_free(r);
	}
	g_ptr_array_unref(h->waiting);
	g_free(h->ca_file);
	g_free(h);
	return NULL;
}

static void header_add(struct request *r, const char *name, const char *value)
{
	g_autofree char *line = g_strdup_printf("%s: %s", name, value);

	r->headers = curl_slist_append(r->headers, line);
}

void https_send(struct https *h, const struct https_request *asked, https_done_fn *done, void *user)
{
	struct request *r = g_new0(struct request, 1);
	g_autofree char *authorization =
		asked->bearer ? g_strconcat("Bearer ", asked->bearer, NULL) : NULL;

	r->https = h;
	r->ca_file = g_strdup(h->ca_file);
	r->method = g_strdup(asked->method);
	r->url = g_strdup(asked->url);
	r->answer = g_byte_array_new();
	r->done = done;
	r->user = user;
	if (asked->body) {
		r->body = json_dumps(asked->body, JSON_COMPACT);
		header_add(r, "Content-Type", "application/json");
	}
	if (authorization)
		header_add(r, "Authorization", authorization);
	if (asked->idempotency_key)
		header_add(r, "Idempotency-Key", asked->idempotency_key);
	if (asked->if_match)
		header_add(r, "If-Match", asked->if_match);
	g_ptr_array_add(h->waiting, r);
	g_async_queue_push(h->queue, r);
}
