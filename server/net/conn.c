/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/conn.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/core/clock.h"
#include "server/net/http_conn.h"
#include "server/net/loop_private.h"

/* Read ahead and taken at a time; a record holds up to 16 KB. */
#define TAKE_MAX_RECORDS 16
#define LINGER_US (2 * CLOCK_SECOND_US)
/* A buffer that grew for one large write is given back. */
#define KEEP_OUT_BYTES 65536

/* The address in text; an IPv4 peer of an IPv6 socket in its plain form. */
static void read_peer(struct lws *wsi, char *peer, size_t size)
{
	struct sockaddr_storage a = {0};
	socklen_t len = sizeof(a);
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&a;

	g_strlcpy(peer, "unknown", size);
	if (getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&a, &len) < 0)
		return;
	if (a.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&a)->sin_addr, peer, (socklen_t)size);
	else if (a.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
		inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, peer, (socklen_t)size);
	else if (a.ss_family == AF_INET6)
		inet_ntop(AF_INET6, &six->sin6_addr, peer, (socklen_t)size);
}

static unsigned count_address(struct loop *l, const char *peer, int change)
{
	unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(l->addresses, peer)) + (unsigned)change;

	if (n)
		g_hash_table_insert(l->addresses, g_strdup(peer), GUINT_TO_POINTER(n));
	else
		g_hash_table_remove(l->addresses, peer);
	return n;
}

static void take_slot(struct loop *l, struct conn *c)
{
	if (l->free_slots->len) {
		c->slot = g_array_index(l->free_slots, uint32_t, l->free_slots->len - 1);
		g_array_set_size(l->free_slots, l->free_slots->len - 1);
		l->conns->pdata[c->slot] = c;
	} else {
		c->slot = l->conns->len;
		g_ptr_array_add(l->conns, c);
	}
	c->generation = ++l->next_generation;
	l->n_conns++;
	metric_set(l->m_open, l->n_conns);
}

struct conn *conn_find(const struct loop *l, uint32_t slot, uint32_t generation)
{
	struct conn *c = slot < l->conns->len ? l->conns->pdata[slot] : NULL;

	return c && c->generation == generation ? c : NULL;
}

int conn_accepted(struct loop *l, struct lws *wsi)
{
	struct conn *c;
	char peer[64];

	read_peer(wsi, peer, sizeof(peer));
	if (count_address(l, peer, 1) > l->config.limits.max_per_address) {
		count_address(l, peer, -1);
		metric_add(l->m_refused, 1);
		return -1;
	}
	c = g_new0(struct conn, 1);
	c->loop = l;
	c->wsi = wsi;
	g_strlcpy(c->peer, peer, sizeof(c->peer));
	c->out = g_byte_array_new();
	take_slot(l, c);
	lws_set_opaque_user_data(wsi, c);
	SSL_set_mode(lws_get_ssl(wsi), SSL_MODE_ENABLE_PARTIAL_WRITE);
	http_conn_open(c);
	return 0;
}

void conn_closed(struct conn *c)
{
	struct loop *l = c->loop;

	c->state = CONN_DEAD;
	c->protocol->closed(c);
	l->conns->pdata[c->slot] = NULL;
	g_array_append_val(l->free_slots, c->slot);
	l->n_conns--;
	metric_set(l->m_open, l->n_conns);
	count_address(l, c->peer, -1);
	g_byte_array_unref(c->out);
	g_free(c);
}

void conn_become(struct conn *c, const struct conn_protocol *protocol, void *own)
{
	c->protocol = protocol;
	c->own = own;
}

void conn_set_deadline(struct conn *c, int64_t deadline_us)
{
	if (c->state == CONN_OPEN)
		c->deadline_us = deadline_us;
}

void conn_kill(struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	c->state = CONN_DEAD;
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

bool conn_has_output(const struct conn *c)
{
	return c->out->len > c->out_at;
}

bool conn_takes_data(const struct conn *c)
{
	int unsent = 0;

	return !conn_has_output(c) && c->state == CONN_OPEN &&
	       ioctl(lws_get_socket_fd(c->wsi), SIOCOUTQNSD, &unsent) == 0 &&
	       unsent < CONN_LOWAT_BYTES / 2;
}

void conn_want_write(struct conn *c)
{
	if (c->state != CONN_DEAD)
		lws_callback_on_writable(c->wsi);
}

/* Tells the peer that nothing more comes and waits for its close. */
static void linger(struct conn *c)
{
	c->state = CONN_LINGERING;
	c->deadline_us = clock_mono_us() + LINGER_US;
	SSL_shutdown(lws_get_ssl(c->wsi));
	ERR_clear_error();
	shutdown(lws_get_socket_fd(c->wsi), SHUT_WR);
}

void conn_finish(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return;
	c->state = CONN_FINISHING;
	c->deadline_us = clock_mono_us() + LINGER_US;
	if (!conn_has_output(c))
		linger(c);
}

/* How many of the bytes the socket took; the connection is killed on an error. */
static size_t write_some(struct conn *c, const uint8_t *bytes, size_t len)
{
	SSL *ssl = lws_get_ssl(c->wsi);
	size_t done = 0;

	ERR_clear_error();
	while (done < len) {
		int n = SSL_write(ssl, bytes + done, (int)MIN(len - done, INT_MAX));

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (SSL_get_error(ssl, n) != SSL_ERROR_WANT_WRITE)
			conn_kill(c);
		break;
	}
	return done;
}

static void flush(struct conn *c)
{
	if (!conn_has_output(c))
		return;
	c->out_at += write_some(c, c->out->data + c->out_at, c->out->len - c->out_at);
	if (conn_has_output(c)) {
		conn_want_write(c);
		return;
	}
	c->out_at = 0;
	if (c->out->len > KEEP_OUT_BYTES) {
		g_byte_array_unref(c->out);
		c->out = g_byte_array_new();
	} else {
		g_byte_array_set_size(c->out, 0);
	}
}

void conn_write(struct conn *c, const void *bytes, size_t len)
{
	size_t done = 0;

	if (c->state != CONN_OPEN || !len)
		return;
	if (!conn_has_output(c))
		done = write_some(c, bytes, len);
	/* A record that did not fit must be offered to OpenSSL again with the same content. */
	if (done < len && c->state == CONN_OPEN) {
		g_byte_array_append(c->out, (const uint8_t *)bytes + done, (guint)(len - done));
		conn_want_write(c);
	}
}

void conn_read_ahead(struct conn *c)
{
	SSL_set_read_ahead(lws_get_ssl(c->wsi), 1);
}

/* Takes what OpenSSL read ahead. Who sends without end must not keep the loop from the others. */
static void take_rest(struct conn *c)
{
	SSL *ssl = lws_get_ssl(c->wsi);
	uint8_t record[SSL3_RT_MAX_PLAIN_LENGTH];
	unsigned left = TAKE_MAX_RECORDS;
	int n;

	while (c->state != CONN_DEAD && SSL_get_read_ahead(ssl) && SSL_has_pending(ssl)) {
		if (!left--) {
			conn_want_write(c); /* and goes on there */
			return;
		}
		ERR_clear_error();
		n = SSL_read(ssl, record, sizeof(record));
		if (n > 0 && c->state == CONN_OPEN)
			c->protocol->received(c, record, (size_t)n);
		if (n > 0)
			continue;
		if (SSL_get_error(ssl, n) != SSL_ERROR_WANT_READ)
			conn_kill(c);
		return;
	}
}

int conn_received(struct conn *c, const uint8_t *bytes, size_t len)
{
	/* lws's own time limit was for the handshake. */
	if (!c->heard)
		lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
	c->heard = true;
	if (c->state == CONN_OPEN)
		c->protocol->received(c, bytes, len);
	take_rest(c);
	return c->state == CONN_DEAD ? -1 : 0;
}

int conn_writable(struct conn *c)
{
	take_rest(c);
	flush(c);
	if (!conn_has_output(c)) {
		if (c->state == CONN_OPEN)
			c->protocol->writable(c);
		else if (c->state == CONN_FINISHING)
			linger(c);
	}
	return c->state == CONN_DEAD ? -1 : 0;
}

void conn_check_deadline(struct conn *c, int64_t now_us)
{
	if (!c->deadline_us || now_us < c->deadline_us)
		return;
	if (c->state == CONN_OPEN)
		c->protocol->deadline(c, now_us);
	else
		conn_kill(c);
}
