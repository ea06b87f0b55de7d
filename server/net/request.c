/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/request.h"

#include <errno.h>
#include <string.h>

const char *http_request_param(const struct http_request *r, const char *name)
{
	for (unsigned i = 0; i < r->n_path_params; i++)
		if (!strcmp(r->path_params[i].name, name))
			return r->path_params[i].value;
	return NULL;
}

const char *http_request_query(const struct http_request *r, const char *name)
{
	for (unsigned i = 0; i < r->n_query; i++)
		if (!strcmp(r->query[i].name, name))
			return r->query[i].value;
	return NULL;
}

const char *http_request_header(const struct http_request *r, enum http_header header)
{
	return r->headers[header];
}

char *http_request_cookie(const struct http_request *r, const char *name)
{
	const char *p = r->headers[HTTP_COOKIE];
	size_t name_len = strlen(name);

	while (p && *p) {
		size_t len;

		p += strspn(p, " \t;");
		len = strcspn(p, ";");
		if (len > name_len && p[name_len] == '=' && !memcmp(p, name, name_len))
			return g_strchomp(g_strndup(p + name_len + 1, len - name_len - 1));
		p += len;
	}
	return NULL;
}

void http_request_free(struct http_request *r)
{
	if (!r)
		return;
	for (int i = 0; i < N_HTTP_HEADERS; i++)
		g_free(r->headers[i]);
	if (r->body)
		g_bytes_unref(r->body);
	g_free(r->path);
	g_free(r->path_store);
	g_free(r->query_store);
	g_free(r);
}

const char *http_method_name(enum http_method m)
{
	static const char *const names[N_HTTP_METHODS] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
		[HTTP_PATCH] = "PATCH",
		[HTTP_DELETE] = "DELETE",
		[HTTP_OPTIONS] = "OPTIONS",
	};

	return names[m];
}

/* Decodes into out, which has room for len + 1 bytes. Returns its length or -1. */
static gssize decode_into(const char *text, size_t len, bool form, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			int high = len - i > 2 ? g_ascii_xdigit_value(text[i + 1]) : -1;
			int low = len - i > 2 ? g_ascii_xdigit_value(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		if (!c)
			return -1;
		out[n++] = c;
	}
	out[n] = '\0';
	return g_utf8_validate(out, (gssize)n, NULL) ? (gssize)n : -1;
}

char *http_decode(const char *text, size_t len, bool form)
{
	g_autofree char *out = g_malloc(len + 1);

	return decode_into(text, len, form, out) < 0 ? NULL : g_steal_pointer(&out);
}

/* True for "." and "..", and for anything with a '/' that was hidden by encoding. */
static bool bad_segment(const char *s)
{
	return !strcmp(s, ".") || !strcmp(s, "..") || strchr(s, '/');
}

int http_request_set_path(struct http_request *r, const char *raw, size_t len)
{
	g_autoptr(GString) path = NULL;
	size_t i = 0;

	if (!len || raw[0] != '/' || len > HTTP_MAX_PATH)
		return -EINVAL;
	path = g_string_sized_new(len + 1);
	while (i < len) {
		const char *begin = raw + i + 1;
		const char *slash = memchr(begin, '/', len - i - 1);
		size_t n = slash ? (size_t)(slash - begin) : len - i - 1;
		g_autofree char *segment = http_decode(begin, n, false);

		if (!segment || bad_segment(segment))
			return -EINVAL;
		g_string_append_printf(path, "/%s", segment);
		i += n + 1;
	}
	g_free(r->path);
	r->path = g_string_free(g_steal_pointer(&path), FALSE);
	return 0;
}

int http_request_set_query(struct http_request *r, const char *raw, size_t len)
{
	g_autofree char *store = NULL;
	struct http_param params[HTTP_MAX_QUERY_PARAMS];
	unsigned n = 0;
	char *out;

	if (len > HTTP_MAX_QUERY)
		return -EINVAL;
	/* Each part becomes "name\0value\0": at most one byte more than "name=value&". */
	out = store = g_malloc(2 * len + 2);
	for (size_t i = 0; i < len;) {
		const char *part = raw + i;
		const char *end = memchr(part, '&', len - i);
		size_t part_len = end ? (size_t)(end - part) : len - i;
		const char *equals = memchr(part, '=', part_len);
		size_t name_len = equals ? (size_t)(equals - part) : part_len;
		size_t value_len = equals ? part_len - name_len - 1 : 0;
		gssize k;

		i += part_len + 1;
		if (!part_len)
			continue;
		if (n == HTTP_MAX_QUERY_PARAMS)
			return -EINVAL;
		params[n].name = out;
		k = decode_into(part, name_len, true, out);
		if (k < 0)
			return -EINVAL;
		out += k + 1;
		params[n].value = out;
		k = decode_into(equals ? equals + 1 : "", value_len, true, out);
		if (k < 0)
			return -EINVAL;
		out += k + 1;
		n++;
	}
	g_free(r->query_store);
	r->query_store = g_steal_pointer(&store);
	memcpy(r->query, params, n * sizeof(params[0]));
	r->n_query = n;
	return 0;
}
