/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_WIRE_H
#define ROOM_CLIENT_LOAD_WIRE_H

/*
 * The client's end of one WebSocket over TLS, on a socket that never blocks. As little as a load of
 * many seats needs: no extensions, no fragments. Its owner polls wire_fd and calls wire_ready.
 */
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct wire;

struct wire_out {
	void (*open)(void *ctx);
	void (*text)(void *ctx, const char *text, size_t len); /* text[len] is not 0 */
	void (*binary)(void *ctx, const uint8_t *data, size_t len);
	/* Once, also when it never opened. The wire may not be freed from within. */
	void (*closed)(void *ctx, const char *why);
	void *ctx;
};

struct wire_target {
	SSL_CTX *tls;
	struct sockaddr_storage address;
	socklen_t address_len;
	const char *host; /* as in the URL, for SNI and the Host header */
	int port;
};

struct wire *wire_new(
	const struct wire_target *target, const char *path, const struct wire_out *out);
struct wire *wire_free(struct wire *w);

int wire_fd(const struct wire *w); /* -1 once it is closed */
/* Whether to poll for writing; for reading always. */
bool wire_wants_write(const struct wire *w);
void wire_ready(struct wire *w);

/* One message, masked as the protocol wants; what the socket does not take is kept. */
void wire_send_text(struct wire *w, const char *text);
void wire_send_binary(struct wire *w, const uint8_t *data, size_t len);

#endif
