/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/response.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

static const int kind_status[N_REFUSAL_KINDS] = {
	[REFUSAL_BAD_INPUT] = 400,
	[REFUSAL_UNAUTHENTICATED] = 401,
	[REFUSAL_DENIED] = 403,
	[REFUSAL_NOT_FOUND] = 404,
	[REFUSAL_METHOD] = 405,
	[REFUSAL_CONFLICT] = 409,
	[REFUSAL_GONE] = 410,
	[REFUSAL_PRECONDITION] = 412,
	[REFUSAL_TOO_LARGE] = 413,
	[REFUSAL_UNSUPPORTED] = 415,
	[REFUSAL_RULE] = 422,
	[REFUSAL_LIMITED] = 429,
	[REFUSAL_FAULT] = 500,
	[REFUSAL_UNAVAILABLE] = 503,
};

/* Refusals of the protocol itself for which HTTP has a finer status than their kind. */
static const struct {
	const char *code;
	int status;
} code_status[] = {
	{"http.body_length_required", 411},
	{"http.header_too_large", 431},
	{"http.method_unknown", 501},
	{"http.timeout", 408},
	{"http.uri_too_long", 414},
	{"http.version", 505},
	{"ws.upgrade_required", 426},
};

int http_status_of(enum refusal_kind kind)
{
	return kind_status[kind];
}

static int status_of_code(const char *code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(code_status); i++)
		if (!strcmp(code_status[i].code, code))
			return code_status[i].status;
	return kind_status[refusal_find(code)->kind];
}

struct http_response *response_new(int status)
{
	struct http_response *r = g_new0(struct http_response, 1);

	r->status = status;
	r->file.fd = -1;
	return r;
}

struct http_response *response_bytes(int status, const char *content_type, GBytes *body)
{
	struct http_response *r = response_new(status);

	r->content_type = g_strdup(content_type);
	r->body = body;
	return r;
}

struct http_response *response_text(int status, const char *content_type, const char *text)
{
	return response_bytes(status, content_type, g_bytes_new(text, strlen(text)));
}

static struct http_response *json_response(int status, const char *content_type, json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	assert(text && "what we put into an answer is valid JSON");
	json_decref(body);
	return response_bytes(
		status, content_type, g_bytes_new_with_free_func(text, strlen(text), free, text));
}

struct http_response *response_json(int status, json_t *body)
{
	return json_response(status, "application/json", body);
}

struct http_response *response_file(
	int fd, uint64_t size, const char *content_type, const char *etag)
{
	struct http_response *r = response_new(200);

	r->content_type = g_strdup(content_type);
	r->file.fd = fd;
	r->file.size = size;
	if (etag)
		response_etag(r, etag);
	return r;
}

struct http_response *response_source(
	const struct http_source *source, const char *content_type, const char *etag)
{
	struct http_response *r = response_new(200);

	r->content_type = g_strdup(content_type);
	r->source = *source;
	if (etag)
		response_etag(r, etag);
	return r;
}

static void set_if(json_t *o, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(o, key, json_string(value));
}

struct http_response *response_problem_with(
	const struct refusal *r, const char *request_id, const char *name, json_t *extra)
{
	const struct refusal_row *row = refusal_find(r->code);
	int status = status_of_code(r->code);
	json_t *o = json_object();

	json_object_set_new(o, "type", json_string("about:blank"));
	json_object_set_new(o, "title", json_string(row->title));
	json_object_set_new(o, "status", json_integer(status));
	json_object_set_new(o, "code", json_string(r->code));
	set_if(o, "rule", r->rule);
	set_if(o, "field", r->field);
	set_if(o, "detail", r->detail);
	set_if(o, "request_id", request_id);
	if (extra)
		json_object_set(o, name, extra);
	return json_response(status, "application/problem+json", o);
}

struct http_response *response_problem(const struct refusal *r, const char *request_id)
{
	return response_problem_with(r, request_id, NULL, NULL);
}

struct http_response *response_refusal(const char *code, const char *request_id)
{
	struct refusal r;

	refuse(&r, code, NULL, NULL);
	return response_problem(&r, request_id);
}

static bool is_clean(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

void response_header(struct http_response *r, const char *name, const char *value)
{
	assert(r->n_headers < HTTP_MAX_RESPONSE_HEADERS && is_clean(name) && is_clean(value));
	r->headers[r->n_headers].name = g_ascii_strdown(name, -1);
	r->headers[r->n_headers].value = g_strdup(value);
	r->n_headers++;
}

void response_etag(struct http_response *r, const char *etag)
{
	assert(is_clean(etag));
	g_free(r->etag);
	r->etag = etag[0] == '"' || g_str_has_prefix(etag, "W/\"")
			  ? g_strdup(etag)
			  : g_strdup_printf("\"%s\"", etag);
}

void response_free(struct http_response *r)
{
	if (!r)
		return;
	for (unsigned i = 0; i < r->n_headers; i++) {
		g_free(r->headers[i].name);
		g_free(r->headers[i].value);
	}
	if (r->body)
		g_bytes_unref(r->body);
	if (r->file.fd >= 0)
		close(r->file.fd);
	if (r->source.destroy)
		r->source.destroy(r->source.ctx);
	g_free(r->content_type);
	g_free(r->etag);
	g_free(r);
}
