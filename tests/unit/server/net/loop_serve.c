/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small server on a real loop for loop_test: requests that echo, wait or count, and a room that
 * echoes and sends bursts of checksummed media. Prints its port, ends when stdin ends.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/job.h"
#include "server/core/metrics.h"
#include "server/net/loop.h"
#include "server/net/tls.h"
#include "server/net/ws_conn.h"

#define MAX_OBJECT 20000

static struct loop *loop;
static struct job_pool *pool;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t gate_changed = PTHREAD_COND_INITIALIZER;
static bool gate_open;
static unsigned n_ticks, n_timer, n_open, n_closed;
static unsigned busy; /* what a message said */
static struct loop_timer *timer;

struct ask {
	struct http_request *request;
	struct http_reply_to to;
};

static void ask_free(void *data)
{
	struct ask *a = data;

	http_request_free(a->request);
	g_free(a);
}

static json_t *describe(const struct http_request *r)
{
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, r->body);
	const char *id = http_request_param(r, "id"), *q = http_request_query(r, "q");

	return json_pack("{s:s,s:s,s:s?,s:s?,s:I,s:s}", "method", http_method_name(r->method),
		"path", r->path, "id", id, "q", q, "body_len",
		(json_int_t)g_bytes_get_size(r->body), "body_sha256", sum);
}

static void run_echo(void *data, void *thread_data)
{
	struct ask *a = data;
	struct http_response *response = response_json(200, describe(a->request));

	response_etag(response, "echo");
	http_reply(a->to, response);
}

static void run_wait(void *data, void *thread_data)
{
	struct ask *a = data;

	pthread_mutex_lock(&lock);
	while (!gate_open)
		pthread_cond_wait(&gate_changed, &lock);
	pthread_mutex_unlock(&lock);
	http_reply(a->to, response_text(200, "text/plain", "waited"));
}

static void run_release(void *data, void *thread_data)
{
	struct ask *a = data;

	pthread_mutex_lock(&lock);
	gate_open = true;
	pthread_cond_broadcast(&gate_changed);
	pthread_mutex_unlock(&lock);
	http_reply(a->to, response_new(204));
}

static void run_close_gate(void *data, void *thread_data)
{
	struct ask *a = data;

	pthread_mutex_lock(&lock);
	gate_open = false;
	pthread_mutex_unlock(&lock);
	http_reply(a->to, response_new(204));
}

static void run_large(void *data, void *thread_data)
{
	struct ask *a = data;
	char *text = g_malloc(5000000);

	memset(text, 'x', 5000000);
	http_reply(a->to, response_bytes(200, "text/plain", g_bytes_new_take(text, 5000000)));
}

/* A body that is made while it is sent: byte i is i % 251; a broken one ends in its middle. */
#define MADE_SIZE 3000000
#define MADE_PIECE 700000

struct making {
	bool broken;
	uint64_t at, left;
	struct http_reply_to to;
};

static unsigned n_sources;

static void run_make(void *data, void *thread_data)
{
	const struct making *m = data;
	size_t len = MIN(m->left, MADE_PIECE);
	uint8_t *bytes = g_malloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)((m->at + i) % 251);
	if (m->broken && m->at >= MADE_SIZE / 2)
		g_clear_pointer(&bytes, g_free);
	http_feed(m->to, bytes ? g_bytes_new_take(bytes, len) : NULL);
}

static void pull_made(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to)
{
	const struct making m = {ctx != NULL, at, left, to};

	job_post(pool, JOB_LANE_ACTS, run_make, NULL, g_memdup2(&m, sizeof(m)), g_free);
}

static void source_gone(void *ctx)
{
	g_atomic_int_add(&n_sources, -1);
}

static void reply_made(const struct ask *a, void *broken)
{
	const struct http_source source = {MADE_SIZE, pull_made, broken, source_gone};

	g_atomic_int_inc(&n_sources);
	http_reply(a->to, response_source(&source, "application/octet-stream", "made"));
}

static void run_made(void *data, void *thread_data)
{
	reply_made(data, NULL);
}

static void run_broken(void *data, void *thread_data)
{
	reply_made(data, &n_sources);
}

/* On the loop thread, so its numbers are whole. */
static void reply_stats(void *data)
{
	struct ask *a = data;
	struct timespec cpu;
	const struct metric *interval = metric_gauge("bidroom_write_interval_ms", NULL, NULL, NULL);

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	http_reply(a->to,
		response_json(
			200, json_pack("{s:I,s:i,s:i,s:i,s:i,s:i,s:I}", "cpu_us",
				     (json_int_t)cpu.tv_sec * 1000000 + cpu.tv_nsec / 1000, "ticks",
				     n_ticks, "timer", n_timer, "opened", n_open, "closed",
				     n_closed, "sources", g_atomic_int_get(&n_sources),
				     "interval_ms", (json_int_t)metric_value(interval))));
}

static void run_stats(void *data, void *thread_data)
{
	struct ask *a = data;

	loop_post(loop, reply_stats, g_memdup2(&(struct ask){.to = a->to}, sizeof(struct ask)),
		ask_free);
}

typedef void run_fn(void *data, void *thread_data);
static run_fn *const runs[] = {run_echo, run_wait, run_release, run_close_gate, run_large,
	run_stats, run_made, run_broken};

static const struct route routes[] = {
	{HTTP_GET, "/api/echo/{id}", 0, JOB_LANE_ACTS, 0},
	{HTTP_POST, "/api/echo", 4 << 20, JOB_LANE_ACTS, 0},
	{HTTP_PUT, "/api/echo/{id}", 1000, JOB_LANE_ACTS, 0},
	{HTTP_GET, "/api/wait", 0, JOB_LANE_LONG, 1},
	{HTTP_POST, "/api/wait", 1000, JOB_LANE_LONG, 1},
	{HTTP_POST, "/api/release", 0, JOB_LANE_ACTS, 2},
	{HTTP_POST, "/api/close", 0, JOB_LANE_ACTS, 3},
	{HTTP_GET, "/api/large", 0, JOB_LANE_ACTS, 4},
	{HTTP_GET, "/api/stats", 0, JOB_LANE_ACTS, 5},
	{HTTP_GET, "/api/made", 0, JOB_LANE_ACTS, 6},
	{HTTP_GET, "/api/broken", 0, JOB_LANE_ACTS, 7},
};

static void request(void *ctx, struct http_request *r, struct http_reply_to to)
{
	struct ask *a = g_new(struct ask, 1);
	const struct route *route = r->route;

	*a = (struct ask){r, to};
	if (job_post(pool, route->lane, runs[route->flags], NULL, a, ask_free)) {
		http_reply(to, response_refusal("http.overloaded", r->id));
		ask_free(a);
	}
}

/* A connection's burst: objects seq .. end-1 still to be sent. */
struct seat {
	uint32_t seq, end;
	uint32_t random;
	unsigned beats;     /* in which media still comes for it, for `listen` and `talk` */
	unsigned n_collect; /* how often it was asked meanwhile */
};

/* Whom media comes for at every beat, and whether it can wait. */
static struct ws_conn *hearer;
static bool patient;

static bool admit(void *ctx, const struct ws_hello *hello)
{
	return strcmp(hello->session, "closed-room");
}

static void ws_open(void *ctx, struct ws_conn *c, const struct ws_hello *hello)
{
	g_autofree char *text =
		g_strdup_printf("hello %s %s %s", hello->session, hello->origin, hello->cookie);

	n_open++;
	ws_conn_set_user(c, g_new0(struct seat, 1));
	if (hello->other_version) {
		ws_conn_send_text(c, "another version", strlen("another version"));
		ws_conn_close(c, 4000, NULL);
		return;
	}
	ws_conn_send_text(c, text, strlen(text));
}

static void ws_text(void *ctx, struct ws_conn *c, const char *text, size_t len)
{
	struct seat *seat = ws_conn_user(c);
	char *big;
	size_t n;

	if (g_str_has_prefix(text, "burst ")) {
		seat->end = seat->seq + (uint32_t)atoi(text + 6);
		ws_conn_mark_dirty(c);
	} else if (g_str_has_prefix(text, "listen ") || g_str_has_prefix(text, "talk ")) {
		hearer = c;
		patient = *text == 'l';
		seat->beats = (unsigned)atoi(strchr(text, ' '));
	} else if (g_str_has_prefix(text, "busy ")) {
		busy = (unsigned)atoi(text + 5);
	} else if (g_str_has_prefix(text, "close ")) {
		ws_conn_send_text(c, "last", 4);
		ws_conn_close(c, (uint16_t)atoi(text + 6), "as asked");
	} else if (g_str_has_prefix(text, "big ")) {
		n = (size_t)atoi(text + 4);
		big = g_strnfill(n, 'b');
		ws_conn_send_text(c, big, n);
		g_free(big);
	} else if (g_str_has_prefix(text, "flood")) {
		big = g_malloc(65536);
		for (int i = 0; i < 200; i++) {
			for (int k = 0; k < 65536; k++)
				big[k] = (char)('a' + (i + k) % 26);
			ws_conn_send_text(c, big, 65536);
		}
		g_free(big);
	} else {
		ws_conn_send_text(c, text, len);
	}
}

static void ws_binary(void *ctx, struct ws_conn *c, uint8_t *data, size_t len)
{
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, len);

	ws_conn_send_text(c, sum, strlen(sum));
	g_free(data);
}

static uint32_t adler32(const uint8_t *p, size_t len)
{
	uint32_t a = 1, b = 0;

	for (; len; len--) {
		a = (a + *p++) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

/* sequence number, then noise; the checksum of both goes in front */
static bool add_object(struct seat *s, struct ws_gather *g)
{
	static uint8_t object[MAX_OBJECT];
	uint32_t random = s->random, head;
	size_t len;

	random = random * 1664525 + 1013904223;
	len = 8 + (random >> 8) % (s->seq % 50 ? 2000 : MAX_OBJECT - 8);
	memcpy(object, &s->seq, 4);
	for (size_t i = 4; i < len; i++) {
		random = random * 1664525 + 1013904223;
		object[i] = (uint8_t)(random >> 24);
	}
	head = adler32(object, len);
	if (!ws_gather_binary(g, &head, 4, object, len))
		return false;
	s->random = random;
	s->seq++;
	return true;
}

/* Groups of a few objects, as a room sends them. */
static bool ws_collect(void *ctx, struct ws_conn *c, struct ws_gather *g)
{
	struct seat *s = ws_conn_user(c);
	unsigned group = 1 + s->seq % 9;

	s->n_collect++;
	while (group-- && s->seq < s->end && add_object(s, g))
		;
	return s->seq < s->end;
}

static unsigned busy_percent(void)
{
	return busy;
}

static void ws_tick(void *ctx, int64_t mono_us)
{
	struct seat *s;
	g_autofree char *told = NULL;

	n_ticks++;
	if (!hearer)
		return;
	s = ws_conn_user(hearer);
	if (s->beats--) {
		if (patient)
			ws_conn_mark_patient(hearer);
		else
			ws_conn_mark_dirty(hearer);
		return;
	}
	told = g_strdup_printf("collected %u", s->n_collect);
	ws_conn_send_text(hearer, told, strlen(told));
	hearer = NULL;
}

static void ws_closed(void *ctx, struct ws_conn *c)
{
	n_closed++;
	if (hearer == c)
		hearer = NULL;
	g_free(ws_conn_user(c));
}

static void count(void *data)
{
	if (++n_timer == 3)
		loop_timer_remove(timer);
}

static void pool_done(void *ctx)
{
	job_drain_done(pool);
}

static void wake(void *ctx)
{
	loop_wake(loop);
}

/* The test's end of our stdin closes when it is done or dies. */
static void *watch_stdin(void *data)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	loop_stop(loop);
	return NULL;
}

static const struct ws_out room = {
	.admit = admit,
	.open = ws_open,
	.text = ws_text,
	.binary = ws_binary,
	.collect = ws_collect,
	.tick = ws_tick,
	.closed = ws_closed,
};

int main(int argc, char **argv)
{
	g_autofree char *cert = g_build_filename(argv[1], "cert.pem", NULL);
	g_autofree char *key = g_build_filename(argv[1], "key.pem", NULL);
	g_autofree char *files = g_build_filename(argv[1], "site", NULL);
	const struct static_site site = {"/", files, NULL};
	struct router *router = router_new(routes, G_N_ELEMENTS(routes));
	const struct loop_config config = {
		.address = "127.0.0.1",
		.cert_path = cert,
		.key_path = key,
		.router = router,
		.http = {.request = request},
		.sites = &site,
		.n_sites = 1,
		.ws = &room,
		.rooms_only = true,
		.busy_percent = busy_percent,
		.limits = {.max_per_address = 40,
			.header_timeout_s = 1,
			.body_timeout_s = 1,
			.idle_timeout_s = 2,
			.max_body_memory_mib = 8,
			.ws_silence_s = 2},
		.woken = pool_done,
	};
	GThread *watcher;

	if (argc != 2 || tls_ensure_certificate(cert, key, "localhost,127.0.0.1") < 0 ||
		loop_new(&config, &loop) < 0)
		return 1;
	pool = job_pool_new(&(struct job_config){
		.lanes = {[JOB_LANE_ACTS] = {2, 100}, [JOB_LANE_LONG] = {8, 100}}, .wake = wake});
	timer = loop_timer_add(loop, 20, count, NULL);
	printf("%d\n", loop_port(loop));
	fflush(stdout);
	watcher = g_thread_new("stdin", watch_stdin, NULL);
	loop_run(loop);
	pthread_mutex_lock(&lock);
	gate_open = true;
	pthread_cond_broadcast(&gate_changed);
	pthread_mutex_unlock(&lock);
	job_pool_free(pool);
	g_thread_join(watcher);
	loop_free(loop);
	router_free(router);
	metrics_clear();
	return n_open == n_closed ? 0 : 2;
}
