/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_WIRE_IN_H
#define ROOM_CLIENT_LOAD_WIRE_IN_H

/*
 * What comes in on a wire: the answer to the upgrade, then frames, in a buffer of our own that
 * grows up to a limit. No socket: wire.c fills it. One thread.
 */
#include <stddef.h>
#include <stdint.h>

enum wire_opcode {
	WIRE_OP_TEXT = 1,
	WIRE_OP_BINARY = 2,
	WIRE_OP_CLOSE = 8,
	WIRE_OP_PING = 9,
	WIRE_OP_PONG = 10
};

/* The longest head of a frame. */
#define WIRE_HEADER_MAX 14

enum wire_in_result {
	WIRE_IN_WHOLE,     /* one was taken */
	WIRE_IN_MORE,      /* it is not all there yet */
	WIRE_IN_E_REFUSED, /* the server does not open a WebSocket */
	WIRE_IN_E_FRAME,   /* in parts, masked, or longer than the buffer may be */
};

struct wire_in {
	uint8_t *bytes;
	size_t at, len, size; /* taken up to at, filled up to len */
};

struct wire_frame {
	uint8_t opcode; /* with the reserved bits, so that none is mistaken for another */
	const uint8_t *data;
	size_t len;
};

void wire_in_init(struct wire_in *in);
void wire_in_done(struct wire_in *in);

/*
 * Where the next bytes may be put, and how many; none only when what lies there untaken fills the
 * whole buffer. Frames taken before are gone then.
 */
uint8_t *wire_in_space(struct wire_in *in, size_t *ret_len);
void wire_in_add(struct wire_in *in, size_t len);

/* The head of the HTTP answer. */
enum wire_in_result wire_in_answer(struct wire_in *in);
/* The next frame, which stays where it is until wire_in_space. */
enum wire_in_result wire_in_frame(struct wire_in *in, struct wire_frame *ret);

#endif
