/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/ws_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

/* What came out, in words: "T:hello B5 P:x C1000". */
static int message(void *ctx, enum ws_opcode opcode, uint8_t *data, size_t len)
{
	GString *said = ctx;

	if (said->len)
		g_string_append_c(said, ' ');
	switch (opcode) {
	case WS_TEXT:
		assert_int_equal(data[len], 0);
		g_string_append_printf(said, "T:%s", (char *)data);
		break;
	case WS_BINARY:
		for (size_t i = 0; i < len; i++)
			if (data[i] != (uint8_t)(i * 7))
				fail_msg("byte %zu", i);
		g_string_append_printf(said, "B%zu", len);
		g_free(data);
		break;
	case WS_CLOSE:
		g_string_append_printf(said, "C%d", len ? data[0] << 8 | data[1] : 0);
		break;
	default:
		g_string_append_printf(
			said, "%s:%.*s", opcode == WS_PING ? "P" : "O", (int)len, (char *)data);
	}
	return strstr(said->str, "stop") != NULL;
}

static void add_frame(GByteArray *a, unsigned first, const void *payload, size_t len)
{
	static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
	uint8_t header[WS_MAX_TX_HEADER];
	unsigned n = ws_frame_header(0, len, header);

	header[0] = (uint8_t)first;
	header[1] |= 0x80;
	g_byte_array_append(a, header, n);
	g_byte_array_append(a, mask, 4);
	for (size_t i = 0; i < len; i++) {
		uint8_t b = ((const uint8_t *)payload)[i] ^ mask[i & 3];

		g_byte_array_append(a, &b, 1);
	}
}

static void add_text(GByteArray *a, unsigned first, const char *text)
{
	add_frame(a, first, text, strlen(text));
}

/* Feeds in pieces of `step` bytes; expects the words and the result. */
static void expect(const GByteArray *a, size_t step, int result, const char *words)
{
	struct ws_decoder d = {0};
	GString *said = g_string_new(NULL);
	const struct ws_decoder_out out = {message, said};
	int r = 0;

	for (size_t i = 0; i < a->len && !r; i += step) {
		/* A copy of exact size lets the address sanitizer see a read too far. */
		size_t n = MIN(step, a->len - i);
		uint8_t *piece = g_memdup2(a->data + i, n);

		r = ws_decoder_feed(&d, piece, n, &out);
		g_free(piece);
	}
	assert_int_equal(r, result);
	assert_string_equal(said->str, words);
	ws_decoder_done(&d);
	g_string_free(said, TRUE);
}

static void expect_all_ways(GByteArray *a, int result, const char *words)
{
	static const size_t steps[] = {1, 2, 3, 7, 1000, 1 << 20};

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		expect(a, steps[i], result, words);
	g_byte_array_unref(a);
}

static GByteArray *binary(size_t len)
{
	GByteArray *a = g_byte_array_new();
	uint8_t *payload = g_malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(i * 7);
	add_frame(a, 0x82, payload, len);
	g_free(payload);
	return a;
}

static void test_messages(void **state)
{
	GByteArray *a = g_byte_array_new();

	add_text(a, 0x81, "hello");
	add_text(a, 0x81, "");
	add_text(a, 0x01, "评");
	add_text(a, 0x89, "ping");
	add_text(a, 0x00, "标");
	add_text(a, 0x8a, "");
	add_text(a, 0x80, "室");
	add_frame(a, 0x88,
		"\x03\xe8"
		"bye",
		5);
	expect_all_ways(a, 0, "T:hello T: P:ping O: T:评标室 C1000");
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 125, 126, 127, 65535, 65536, WS_MAX_BINARY};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *words = g_strdup_printf("B%zu", sizes[i]);

		expect_all_ways(binary(sizes[i]), 0, words);
	}
}

static void test_too_large(void **state)
{
	GByteArray *a = binary(WS_MAX_BINARY + 1);
	g_autofree char *text = g_strnfill(WS_MAX_TEXT, 'a');

	expect(a, 1000, WS_CLOSE_TOO_LARGE, "");
	g_byte_array_unref(a);
	/* Refused by its announcement, before a byte of it has come. */
	a = g_byte_array_new();
	g_byte_array_append(a, (const uint8_t *)"\x81\xff\0\0\0\0\0\1\0\1\0\0\0\0", 14);
	expect_all_ways(a, WS_CLOSE_TOO_LARGE, "");
	a = g_byte_array_new();
	g_byte_array_append(
		a, (const uint8_t *)"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14);
	expect_all_ways(a, WS_CLOSE_TOO_LARGE, "");
	a = g_byte_array_new();
	add_text(a, 0x01, text);
	add_text(a, 0x80, "b");
	expect(a, 1000, WS_CLOSE_TOO_LARGE, "");
	g_byte_array_unref(a);
}

static void test_utf8(void **state)
{
	GByteArray *a = g_byte_array_new();

	add_text(a, 0x81, "a\xff");
	expect_all_ways(a, WS_CLOSE_NOT_UTF8, "");
	/* A character may be cut between fragments, but not at the end of the message. */
	a = g_byte_array_new();
	add_text(a, 0x01, "\xe8\xaf");
	add_text(a, 0x80, "\x84");
	add_text(a, 0x81, "\xe8\xaf");
	expect_all_ways(a, WS_CLOSE_NOT_UTF8, "T:评");
	a = g_byte_array_new();
	add_frame(a, 0x88, "\x03\xe8\xff", 3);
	expect_all_ways(a, WS_CLOSE_NOT_UTF8, "");
}

static void expect_protocol_error(const void *bytes, size_t len)
{
	GByteArray *a = g_byte_array_new();

	g_byte_array_append(a, bytes, (guint)len);
	expect_all_ways(a, WS_CLOSE_PROTOCOL, "");
}

static void test_protocol_errors(void **state)
{
	GByteArray *a;

	expect_protocol_error("\x81\x01"
			      "a",
		3);                                           /* not masked */
	expect_protocol_error("\xc1\x80\0\0\0\0", 6);         /* reserved bit */
	expect_protocol_error("\x83\x80\0\0\0\0", 6);         /* reserved opcode */
	expect_protocol_error("\x8b\x80\0\0\0\0", 6);         /* reserved control opcode */
	expect_protocol_error("\x80\x80\0\0\0\0", 6);         /* nothing to continue */
	expect_protocol_error("\x09\x80\0\0\0\0", 6);         /* fragmented ping */
	expect_protocol_error("\x89\xfe\0\x7e\0\0\0\0", 8);   /* ping of 126 bytes */
	expect_protocol_error("\x88\x81\0\0\0\0\x03", 7);     /* half a close code */
	expect_protocol_error("\x88\x82\0\0\0\0\x03\xed", 8); /* close code 1005 */
	a = g_byte_array_new();
	add_text(a, 0x01, "a");
	add_text(a, 0x81, "b");
	expect_all_ways(a, WS_CLOSE_PROTOCOL, ""); /* a new message within another */
}

static void test_stops(void **state)
{
	GByteArray *a = g_byte_array_new();

	add_text(a, 0x81, "stop");
	add_text(a, 0x81, "never");
	expect(a, 1 << 20, -1, "T:stop");
	g_byte_array_unref(a);
}

/* The example of RFC 6455 section 1.3. */
static void test_accept(void **state)
{
	char accept[WS_ACCEPT_SIZE];

	ws_accept_value("dGhlIHNhbXBsZSBub25jZQ==", 24, accept);
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_protocol_errors),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
