/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/ws_frame.h"

#include <glib.h>
#include <openssl/evp.h>
#include <string.h>

/* The first piece of memory for a message whose bytes have not all come. */
#define FIRST_SIZE 4096

void ws_decoder_done(struct ws_decoder *d)
{
	g_free(d->data);
	*d = (struct ws_decoder){0};
}

static size_t message_cap(enum ws_opcode message)
{
	return message == WS_TEXT ? WS_MAX_TEXT : WS_MAX_BINARY;
}

/* The two fixed bytes are there: how long is the whole header? 0 or a close code. */
static int read_start(struct ws_decoder *d)
{
	unsigned len = d->header[1] & 0x7f;
	int control;

	d->fin = d->header[0] >> 7;
	d->opcode = d->header[0] & 0x0f;
	control = d->opcode & 8;
	if (d->header[0] & 0x70 || !(d->header[1] & 0x80))
		return WS_CLOSE_PROTOCOL;
	if (d->opcode > WS_PONG || (d->opcode > WS_BINARY && d->opcode < WS_CLOSE))
		return WS_CLOSE_PROTOCOL;
	if (control && (!d->fin || len > WS_MAX_CONTROL))
		return WS_CLOSE_PROTOCOL;
	if (!control && (d->opcode == WS_CONTINUATION) == !d->message)
		return WS_CLOSE_PROTOCOL;
	d->need_header = 2 + (len == 126 ? 2 : len == 127 ? 8 : 0) + 4;
	return 0;
}

/* The whole header is there. 0 or a close code. */
static int read_header(struct ws_decoder *d)
{
	unsigned n_len = d->need_header - 6;
	uint64_t len = d->header[1] & 0x7f;

	if (n_len) {
		len = 0;
		for (unsigned i = 0; i < n_len; i++)
			len = len << 8 | d->header[2 + i];
	}
	memcpy(d->mask, d->header + 2 + n_len, 4);
	d->remaining = len;
	d->mask_at = 0;
	d->in_payload = 1;
	d->control_len = 0;
	if (d->opcode & 8)
		return 0;
	if (d->opcode != WS_CONTINUATION)
		d->message = d->opcode;
	return len > message_cap(d->message) - d->len ? WS_CLOSE_TOO_LARGE : 0;
}

static void unmask(struct ws_decoder *d, uint8_t *to, const uint8_t *from, size_t n)
{
	uint8_t mask[8];
	uint64_t wide, word;
	size_t i = 0;

	for (unsigned k = 0; k < 8; k++)
		mask[k] = d->mask[(d->mask_at + k) & 3];
	memcpy(&wide, mask, 8);
	for (; i + 8 <= n; i += 8) {
		memcpy(&word, from + i, 8);
		word ^= wide;
		memcpy(to + i, &word, 8);
	}
	for (; i < n; i++)
		to[i] = from[i] ^ mask[i & 7];
	d->mask_at = (d->mask_at + n) & 3;
}

/* Room for n more bytes and a NUL; exactly what is needed when the whole message is here. */
static void reserve(struct ws_decoder *d, size_t n)
{
	size_t need = d->len + n + 1;

	if (need <= d->size)
		return;
	if (d->remaining > n || !d->fin)
		need = MAX(need, MIN(MAX(d->size * 2, FIRST_SIZE), message_cap(d->message) + 1));
	d->data = g_realloc(d->data, need);
	d->size = need;
}

static void take_payload(struct ws_decoder *d, const uint8_t *bytes, size_t n)
{
	if (d->opcode & 8) {
		unmask(d, d->control + d->control_len, bytes, n);
		d->control_len += n;
	} else {
		reserve(d, n);
		unmask(d, d->data + d->len, bytes, n);
		d->len += n;
	}
	d->remaining -= n;
}

static int finish_message(struct ws_decoder *d, const struct ws_decoder_out *out)
{
	enum ws_opcode message = d->message;
	size_t len = d->len;
	uint8_t *data;
	int r;

	reserve(d, 0);
	d->data[len] = '\0';
	if (message == WS_TEXT && !g_utf8_validate((char *)d->data, (gssize)len, NULL))
		return WS_CLOSE_NOT_UTF8;
	data = g_steal_pointer(&d->data);
	d->len = d->size = 0;
	d->message = 0;
	r = out->message(out->ctx, message, data, len);
	if (message != WS_BINARY)
		g_free(data);
	return r ? -1 : 0;
}

static int finish_control(struct ws_decoder *d, const struct ws_decoder_out *out)
{
	unsigned code;

	if (d->opcode == WS_CLOSE && d->control_len) {
		if (d->control_len == 1)
			return WS_CLOSE_PROTOCOL;
		code = (unsigned)d->control[0] << 8 | d->control[1];
		if (!ws_close_code_valid(code))
			return WS_CLOSE_PROTOCOL;
		if (!g_utf8_validate((char *)d->control + 2, (gssize)d->control_len - 2, NULL))
			return WS_CLOSE_NOT_UTF8;
	}
	return out->message(out->ctx, d->opcode, d->control, d->control_len) ? -1 : 0;
}

static int finish_frame(struct ws_decoder *d, const struct ws_decoder_out *out)
{
	d->in_payload = 0;
	d->n_header = 0;
	if (d->opcode & 8)
		return finish_control(d, out);
	return d->fin ? finish_message(d, out) : 0;
}

/* Takes header bytes one by one until it is complete. 0 or a close code. */
static int feed_header(struct ws_decoder *d, uint8_t byte)
{
	int r = 0;

	d->header[d->n_header++] = byte;
	if (d->n_header == 2)
		r = read_start(d);
	else if (d->n_header > 2 && d->n_header == d->need_header)
		r = read_header(d);
	return r;
}

int ws_decoder_feed(
	struct ws_decoder *d, const uint8_t *bytes, size_t len, const struct ws_decoder_out *out)
{
	const uint8_t *end = bytes + len;
	int r;

	while (bytes < end) {
		if (!d->in_payload) {
			r = feed_header(d, *bytes++);
		} else {
			size_t n = MIN((uint64_t)(end - bytes), d->remaining);

			take_payload(d, bytes, n);
			bytes += n;
			r = 0;
		}
		if (!r && d->in_payload && !d->remaining)
			r = finish_frame(d, out);
		if (r)
			return r;
	}
	return 0;
}

unsigned ws_frame_header(
	enum ws_opcode opcode, uint64_t payload_len, uint8_t ret_header[static WS_MAX_TX_HEADER])
{
	unsigned n_len = payload_len < 126 ? 0 : payload_len < 65536 ? 2 : 8;

	ret_header[0] = 0x80 | opcode;
	ret_header[1] = n_len == 0 ? (uint8_t)payload_len : n_len == 2 ? 126 : 127;
	for (unsigned i = 0; i < n_len; i++)
		ret_header[2 + i] = (uint8_t)(payload_len >> 8 * (n_len - 1 - i));
	return 2 + n_len;
}

int ws_close_code_valid(unsigned code)
{
	return (code >= 1000 && code <= 1011 && (code < 1004 || code > 1006)) ||
	       (code >= 3000 && code <= 4999);
}

void ws_accept_value(const char *key, size_t key_len, char ret_accept[static WS_ACCEPT_SIZE])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	g_autofree char *text = g_strdup_printf("%.*s%s", (int)key_len, key, guid);
	unsigned char digest[20];

	EVP_Digest(text, strlen(text), digest, NULL, EVP_sha1(), NULL);
	EVP_EncodeBlock((unsigned char *)ret_accept, digest, sizeof(digest));
}
