/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/http_send.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/net/loop.h"
#include "server/net/range.h"

#define FILE_PIECE 16384
#define BODY_PIECE 65536
/* What one connection may write before the others get their turn. */
#define TURN_BYTES 65536

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{303, "See Other"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{422, "Unprocessable Content"},
	{426, "Upgrade Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{505, "HTTP Version Not Supported"},
};

/* Every answer carries these; a page can add nothing to what they allow. */
static const char security_headers[] =
	"strict-transport-security: max-age=31536000\r\n"
	"x-content-type-options: nosniff\r\n"
	"referrer-policy: no-referrer\r\n"
	"cross-origin-opener-policy: same-origin\r\n"
	"cross-origin-resource-policy: same-origin\r\n"
	"permissions-policy: camera=(self), microphone=(self), display-capture=(self), "
	"geolocation=()\r\n";

/* Element Plus sets styles on elements, hence 'unsafe-inline' for styles alone. */
static const char csp[] =
	"content-security-policy: default-src 'self'; script-src 'self'; "
	"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
	"worker-src 'self'; font-src 'self' data:; object-src 'none'; base-uri 'none'; "
	"form-action 'self'; ";

const char *http_reason(int status)
{
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

static void append_date(GString *head, int64_t now_us)
{
	char text[40];
	struct tm tm;

	gmtime_r(&(time_t){now_us / CLOCK_SECOND_US}, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	g_string_append_printf(head, "date: %s\r\n", text);
}

static bool has_header(const struct http_response *r, const char *name)
{
	for (unsigned i = 0; i < r->n_headers; i++)
		if (!strcmp(r->headers[i].name, name))
			return true;
	return false;
}

static void append_own_headers(GString *head, const struct http_response *r)
{
	for (unsigned i = 0; i < r->n_headers; i++)
		g_string_append_printf(head, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
	if (!has_header(r, "cache-control"))
		g_string_append(head, "cache-control: no-store\r\n");
	if (r->etag)
		g_string_append_printf(head, "etag: %s\r\n", r->etag);
}

static bool has_ranges(const struct http_response *r)
{
	return r->file.fd >= 0 || r->source.pull;
}

static void append_body_headers(GString *head, const struct http_response *r, uint64_t first,
	uint64_t length, uint64_t size)
{
	if (r->status == 304 || r->status == 204)
		return;
	if (r->content_type)
		g_string_append_printf(head, "content-type: %s\r\n", r->content_type);
	if (has_ranges(r))
		g_string_append(head, "accept-ranges: bytes\r\n");
	if (r->status == 206)
		g_string_append_printf(head,
			"content-range: bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
			"/%" G_GUINT64_FORMAT "\r\n",
			first, first + length - 1, size);
	if (r->status == 416)
		g_string_append_printf(
			head, "content-range: bytes */%" G_GUINT64_FORMAT "\r\n", size);
	g_string_append_printf(head, "content-length: %" G_GUINT64_FORMAT "\r\n", length);
}

char *http_send_head(const struct http_response *r, const struct http_send_request *request,
	uint64_t first, uint64_t length, uint64_t size, int64_t now_us)
{
	GString *head = g_string_sized_new(1536);

	g_string_append_printf(head, "HTTP/1.1 %d %s\r\n", r->status, http_reason(r->status));
	append_date(head, now_us);
	append_body_headers(head, r, first, length, size);
	append_own_headers(head, r);
	g_string_append(head, security_headers);
	g_string_append_printf(head, "x-frame-options: %s\r\n", r->framed ? "SAMEORIGIN" : "DENY");
	g_string_append(head, csp);
	g_string_append_printf(
		head, "frame-ancestors %s; connect-src 'self'", r->framed ? "'self'" : "'none'");
	if (request->connect_src)
		g_string_append_printf(head, " %s", request->connect_src);
	g_string_append(head, request->keep_alive ? "\r\n" : "\r\nconnection: close\r\n");
	g_string_append(head, "\r\n");
	return g_string_free(head, FALSE);
}

static void drop_body(struct http_response *r)
{
	g_clear_pointer(&r->body, g_bytes_unref);
	if (r->file.fd >= 0)
		close(r->file.fd);
	r->file.fd = -1;
	if (r->source.destroy)
		r->source.destroy(r->source.ctx);
	r->source = (struct http_source){0};
}

/* RFC 9110 sections 13.1.1 and 13.1.2: a list of tags, or "*"; If-None-Match compares weakly. */
static bool etag_listed(const char *list, const char *etag, bool weakly)
{
	g_auto(GStrv) tags = g_strsplit(list, ",", -1);

	if (weakly && g_str_has_prefix(etag, "W/"))
		etag += 2;
	for (char **t = tags; *t; t++) {
		const char *tag = g_strstrip(*t);

		if (weakly && g_str_has_prefix(tag, "W/"))
			tag += 2;
		if (!strcmp(tag, "*") || (*etag == '"' && !strcmp(tag, etag)))
			return true;
	}
	return false;
}

/* Settles status and the part of the body to send. */
static void choose(struct http_send *s, const struct http_send_request *q, uint64_t *ret_size)
{
	struct http_response *r = s->response;

	s->at = 0;
	s->left = *ret_size = r->file.fd >= 0  ? r->file.size
			      : r->source.pull ? r->source.size
			      : r->body        ? g_bytes_get_size(r->body)
					       : 0;
	if (r->status != 200)
		return;
	if (has_ranges(r) && r->etag && q->if_match && !etag_listed(q->if_match, r->etag, false)) {
		r->status = 412;
		s->left = 0;
		return;
	}
	if (r->etag && q->if_none_match && etag_listed(q->if_none_match, r->etag, true)) {
		r->status = 304;
		s->left = 0;
		return;
	}
	if (!has_ranges(r))
		return;
	switch (range_parse(q->range, q->if_range, r->etag, *ret_size, &s->at, &s->left)) {
	case RANGE_WHOLE:
		break;
	case RANGE_PART:
		r->status = 206;
		break;
	case RANGE_UNSATISFIABLE:
		r->status = 416;
		s->left = 0;
		break;
	}
}

void http_send_begin(struct http_send *s, struct conn *c, const struct http_send_request *request,
	struct http_response *response)
{
	g_autofree char *head = NULL;
	uint64_t size;
	size_t head_len;

	s->response = response;
	choose(s, request, &size);
	head = http_send_head(response, request, s->at, s->left, size, clock_real_us());
	head_len = strlen(head);
	if (request->is_head || !s->left) {
		s->left = 0;
		drop_body(response);
	}
	/* A small answer leaves as one record. */
	if (response->body && s->left <= FILE_PIECE) {
		head = g_realloc(head, head_len + s->left);
		memcpy(head + head_len, g_bytes_get_data(response->body, NULL), s->left);
		head_len += s->left;
		s->left = 0;
	} else if (response->file.fd >= 0 && s->left && s->left <= FILE_PIECE) {
		head = g_realloc(head, head_len + s->left);
		/* What could not be read is tried again, and given up, where pieces are. */
		ssize_t n = pread(response->file.fd, head + head_len, s->left, (off_t)s->at);
		if (n > 0) {
			head_len += (size_t)n;
			s->at += (uint64_t)n;
			s->left -= (uint64_t)n;
		}
	}
	conn_write(c, head, head_len);
}

static void write_memory(struct http_send *s, struct conn *c)
{
	const uint8_t *body = g_bytes_get_data(s->response->body, NULL);
	size_t n = MIN(s->left, BODY_PIECE);

	conn_write(c, body + s->at, n);
	s->at += n;
	s->left -= n;
}

static void write_file(struct http_send *s, struct conn *c)
{
	uint8_t piece[FILE_PIECE];
	ssize_t n;

	do
		n = pread(s->response->file.fd, piece, MIN(s->left, sizeof(piece)), (off_t)s->at);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		/* The promised length cannot be kept; only ending early says so. */
		conn_kill(c);
		return;
	}
	conn_write(c, piece, (size_t)n);
	s->at += (uint64_t)n;
	s->left -= (uint64_t)n;
}

static void ask_source(struct http_send *s, struct conn *c)
{
	const struct http_source *source = &s->response->source;

	if (s->pulling)
		return;
	s->pulling = true;
	source->pull(source->ctx, s->at, s->left,
		(struct http_reply_to){c->loop, c->slot, c->generation});
}

static void write_piece(struct http_send *s, struct conn *c)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(s->piece, &len);
	size_t n = MIN(len - s->piece_at, BODY_PIECE);

	conn_write(c, bytes + s->piece_at, n);
	s->piece_at += n;
	s->at += n;
	s->left -= n;
	if (s->piece_at == len)
		g_clear_pointer(&s->piece, g_bytes_unref);
}

void http_send_feed(struct http_send *s, struct conn *c, GBytes *piece)
{
	size_t len = piece ? g_bytes_get_size(piece) : 0;

	s->pulling = false;
	/* The promised length cannot be kept; only ending early says so. */
	if (!len || len > s->left) {
		if (piece)
			g_bytes_unref(piece);
		conn_kill(c);
		return;
	}
	s->piece = piece;
	s->piece_at = 0;
}

bool http_send_pump(struct http_send *s, struct conn *c)
{
	uint64_t stop_at = s->at + TURN_BYTES;

	while (s->left && c->state == CONN_OPEN && !conn_has_output(c)) {
		if (s->at >= stop_at) {
			conn_want_write(c);
			return false;
		}
		if (s->response->source.pull && !s->piece) {
			ask_source(s, c);
			return false;
		}
		if (s->piece)
			write_piece(s, c);
		else if (s->response->body)
			write_memory(s, c);
		else
			write_file(s, c);
	}
	return c->state != CONN_OPEN || (!s->left && !conn_has_output(c));
}

void http_send_done(struct http_send *s)
{
	response_free(s->response);
	if (s->piece)
		g_bytes_unref(s->piece);
	*s = (struct http_send){0};
}
