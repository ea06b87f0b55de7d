/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_WS_FRAME_H
#define SERVER_NET_WS_FRAME_H

/*
 * WebSocket frames (RFC 6455 section 5), server side, without extensions: incoming bytes to whole
 * messages, and the header of an outgoing frame.
 *
 * Pure; memory only for the message being assembled, which grows as its bytes arrive and never
 * beyond the caps, whatever length a frame announces.
 */
#include <stddef.h>
#include <stdint.h>

#include "server/net/ws_conn.h"

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
};

#define WS_MAX_CONTROL 125
#define WS_MAX_HEADER 14

/* Zero-initialise; ws_decoder_done frees. */
struct ws_decoder {
	uint8_t header[WS_MAX_HEADER];
	unsigned n_header, need_header;
	/* the frame being read */
	enum ws_opcode opcode;
	int fin;
	uint64_t remaining;
	uint8_t mask[4];
	unsigned mask_at;
	int in_payload;
	/* the message being assembled; 0 for none */
	enum ws_opcode message;
	uint8_t *data;
	size_t len, size;
	uint8_t control[WS_MAX_CONTROL];
	size_t control_len;
};

/*
 * Gets each whole message and each control frame. data is NUL-terminated for texts. For WS_BINARY
 * it is the callee's to g_free, otherwise it lives during the call. Nonzero stops the decoder (the
 * connection is going away).
 */
struct ws_decoder_out {
	int (*message)(void *ctx, enum ws_opcode opcode, uint8_t *data, size_t len);
	void *ctx;
};

/*
 * Feeds bytes. 0, or the close code of a violated rule (WS_CLOSE_PROTOCOL, _NOT_UTF8, _TOO_LARGE),
 * or -1 when out->message stopped it; after that it may not be fed again.
 */
int ws_decoder_feed(
	struct ws_decoder *d, const uint8_t *bytes, size_t len, const struct ws_decoder_out *out);

void ws_decoder_done(struct ws_decoder *d);

/* Writes the header of one unmasked, unfragmented frame; returns its length (2, 4 or 10). */
#define WS_MAX_TX_HEADER 10
unsigned ws_frame_header(
	enum ws_opcode opcode, uint64_t payload_len, uint8_t ret_header[static WS_MAX_TX_HEADER]);

/* 1 if a close code may appear in a close frame. */
int ws_close_code_valid(unsigned code);

/* The Sec-WebSocket-Accept value of a key (base 64, NUL-terminated). */
#define WS_ACCEPT_SIZE 29
void ws_accept_value(const char *key, size_t key_len, char ret_accept[static WS_ACCEPT_SIZE]);

#endif
