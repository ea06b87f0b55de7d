/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/wire.h"

#include "proto/bytes.h"
#include "proto/control.h"
#include "room-client/load/wire_in.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <string.h>
#include <unistd.h>

enum wire_state { WIRE_TLS, WIRE_UPGRADING, WIRE_OPEN, WIRE_CLOSED };

struct wire {
	struct wire_out out;
	enum wire_state state;
	int fd;
	SSL *ssl;
	bool tls_wants_write;
	char *request;
	struct wire_in in;
	GByteArray *pending;
	uint32_t mask;
};

static void end(struct wire *w, const char *why)
{
	if (w->state == WIRE_CLOSED)
		return;
	w->state = WIRE_CLOSED;
	close(w->fd);
	w->fd = -1;
	w->out.closed(w->out.ctx, why);
}

struct wire *wire_new(const struct wire_target *t, const char *path, const struct wire_out *out)
{
	struct wire *w = g_new0(struct wire, 1);
	int one = 1;

	w->out = *out;
	w->fd = socket(t->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	wire_in_init(&w->in);
	w->pending = g_byte_array_new();
	w->mask = g_random_int();
	w->tls_wants_write = true; /* when the connection stands */
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	w->ssl = SSL_new(t->tls);
	SSL_set_fd(w->ssl, w->fd);
	SSL_set_tlsext_host_name(w->ssl, t->host);
	SSL_set1_host(w->ssl, t->host);
	SSL_set_connect_state(w->ssl);
	SSL_set_mode(w->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	w->request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: Upgrade\r\n"
				     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
				     "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
				     "Sec-WebSocket-Protocol: " CONTROL_SUBPROTOCOL "\r\n\r\n",
		path, t->host, t->port);
	if (connect(w->fd, (const struct sockaddr *)&t->address, t->address_len) < 0 &&
		errno != EINPROGRESS)
		end(w, g_strerror(errno));
	return w;
}

struct wire *wire_free(struct wire *w)
{
	if (!w)
		return NULL;
	if (w->fd >= 0)
		close(w->fd);
	SSL_free(w->ssl);
	g_byte_array_unref(w->pending);
	g_free(w->request);
	wire_in_done(&w->in);
	g_free(w);
	return NULL;
}

int wire_fd(const struct wire *w)
{
	return w->fd;
}

bool wire_wants_write(const struct wire *w)
{
	return w->state == WIRE_TLS ? w->tls_wants_write : w->pending->len > 0;
}

/* How many bytes the socket took; ends the wire on an error. */
static size_t write_some(struct wire *w, const uint8_t *bytes, size_t len)
{
	size_t done = 0;

	ERR_clear_error();
	while (done < len) {
		int n = SSL_write(w->ssl, bytes + done, (int)(len - done));

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (SSL_get_error(w->ssl, n) != SSL_ERROR_WANT_WRITE)
			end(w, "write failed");
		break;
	}
	return done;
}

static void write_all(struct wire *w, const uint8_t *bytes, size_t len)
{
	size_t done = w->pending->len ? 0 : write_some(w, bytes, len);

	if (done < len)
		g_byte_array_append(w->pending, bytes + done, (guint)(len - done));
}

static void flush(struct wire *w)
{
	size_t done;

	if (!w->pending->len)
		return;
	done = write_some(w, w->pending->data, w->pending->len);
	if (done)
		g_byte_array_remove_range(w->pending, 0, (guint)done);
}

static void copy_masked(uint8_t *to, const uint8_t *from, size_t len, const uint8_t mask[4])
{
	uint64_t wide, word;
	size_t i = 0;

	memcpy(&wide, mask, 4);
	memcpy((uint8_t *)&wide + 4, mask, 4);
	for (; i + 8 <= len; i += 8) {
		memcpy(&word, from + i, 8);
		word ^= wide;
		memcpy(to + i, &word, 8);
	}
	for (; i < len; i++)
		to[i] = from[i] ^ mask[i & 3];
}

static void send_frame(struct wire *w, enum wire_opcode opcode, const uint8_t *data, size_t len)
{
	g_autofree uint8_t *frame = g_malloc(WIRE_HEADER_MAX + len);
	size_t n = 2;

	if (w->state != WIRE_OPEN)
		return;
	frame[0] = 0x80 | opcode;
	frame[1] = 0x80 | (len < 126 ? (uint8_t)len : len < 65536 ? 126 : 127);
	if (len >= 65536) {
		be32_put(frame + 2, 0);
		be32_put(frame + 6, (uint32_t)len);
		n = 10;
	} else if (len >= 126) {
		be16_put(frame + 2, (uint16_t)len);
		n = 4;
	}
	w->mask = w->mask * 1664525 + 1013904223;
	be32_put(frame + n, w->mask);
	copy_masked(frame + n + 4, data, len, frame + n);
	write_all(w, frame, n + 4 + len);
}

void wire_send_text(struct wire *w, const char *text)
{
	send_frame(w, WIRE_OP_TEXT, (const uint8_t *)text, strlen(text));
}

void wire_send_binary(struct wire *w, const uint8_t *data, size_t len)
{
	send_frame(w, WIRE_OP_BINARY, data, len);
}

static void take_frame(struct wire *w, const struct wire_frame *f)
{
	g_autofree char *why = NULL;

	switch (f->opcode) {
	case WIRE_OP_TEXT:
		w->out.text(w->out.ctx, (const char *)f->data, f->len);
		break;
	case WIRE_OP_BINARY:
		w->out.binary(w->out.ctx, f->data, f->len);
		break;
	case WIRE_OP_PING:
		send_frame(w, WIRE_OP_PONG, f->data, f->len);
		break;
	case WIRE_OP_PONG:
		break;
	case WIRE_OP_CLOSE:
		why = g_strdup_printf("closed with %d", f->len >= 2 ? be16_get(f->data) : 1005);
		end(w, why);
		break;
	default:
		end(w, "a frame this program does not know");
	}
}

static void take_frames(struct wire *w)
{
	enum wire_in_result r = WIRE_IN_WHOLE;
	struct wire_frame f;

	while (w->state == WIRE_OPEN && (r = wire_in_frame(&w->in, &f)) == WIRE_IN_WHOLE)
		take_frame(w, &f);
	if (r == WIRE_IN_E_FRAME)
		end(w, "a frame against the rules");
}

static void take_answer(struct wire *w)
{
	enum wire_in_result r = wire_in_answer(&w->in);

	if (r == WIRE_IN_E_REFUSED)
		end(w, "the server refused the WebSocket");
	if (r != WIRE_IN_WHOLE)
		return;
	w->state = WIRE_OPEN;
	w->out.open(w->out.ctx);
}

static void read_more(struct wire *w)
{
	size_t space;
	int n;

	do {
		uint8_t *to = wire_in_space(&w->in, &space);

		if (!space) {
			end(w, "an answer without an end");
			return;
		}
		ERR_clear_error();
		n = SSL_read(w->ssl, to, (int)space);
		if (n <= 0)
			break;
		wire_in_add(&w->in, (size_t)n);
		if (w->state == WIRE_UPGRADING)
			take_answer(w);
		if (w->state == WIRE_OPEN)
			take_frames(w);
	} while (w->state != WIRE_CLOSED);
	if (w->state != WIRE_CLOSED && SSL_get_error(w->ssl, n) != SSL_ERROR_WANT_READ)
		end(w, "the line dropped");
}

static void shake_hands(struct wire *w)
{
	int n, error;

	ERR_clear_error();
	n = SSL_do_handshake(w->ssl);
	error = n == 1 ? SSL_ERROR_NONE : SSL_get_error(w->ssl, n);
	w->tls_wants_write = error == SSL_ERROR_WANT_WRITE;
	if (error == SSL_ERROR_NONE) {
		w->state = WIRE_UPGRADING;
		write_all(w, (const uint8_t *)w->request, strlen(w->request));
	} else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
		end(w, ERR_reason_error_string(ERR_peek_error()) ?: "no TLS connection");
	}
}

void wire_ready(struct wire *w)
{
	if (w->state == WIRE_TLS)
		shake_hands(w);
	if (w->state == WIRE_UPGRADING || w->state == WIRE_OPEN)
		flush(w);
	if (w->state == WIRE_UPGRADING || w->state == WIRE_OPEN)
		read_more(w);
}
