/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_LOOP_H
#define SERVER_NET_LOOP_H

/*
 * The loop: one thread that owns the sockets, one TLS port for HTTP and WebSocket. Everything
 * marked "loop thread" below runs only inside callbacks of loop_run; loop_post, loop_wake,
 * loop_stop and http_reply may be called from any thread.
 */
#include "server/net/request.h"
#include "server/net/response.h"
#include "server/net/router.h"
#include "server/net/static_files.h"

#include <glib.h>
#include <stdint.h>

struct loop;
struct ws_out;

/* Names one request that waits for its answer; stays valid, without effect, after the peer left. */
struct http_reply_to {
	struct loop *loop;
	uint32_t slot;
	uint32_t generation;
};

/* Requests go up through this. Loop thread. */
struct http_out {
	/* Owns request; must lead to exactly one http_reply, now or later. */
	void (*request)(void *ctx, struct http_request *request, struct http_reply_to to);
	void *ctx;
};

/* Answers a request. Owns response. Any thread. An answer nobody waits for is freed. */
void http_reply(struct http_reply_to to, struct http_response *response);

/* Gives what the source of a response was asked for (struct http_source), at least one byte; NULL:
 * it failed, and the connection ends. Owns piece. Any thread. */
void http_feed(struct http_reply_to to, GBytes *piece);

/* Zero means the default in parentheses. */
struct loop_limits {
	unsigned max_connections;  /* (4000) */
	unsigned max_per_address;  /* open connections of one address (1000: a venue shares one) */
	unsigned header_timeout_s; /* for TLS handshake and the whole header (10) */
	unsigned body_timeout_s;   /* without a byte of the body (20) */
	unsigned idle_timeout_s;   /* keep-alive between requests (30) */
	unsigned max_body_memory_mib; /* all bodies being received together (256) */
	unsigned ws_silence_s; /* a WebSocket silent for so long is dead; asked before (10) */
};

struct loop_config {
	const char *address; /* "0.0.0.0", "::", "127.0.0.1"; NULL: all */
	int port;            /* 0: any free one, see loop_port */
	const char *cert_path;
	const char *key_path;
	const char
		*connect_src; /* further CSP connect-src origins, e.g. "wss://room:8444", or NULL */

	const struct router *router;
	struct http_out http;
	const struct static_site *sites;
	unsigned n_sites;
	const struct ws_out *ws; /* NULL: no rooms here */
	/* Nearly everything is media: the loop may wait for its beat when it has much to do. */
	bool rooms_only;
	/* Per cent of a core that the loop used in the last second, for who wants to say so; NULL:
	 * measured. Loop thread. */
	unsigned (*busy_percent)(void);
	struct loop_limits limits;

	/* Called on the loop thread after each loop_wake: job_drain_done belongs here. May be NULL.
	 */
	void (*woken)(void *ctx);
	void *woken_ctx;
};

/*
 * Binds the port and prepares; serves nothing until loop_run. What config points to must outlive
 * the loop. 0 or negative errno: -EADDRINUSE, -EINVAL for unusable certificate files, -EIO
 * otherwise.
 */
int loop_new(const struct loop_config *config, struct loop **ret_loop);
struct loop *loop_free(struct loop *l);

/* The port it listens on. */
int loop_port(const struct loop *l);

/* Serves on the calling thread until loop_stop. */
void loop_run(struct loop *l);

/* Ends loop_run soon: connections are closed (WebSockets with 1001). Async-signal-unsafe. */
void loop_stop(struct loop *l);

/* Makes loop_run call `woken`. Cheap; several calls may become one. */
void loop_wake(struct loop *l);

/* Runs fn(data) on the loop thread. destroy (may be NULL) frees data afterwards or at loop_free. */
void loop_post(struct loop *l, void (*fn)(void *data), void *data, GDestroyNotify destroy);

/*
 * Timers, loop thread (or before loop_run). Calls fn(data) every `ms`, the first time after `ms`.
 * loop_timer_remove may be called from within fn.
 */
struct loop_timer;
struct loop_timer *loop_timer_add(struct loop *l, unsigned ms, void (*fn)(void *data), void *data);
void loop_timer_remove(struct loop_timer *t);

#endif
