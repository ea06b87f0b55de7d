/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static enum http_head_result parse(const char *text, struct http_head *head)
{
	size_t used = 0;
	enum http_head_result r = http_head_parse(text, strlen(text), head, &used);

	if (r == HTTP_HEAD_OK)
		assert_int_equal(used, strlen(text));
	return r;
}

static bool is(struct http_text t, const char *s)
{
	return t.p && t.len == strlen(s) && !memcmp(t.p, s, t.len);
}

static void test_reads(void **state)
{
	struct http_head h;

	assert_int_equal(parse("POST /api/x?a=1&b HTTP/1.1\r\nHost: h\r\nCONTENT-length:  12 \r\n"
			       "Cookie: a=b; c=d\r\nX-Other: 1\r\nX-Other: 2\r\nEmpty:\r\n\r\n",
				 &h),
		HTTP_HEAD_OK);
	assert_int_equal(h.method, HTTP_POST);
	assert_true(is(h.path, "/api/x"));
	assert_true(is(h.query, "a=1&b"));
	assert_true(h.http_1_1 && h.keep_alive && h.has_length && !h.expect_continue);
	assert_int_equal(h.length, 12);
	assert_true(is(h.headers[HTTP_COOKIE], "a=b; c=d"));
	assert_null(h.headers[HTTP_RANGE].p);
}

static void test_variants(void **state)
{
	struct http_head h;

	assert_int_equal(parse("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", &h), HTTP_HEAD_OK);
	assert_int_equal(parse("GET / HTTP/1.0\r\n\r\n", &h), HTTP_HEAD_OK);
	assert_false(h.keep_alive);
	assert_int_equal(parse("GET /a HTTP/1.1\r\nHost: h\r\nConnection: foo , Close\r\n\r\n", &h),
		HTTP_HEAD_OK);
	assert_false(h.keep_alive);
	assert_int_equal(
		parse("GET https://h:8443/a?b HTTP/1.1\r\nHost: h\r\n\r\n", &h), HTTP_HEAD_OK);
	assert_true(is(h.path, "/a") && is(h.query, "b"));
	assert_int_equal(parse("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\n\r\n", &h),
		HTTP_HEAD_OK);
	assert_true(h.expect_continue);
	assert_int_equal(parse("GET /room/s HTTP/1.1\r\nHost: h\r\nUpgrade: WebSocket\r\n"
			       "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: k\r\n"
			       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, b\r\n\r\n",
				 &h),
		HTTP_HEAD_OK);
	assert_true(h.upgrade_websocket && is(h.ws_key, "k") && is(h.ws_version, "13"));
	assert_true(http_list_has(h.ws_protocol, "B"));
	assert_false(http_list_has(h.ws_protocol, "c"));
}

static void test_refuses(void **state)
{
	static const struct {
		enum http_head_result result;
		const char *text;
	} cases[] = {
		{HTTP_HEAD_MALFORMED, "GET /\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/11\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET * HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET https://h HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET https://h?a/b HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\nHost: h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost : h\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\r\nCookie: a\x01\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\r\nCookie: \xff\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: h\rx\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
		{HTTP_HEAD_MALFORMED,
			"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"},
		{HTTP_HEAD_MALFORMED,
			"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\n"},
		{HTTP_HEAD_MALFORMED,
			"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "\x16\x03\x01\r\n\r\n"},
		{HTTP_HEAD_MALFORMED, "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_NEEDS_LENGTH,
			"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{HTTP_HEAD_METHOD, "BREW / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_METHOD, "get / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_VERSION, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"},
		{HTTP_HEAD_VERSION, "PRI * HTTP/2.0\r\n\r\n"},
		{HTTP_HEAD_INCOMPLETE, ""},
		{HTTP_HEAD_INCOMPLETE, "GET / HTTP/1.1\r\nHost: h\r\n\r"},
		{HTTP_HEAD_INCOMPLETE, "\xff\xff garbage without an end"},
	};
	struct http_head h;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		if (parse(cases[i].text, &h) != cases[i].result)
			fail_msg("case %zu: %d: %s", i, parse(cases[i].text, &h), cases[i].text);
}

static void test_limits(void **state)
{
	g_autoptr(GString) text = g_string_new("GET / HTTP/1.1\r\nHost: h\r\n");
	g_autoptr(GString) uri = g_string_new("GET /");
	struct http_head h;

	for (int i = 1; i < HTTP_MAX_FIELDS; i++)
		g_string_append_printf(text, "X-%d: v\r\n", i);
	g_string_append(text, "\r\n");
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_OK);
	g_string_insert(text, 16, "X: y\r\n");
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_TOO_LARGE);

	for (int i = 1; i < HTTP_MAX_PATH; i++)
		g_string_append_c(uri, 'a');
	g_string_assign(text, uri->str);
	g_string_append(text, " HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_OK);
	g_string_assign(text, uri->str);
	g_string_append(text, "a HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_URI_TOO_LONG);

	g_string_assign(text, "GET / HTTP/1.1\r\nHost: h\r\nCookie: ");
	while (text->len < HTTP_MAX_HEAD)
		g_string_append_c(text, 'c');
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_TOO_LARGE);
	g_string_append(text, "\r\n\r\n");
	assert_int_equal(parse(text->str, &h), HTTP_HEAD_TOO_LARGE);
}

/* Every prefix of a good head is incomplete; what follows the head is not looked at. */
static void test_prefixes(void **state)
{
	static const char text[] = "GET /a HTTP/1.1\r\nHost: h\r\nCookie: b\r\n\r\nGARBAGE\n";
	const size_t len = strlen(text) - strlen("GARBAGE\n");
	struct http_head h;
	size_t used;

	for (size_t n = 0; n < len; n++)
		assert_int_equal(http_head_parse(text, n, &h, &used), HTTP_HEAD_INCOMPLETE);
	assert_int_equal(http_head_parse(text, strlen(text), &h, &used), HTTP_HEAD_OK);
	assert_int_equal(used, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
