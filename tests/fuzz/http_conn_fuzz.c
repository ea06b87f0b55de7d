/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection that is told anything, in any pieces, while answers come when they like. The input
 * is what the peer sends; a zero byte and a letter in it mean that something else happens now:
 *
 *	b w   the socket takes no more, takes everything again
 *	t e f s   the request under way is answered: by text, without a body, by a file, by a source
 *	p x   the source gives a piece, fails
 *	d     the connection's time is over
 *	q     the server is being stopped
 *
 * The connection under it (conn.h) is played here.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/core/log.h"
#include "server/net/http_conn.h"
#include "server/net/loop_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_LIMIT 300
#define FILE_LEN 70000

struct scene {
	struct loop loop;
	struct conn conn;
	bool blocked, wants_write;
	unsigned n_asked, n_answered;
	bool pulling;
	uint64_t pulled_left;
	size_t n_written;
	struct http_request *request;
};

static struct scene *scene;

/* --- The connection ------------------------------------------------------------------------ */

void conn_write(struct conn *c, const void *bytes, size_t len)
{
	if (c->state != CONN_OPEN || !len)
		return;
	if (!scene->n_written)
		g_assert(len >= 9 && memcmp(bytes, "HTTP/1.1 ", 9) == 0);
	scene->n_written += len;
	if (scene->blocked)
		g_byte_array_append(c->out, bytes, (guint)len);
}

bool conn_has_output(const struct conn *c)
{
	return c->out->len > 0;
}

bool conn_takes_data(const struct conn *c)
{
	return !conn_has_output(c);
}

void conn_want_write(struct conn *c)
{
	scene->wants_write = true;
}

void conn_set_deadline(struct conn *c, int64_t deadline_us)
{
	c->deadline_us = deadline_us;
}

void conn_finish(struct conn *c)
{
	if (c->state == CONN_OPEN)
		c->state = CONN_FINISHING;
}

void conn_kill(struct conn *c)
{
	c->state = CONN_DEAD;
}

void conn_become(struct conn *c, const struct conn_protocol *protocol, void *own)
{
	c->protocol = protocol;
	c->own = own;
}

void conn_read_ahead(struct conn *c)
{
}

struct conn *conn_find(const struct loop *l, uint32_t slot, uint32_t generation)
{
	return NULL;
}

/* --- The house above ----------------------------------------------------------------------- */

static void take_request(void *ctx, struct http_request *request, struct http_reply_to to)
{
	g_assert(!scene->request);
	g_assert(request->route && request->path[0] == '/' && request->body);
	g_assert(g_bytes_get_size(request->body) <= request->route->body_limit);
	scene->request = request;
	scene->n_asked++;
}

static bool admit(void *ctx, const struct ws_hello *hello)
{
	g_assert(hello->session[0] && hello->host && hello->origin && hello->cookie);
	return false;
}

static void pull(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to)
{
	g_assert(!scene->pulling && left && at + left <= FILE_LEN);
	scene->pulling = true;
	scene->pulled_left = left;
}

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/projects/{id}/lots"},
	{.method = HTTP_POST, .pattern = "/api/v1/projects/{id}/lots", .body_limit = BODY_LIMIT},
	{.method = HTTP_PUT, .pattern = "/api/v1/bids/{id}/file", .body_limit = 1 << 20},
};

/* A folder with one page, made once. */
static const char *site_dir(void)
{
	static char *dir;

	if (!dir) {
		dir = g_dir_make_tmp("fuzz-XXXXXX", NULL);
		g_autofree char *page = g_build_filename(dir, "index.html", NULL);
		g_assert(g_file_set_contents(page, "<!doctype html>", -1, NULL));
	}
	return dir;
}

static int big_file(void)
{
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("answer", MFD_CLOEXEC);
		g_assert(fd >= 0 && ftruncate(fd, FILE_LEN) == 0);
	}
	return dup(fd);
}

static void reply(char how)
{
	static const struct http_source source = {.size = FILE_LEN, .pull = pull};
	struct http_response *r =
		how == 't'   ? response_text(200, "text/plain", "so be it")
		: how == 'e' ? response_new(204)
		: how == 'f' ? response_file(big_file(), FILE_LEN, "application/pdf", "\"tag\"")
			     : response_source(&source, "video/webm", "\"tag\"");

	if (!scene->request) {
		response_free(r);
		return;
	}
	g_clear_pointer(&scene->request, http_request_free);
	scene->n_answered++;
	http_conn_answer(&scene->conn, r);
}

static void feed(bool good)
{
	if (!scene->pulling)
		return;
	scene->pulling = false;
	http_conn_feed(
		&scene->conn, good ? g_bytes_new_take(g_malloc0(MIN(scene->pulled_left, 5000)),
					     MIN(scene->pulled_left, 5000))
				   : NULL);
}

/* Until nothing more is asked for, as the loop would come back to it. */
static void drain(void)
{
	struct conn *c = &scene->conn;

	scene->blocked = false;
	g_byte_array_set_size(c->out, 0);
	do {
		scene->wants_write = false;
		if (c->state == CONN_OPEN)
			c->protocol->writable(c);
	} while (scene->wants_write && c->state == CONN_OPEN);
}

static bool happens(char what)
{
	struct conn *c = &scene->conn;

	switch (what) {
	case 'b':
		scene->blocked = true;
		return true;
	case 'w':
		drain();
		return true;
	case 't':
	case 'e':
	case 'f':
	case 's':
		reply(what);
		return true;
	case 'p':
	case 'x':
		feed(what == 'p');
		return true;
	case 'd':
		if (c->state == CONN_OPEN && c->deadline_us)
			c->protocol->deadline(c, c->deadline_us);
		return true;
	case 'q':
		c->loop->stopping = true;
		if (c->state == CONN_OPEN)
			c->protocol->stopping(c);
		return true;
	}
	return false;
}

static void receive(const uint8_t *bytes, size_t len)
{
	struct conn *c = &scene->conn;

	if (len && c->state == CONN_OPEN)
		c->protocol->received(c, bytes, len);
}

static void play(const uint8_t *data, size_t size)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < size; i++) {
		if (data[i] || !strchr("bwtefspxdq", data[i + 1]) || !data[i + 1])
			continue;
		receive(data + from, i - from);
		happens((char)data[i + 1]);
		from = ++i + 1;
	}
	if (from < size)
		receive(data + from, size - from);
}

static void scene_open(struct scene *s, struct router *router, const struct static_site *site,
	const struct ws_out *ws)
{
	static struct metric *counter;

	if (!counter)
		counter = metric_counter("fuzz_total", "requests", NULL, NULL);
	s->loop.config = (struct loop_config){
		.router = router,
		.http = {take_request, NULL},
		.sites = site,
		.n_sites = 1,
		.ws = ws,
		.limits = {.header_timeout_s = 10,
			.body_timeout_s = 20,
			.idle_timeout_s = 30,
			.max_body_memory_mib = 1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(s->loop.m_requests); i++)
		s->loop.m_requests[i] = counter;
	s->loop.m_refused = counter;
	s->conn = (struct conn){.loop = &s->loop, .peer = "192.0.2.1", .out = g_byte_array_new()};
	scene = s;
	http_conn_open(&s->conn);
}

static void scene_close(struct scene *s)
{
	s->conn.state = CONN_DEAD;
	s->conn.protocol->closed(&s->conn);
	http_request_free(s->request);
	g_byte_array_unref(s->conn.out);
	/* Nothing that was received is still counted, and each request had its turn. */
	g_assert(s->loop.body_bytes == 0);
	g_assert(s->n_asked - s->n_answered <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ws_out ws = {.admit = admit};
	static struct router *router;
	const struct static_site site = {"/", site_dir(), NULL};
	struct scene s = {0};

	if (!router) {
		router = router_new(routes, G_N_ELEMENTS(routes));
		log_set_level(LOG_EMERG);
	}
	scene_open(&s, router, &site, &ws);
	play(data, size);
	scene_close(&s);
	return 0;
}
