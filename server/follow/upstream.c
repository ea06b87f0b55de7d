/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/upstream.h"

#include <curl/curl.h>
#include <jansson.h>
#include <string.h>

#include "server/core/printable.h"

#define CONNECT_WITHIN_MS 2000L
#define ANSWER_WITHIN_MS 5000L
#define ANSWER_MAX 65536

struct upstream {
	CURL *curl;
	struct curl_slist *type;
	char *url, *ca_file;
};

struct upstream *upstream_new(const char *url, const char *ca_file, const char *content_type)
{
	struct upstream *u = g_new0(struct upstream, 1);
	g_autofree char *type = g_strdup_printf("Content-Type: %s", content_type);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	u->curl = curl_easy_init();
	u->type = curl_slist_append(NULL, type);
	u->url = g_strdup(url);
	u->ca_file = g_strdup(ca_file);
	return u;
}

struct upstream *upstream_free(struct upstream *u)
{
	if (!u)
		return NULL;
	curl_easy_cleanup(u->curl);
	curl_slist_free_all(u->type);
	curl_global_cleanup();
	g_free(u->url);
	g_free(u->ca_file);
	g_free(u);
	return NULL;
}

static size_t collect(char *data, size_t size, size_t n, void *user)
{
	GByteArray *bytes = user;

	if (bytes->len + size * n > ANSWER_MAX)
		return 0;
	g_byte_array_append(bytes, (const guint8 *)data, (guint)(size * n));
	return size * n;
}

static void take_text(struct upstream_answer *ret, const char *text)
{
	g_autofree char *shown = printable(text, strlen(text), sizeof(ret->text) - 1);

	g_strlcpy(ret->text, shown, sizeof(ret->text));
}

void upstream_understand(
	int status, const char *push_id, const void *bytes, size_t len, struct upstream_answer *ret)
{
	json_t *answer = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	const char *id = json_string_value(json_object_get(answer, "push_id"));
	const char *receipt = json_string_value(json_object_get(answer, "receipt"));
	const char *refused = json_string_value(json_object_get(answer, "refused"));

	*ret = (struct upstream_answer){.http_status = status};
	ret->outcome = status >= 500 || status == 429 ? UPSTREAM_DOWN : UPSTREAM_NO_ANSWER;
	g_snprintf(ret->text, sizeof(ret->text), "HTTP %d without a receipt", status);
	if (id && !strcmp(id, push_id) && receipt && *receipt && (status == 200 || status == 201)) {
		ret->outcome = UPSTREAM_RECEIPT;
		take_text(ret, receipt);
	} else if (id && !strcmp(id, push_id) && refused &&
		   (status == 400 || status == 409 || status == 422)) {
		ret->outcome = UPSTREAM_REFUSED;
		take_text(ret, refused);
	}
	json_decref(answer);
}

void upstream_send(
	struct upstream *u, const char *push_id, const char *body, struct upstream_answer *ret)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *key = g_strdup_printf("Idempotency-Key: %s", push_id);
	struct curl_slist *headers = curl_slist_append(NULL, key);
	long status = 0;

	headers = curl_slist_append(headers, u->type->data);
	curl_easy_reset(u->curl);
	curl_easy_setopt(u->curl, CURLOPT_URL, u->url);
	curl_easy_setopt(u->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(u->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(u->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(u->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
	curl_easy_setopt(u->curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(u->curl, CURLOPT_WRITEDATA, bytes);
	curl_easy_setopt(u->curl, CURLOPT_NOSIGNAL, 1L);
	/* What comes behind an answer must not be read as that to the next delivery. */
	curl_easy_setopt(u->curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(u->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_WITHIN_MS);
	curl_easy_setopt(u->curl, CURLOPT_TIMEOUT_MS, ANSWER_WITHIN_MS);
	if (*u->ca_file)
		curl_easy_setopt(u->curl, CURLOPT_CAINFO, u->ca_file);
	CURLcode rc = curl_easy_perform(u->curl);
	curl_easy_getinfo(u->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	if (rc == CURLE_OK) {
		upstream_understand((int)status, push_id, bytes->data, bytes->len, ret);
		return;
	}
	*ret = (struct upstream_answer){.http_status = (int)status, .outcome = UPSTREAM_DOWN};
	take_text(ret, curl_easy_strerror(rc));
}
