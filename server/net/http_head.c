/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/http_head.h"

#include <string.h>

/* Headers net itself reads. Those of enum http_header come through the same table. */
enum own_header {
	OWN_CONNECTION = N_HTTP_HEADERS,
	OWN_CONTENT_LENGTH,
	OWN_EXPECT,
	OWN_TRANSFER_ENCODING,
	OWN_UPGRADE,
	OWN_WS_KEY,
	OWN_WS_PROTOCOL,
	OWN_WS_VERSION,
	N_ALL_HEADERS,
};

static const char *const names[N_ALL_HEADERS] = {
	[HTTP_ACCEPT] = "accept",
	[HTTP_ACCEPT_LANGUAGE] = "accept-language",
	[HTTP_AUTHORIZATION] = "authorization",
	[HTTP_CONTENT_TYPE] = "content-type",
	[HTTP_COOKIE] = "cookie",
	[HTTP_HOST] = "host",
	[HTTP_IDEMPOTENCY_KEY] = "idempotency-key",
	[HTTP_IF_MATCH] = "if-match",
	[HTTP_IF_NONE_MATCH] = "if-none-match",
	[HTTP_IF_RANGE] = "if-range",
	[HTTP_ORIGIN] = "origin",
	[HTTP_RANGE] = "range",
	[HTTP_UPLOAD_OFFSET] = "upload-offset",
	[HTTP_USER_AGENT] = "user-agent",
	[HTTP_X_CSRF_TOKEN] = "x-csrf-token",
	[OWN_CONNECTION] = "connection",
	[OWN_CONTENT_LENGTH] = "content-length",
	[OWN_EXPECT] = "expect",
	[OWN_TRANSFER_ENCODING] = "transfer-encoding",
	[OWN_UPGRADE] = "upgrade",
	[OWN_WS_KEY] = "sec-websocket-key",
	[OWN_WS_PROTOCOL] = "sec-websocket-protocol",
	[OWN_WS_VERSION] = "sec-websocket-version",
};

/* RFC 9110 section 5.6.2. */
static bool is_token(struct http_text t)
{
	if (!t.len)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (!g_ascii_isalnum(t.p[i]) && !memchr("!#$%&'*+-.^_`|~", t.p[i], 15))
			return false;
	return true;
}

static bool text_is(struct http_text t, const char *s)
{
	return t.len == strlen(s) && !g_ascii_strncasecmp(t.p, s, t.len);
}

static struct http_text trim(struct http_text t)
{
	while (t.len && (t.p[0] == ' ' || t.p[0] == '\t')) {
		t.p++;
		t.len--;
	}
	while (t.len && (t.p[t.len - 1] == ' ' || t.p[t.len - 1] == '\t'))
		t.len--;
	return t;
}

/* Takes one element off the front of *list. */
static struct http_text take_element(struct http_text *list)
{
	const char *comma = memchr(list->p, ',', list->len);
	size_t n = comma ? (size_t)(comma - list->p) : list->len;
	struct http_text element = trim((struct http_text){list->p, n});

	n += comma ? 1 : 0;
	list->p += n;
	list->len -= n;
	return element;
}

bool http_list_has(struct http_text list, const char *token)
{
	while (list.len)
		if (text_is(take_element(&list), token))
			return true;
	return false;
}

struct http_text http_list_find(struct http_text list, const char *prefix)
{
	while (list.len) {
		struct http_text element = take_element(&list);

		if (element.len >= strlen(prefix) && !memcmp(element.p, prefix, strlen(prefix)) &&
			is_token(element))
			return element;
	}
	return (struct http_text){0};
}

/* Takes one line off the front of *rest, without its CRLF; false for a bare CR, LF or NUL in it. */
static bool take_line(struct http_text *rest, struct http_text *ret_line)
{
	const char *lf = memchr(rest->p, '\n', rest->len);
	size_t n;

	if (!lf || lf == rest->p || lf[-1] != '\r')
		return false;
	n = (size_t)(lf - rest->p) + 1;
	*ret_line = (struct http_text){rest->p, n - 2};
	rest->p += n;
	rest->len -= n;
	return !memchr(ret_line->p, '\r', ret_line->len) &&
	       !memchr(ret_line->p, '\0', ret_line->len);
}

static bool take_word(struct http_text *line, struct http_text *ret_word)
{
	const char *space = memchr(line->p, ' ', line->len);
	size_t n = space ? (size_t)(space - line->p) : line->len;

	*ret_word = (struct http_text){line->p, n};
	n += space ? 1 : 0;
	line->p += n;
	line->len -= n;
	return ret_word->len > 0;
}

static enum http_head_result read_method(struct http_text word, struct http_head *head)
{
	for (int m = 0; m < N_HTTP_METHODS; m++) {
		const char *name = http_method_name(m);

		if (word.len == strlen(name) && !memcmp(word.p, name, word.len)) {
			head->method = m;
			return HTTP_HEAD_OK;
		}
	}
	return is_token(word) ? HTTP_HEAD_METHOD : HTTP_HEAD_MALFORMED;
}

static enum http_head_result read_version(struct http_text word, struct http_head *head)
{
	if (word.len != 8 || memcmp(word.p, "HTTP/", 5) || !g_ascii_isdigit(word.p[5]) ||
		word.p[6] != '.' || !g_ascii_isdigit(word.p[7]))
		return HTTP_HEAD_MALFORMED;
	if (word.p[5] != '1')
		return HTTP_HEAD_VERSION;
	head->http_1_1 = word.p[7] != '0';
	return HTTP_HEAD_OK;
}

/*
 * "https://host/path" is the same as "/path" (RFC 9112 section 3.2.2). What has no path after the
 * host stays as it is, and is refused for not beginning with '/'.
 */
static struct http_text without_authority(struct http_text target)
{
	static const char scheme[] = "https://";
	const size_t n = sizeof(scheme) - 1;

	if (target.len <= n || g_ascii_strncasecmp(target.p, scheme, n))
		return target;
	for (size_t i = n; i < target.len && target.p[i] != '?'; i++)
		if (target.p[i] == '/')
			return (struct http_text){target.p + i, target.len - i};
	return target;
}

static enum http_head_result read_target(struct http_text word, struct http_head *head)
{
	const char *question;

	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] <= ' ' || word.p[i] == 0x7f)
			return HTTP_HEAD_MALFORMED;
	word = without_authority(word);
	question = memchr(word.p, '?', word.len);
	head->path = word;
	if (question) {
		head->path.len = (size_t)(question - word.p);
		head->query = (struct http_text){question + 1, word.len - head->path.len - 1};
	}
	if (head->path.len > HTTP_MAX_PATH || head->query.len > HTTP_MAX_QUERY)
		return HTTP_HEAD_URI_TOO_LONG;
	return head->path.p[0] == '/' ? HTTP_HEAD_OK : HTTP_HEAD_MALFORMED;
}

static enum http_head_result read_request_line(struct http_text line, struct http_head *head)
{
	struct http_text method, target;
	enum http_head_result r;

	if (!take_word(&line, &method) || !take_word(&line, &target))
		return HTTP_HEAD_MALFORMED;
	r = read_version(line, head);
	if (!r)
		r = read_method(method, head);
	return r ? r : read_target(target, head);
}

static bool read_length(struct http_text value, struct http_head *head)
{
	uint64_t n = 0;

	if (!value.len || value.len > 15)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (!g_ascii_isdigit(value.p[i]))
			return false;
		n = n * 10 + (uint64_t)(value.p[i] - '0');
	}
	head->has_length = true;
	head->length = n;
	return true;
}

static int find_name(struct http_text name)
{
	for (int i = 0; i < N_ALL_HEADERS; i++)
		if (text_is(name, names[i]))
			return i;
	return -1;
}

static enum http_head_result read_field(struct http_text line, struct http_text *fields)
{
	const char *colon = memchr(line.p, ':', line.len);
	struct http_text name, value;
	int i;

	if (!colon)
		return HTTP_HEAD_MALFORMED;
	name = (struct http_text){line.p, (size_t)(colon - line.p)};
	value = trim((struct http_text){colon + 1, line.len - name.len - 1});
	if (!is_token(name))
		return HTTP_HEAD_MALFORMED;
	for (size_t k = 0; k < value.len; k++)
		if (((unsigned char)value.p[k] < ' ' && value.p[k] != '\t') || value.p[k] == 0x7f)
			return HTTP_HEAD_MALFORMED;
	i = find_name(name);
	if (i < 0)
		return HTTP_HEAD_OK;
	/* None of those we read may come twice: which one counts would be anyone's guess. */
	if (fields[i].p)
		return HTTP_HEAD_MALFORMED;
	fields[i] = value;
	return HTTP_HEAD_OK;
}

/* What the fields mean for the message itself. */
static enum http_head_result read_meaning(const struct http_text *f, struct http_head *head)
{
	if (head->http_1_1 && !f[HTTP_HOST].p)
		return HTTP_HEAD_MALFORMED;
	if (f[OWN_TRANSFER_ENCODING].p)
		return f[OWN_CONTENT_LENGTH].p ? HTTP_HEAD_MALFORMED : HTTP_HEAD_NEEDS_LENGTH;
	if (f[OWN_CONTENT_LENGTH].p && !read_length(f[OWN_CONTENT_LENGTH], head))
		return HTTP_HEAD_MALFORMED;
	for (int i = 0; i < N_HTTP_HEADERS; i++)
		if (f[i].p && !g_utf8_validate(f[i].p, (gssize)f[i].len, NULL))
			return HTTP_HEAD_MALFORMED;
	head->keep_alive = head->http_1_1 && !http_list_has(f[OWN_CONNECTION], "close");
	head->expect_continue = text_is(f[OWN_EXPECT], "100-continue") && head->http_1_1;
	head->upgrade_websocket =
		http_list_has(f[OWN_CONNECTION], "upgrade") && text_is(f[OWN_UPGRADE], "websocket");
	head->ws_key = f[OWN_WS_KEY];
	head->ws_protocol = f[OWN_WS_PROTOCOL];
	head->ws_version = f[OWN_WS_VERSION];
	memcpy(head->headers, f, sizeof(head->headers));
	return HTTP_HEAD_OK;
}

/* The length up to and with the first empty line, or 0. */
static size_t head_length(const char *buf, size_t len)
{
	const char *end = memmem(buf, len, "\r\n\r\n", 4);

	return end ? (size_t)(end - buf) + 4 : 0;
}

/* Before the empty line came: is it worth waiting for more? */
static enum http_head_result judge_incomplete(const char *buf, size_t len)
{
	struct http_text rest = {buf, len}, line;

	if (len >= HTTP_MAX_HEAD)
		return HTTP_HEAD_TOO_LARGE;
	while (rest.len && memchr(rest.p, '\n', rest.len))
		if (!take_line(&rest, &line))
			return HTTP_HEAD_MALFORMED;
	return HTTP_HEAD_INCOMPLETE;
}

enum http_head_result http_head_parse(
	const char *buf, size_t len, struct http_head *ret_head, size_t *ret_used)
{
	struct http_text fields[N_ALL_HEADERS] = {{NULL}};
	struct http_text rest, line;
	struct http_head head = {0};
	enum http_head_result r;
	unsigned n_fields = 0;
	/* An empty line in front is forgiven (RFC 9112 section 2.2). */
	size_t skip = len >= 2 && buf[0] == '\r' && buf[1] == '\n' ? 2 : 0;
	size_t n = head_length(buf + skip, len - skip);

	if (!n)
		return judge_incomplete(buf + skip, len - skip);
	if (n > HTTP_MAX_HEAD)
		return HTTP_HEAD_TOO_LARGE;
	rest = (struct http_text){buf + skip, n};
	if (!take_line(&rest, &line))
		return HTTP_HEAD_MALFORMED;
	r = read_request_line(line, &head);
	while (!r) {
		if (!take_line(&rest, &line))
			return HTTP_HEAD_MALFORMED;
		if (!line.len)
			break;
		r = ++n_fields > HTTP_MAX_FIELDS ? HTTP_HEAD_TOO_LARGE : read_field(line, fields);
	}
	if (!r)
		r = read_meaning(fields, &head);
	if (r)
		return r;
	*ret_head = head;
	*ret_used = n + skip;
	return HTTP_HEAD_OK;
}
