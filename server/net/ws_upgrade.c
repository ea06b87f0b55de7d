/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/ws_upgrade.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "server/net/loop_private.h"
#include "server/net/ws_conn_private.h"
#include "server/net/ws_frame.h"

#define PREFIX "/room/"
#define VERSIONS "bidroom.v"
#define SUBPROTOCOL VERSIONS "1"
#define MAX_SUBPROTOCOL 32
#define MAX_SESSION 64
#define KEY_LEN 24 /* base 64 of 16 bytes */

bool ws_upgrade_wanted(const struct http_head *head)
{
	return head->path.len > strlen(PREFIX) && !memcmp(head->path.p, PREFIX, strlen(PREFIX));
}

/* What the callbacks get, as strings with their own memory. */
struct hello_store {
	char *session, *host, *origin, *cookie;
	struct ws_hello hello;
};

static char *copy(struct http_text t)
{
	return g_strndup(t.p ? t.p : "", t.len);
}

/* What the answer names: our subprotocol or else the first of its other versions; "": none. */
static const char *subprotocol_of(const struct http_head *head, char buf[static MAX_SUBPROTOCOL])
{
	struct http_text other = http_list_find(head->ws_protocol, VERSIONS);

	if (http_list_has(head->ws_protocol, SUBPROTOCOL))
		return SUBPROTOCOL;
	g_snprintf(buf, MAX_SUBPROTOCOL, "%.*s", (int)other.len, other.p ? other.p : "");
	return other.len < MAX_SUBPROTOCOL ? buf : "";
}

static void hello_init(struct hello_store *s, struct conn *c, const struct http_head *head)
{
	size_t n = strlen(PREFIX);

	s->session = copy((struct http_text){head->path.p + n, head->path.len - n});
	s->host = copy(head->headers[HTTP_HOST]);
	s->origin = copy(head->headers[HTTP_ORIGIN]);
	s->cookie = copy(head->headers[HTTP_COOKIE]);
	s->hello = (struct ws_hello){
		.session = s->session,
		.peer = c->peer,
		.host = s->host,
		.origin = s->origin,
		.cookie = s->cookie,
		.other_version = !http_list_has(head->ws_protocol, SUBPROTOCOL),
	};
}

static void hello_done(struct hello_store *s)
{
	g_free(s->session);
	g_free(s->host);
	g_free(s->origin);
	g_free(s->cookie);
}

static bool session_valid(const char *session)
{
	size_t n = strspn(session, "0123456789abcdefghijklmnopqrstuvwxyz_-");

	return n >= 1 && n <= MAX_SESSION && !session[n];
}

static bool key_valid(struct http_text key)
{
	if (key.len != KEY_LEN || memcmp(key.p + 22, "==", 2))
		return false;
	for (size_t i = 0; i < 22; i++)
		if (!g_ascii_isalnum(key.p[i]) && key.p[i] != '+' && key.p[i] != '/')
			return false;
	return true;
}

static const char *check_headers(const struct http_head *head)
{
	char buf[MAX_SUBPROTOCOL];

	if (!head->upgrade_websocket || head->method != HTTP_GET || !head->http_1_1)
		return "ws.upgrade_required";
	if (head->ws_version.len != 2 || memcmp(head->ws_version.p, "13", 2))
		return "ws.upgrade_required";
	if (!key_valid(head->ws_key) || head->length)
		return "http.malformed";
	return *subprotocol_of(head, buf) ? NULL : "ws.protocol";
}

const char *ws_upgrade_check(struct conn *c, const struct http_head *head)
{
	const struct ws_out *out = c->loop->config.ws;
	const char *refusal = check_headers(head);
	struct hello_store s;

	if (refusal)
		return refusal;
	hello_init(&s, c, head);
	if (!session_valid(s.session))
		refusal = "http.not_found";
	else if (out->admit && !out->admit(out->ctx, &s.hello))
		refusal = "ws.denied";
	hello_done(&s);
	return refusal;
}

void ws_upgrade_perform(
	struct conn *c, const struct http_head *head, const uint8_t *bytes, size_t len)
{
	/* A slow line shows within 4 KB instead of hiding seconds of media in the kernel. */
	int lowat = CONN_LOWAT_BYTES;
	char accept[WS_ACCEPT_SIZE], buf[MAX_SUBPROTOCOL];
	g_autofree char *answer = NULL;
	struct hello_store s;

	setsockopt(
		lws_get_socket_fd(c->wsi), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof(lowat));
	ws_accept_value(head->ws_key.p, head->ws_key.len, accept);
	answer = g_strdup_printf("HTTP/1.1 101 Switching Protocols\r\n"
				 "upgrade: websocket\r\n"
				 "connection: Upgrade\r\n"
				 "sec-websocket-accept: %s\r\n"
				 "sec-websocket-protocol: %s\r\n\r\n",
		accept, subprotocol_of(head, buf));
	conn_write(c, answer, strlen(answer));
	hello_init(&s, c, head);
	ws_conn_open(c, &s.hello);
	hello_done(&s);
	c->protocol->received(c, bytes, len);
}
