/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "server/net/http_send.h"

static json_t *body_of(const struct http_response *r)
{
	size_t len;
	const char *text = g_bytes_get_data(r->body, &len);

	return json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
}

static void test_problem(void **state)
{
	struct refusal refusal;
	struct http_response *r;
	json_t *o;

	refuse_rule(&refusal, "input.invalid", "T02", "price", "too \"much\"");
	r = response_problem(&refusal, "id1");
	o = body_of(r);
	assert_int_equal(r->status, 400);
	assert_string_equal(r->content_type, "application/problem+json");
	assert_int_equal(json_integer_value(json_object_get(o, "status")), 400);
	assert_string_equal(json_string_value(json_object_get(o, "code")), "input.invalid");
	assert_string_equal(json_string_value(json_object_get(o, "rule")), "T02");
	assert_string_equal(json_string_value(json_object_get(o, "field")), "price");
	assert_string_equal(json_string_value(json_object_get(o, "detail")), "too \"much\"");
	assert_string_equal(json_string_value(json_object_get(o, "request_id")), "id1");
	json_decref(o);
	response_free(r);

	r = response_refusal("http.timeout", NULL);
	o = body_of(r);
	assert_int_equal(r->status, 408);
	assert_null(json_object_get(o, "rule"));
	assert_null(json_object_get(o, "request_id"));
	json_decref(o);
	response_free(r);
}

/* Every refusal has a status with a reason phrase. */
static void test_every_refusal(void **state)
{
	size_t n;
	const struct refusal_row *rows = refusal_rows(&n);

	for (size_t i = 0; i < n; i++) {
		struct http_response *r = response_refusal(rows[i].code, NULL);

		assert_in_range(r->status, 400, 505);
		if (!strcmp(http_reason(r->status), "Unknown"))
			fail_msg("%s: %d", rows[i].code, r->status);
		response_free(r);
	}
}

static void test_head(void **state)
{
	const struct http_send_request keep = {.keep_alive = true, .connect_src = "wss://r:1"};
	const struct http_send_request end = {0};
	struct http_response *r = response_text(200, "text/plain", "hello");
	g_autofree char *kept = NULL, *ended = NULL;

	response_header(r, "X-A", "评");
	response_etag(r, "v1");
	kept = http_send_head(r, &keep, 0, 5, 5, 0);
	assert_true(g_str_has_prefix(
		kept, "HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
	assert_true(g_str_has_suffix(kept, "\r\n\r\n"));
	assert_non_null(strstr(kept, "\r\ncontent-length: 5\r\n"));
	assert_non_null(strstr(kept, "\r\nx-a: 评\r\n"));
	assert_non_null(strstr(kept, "\r\netag: \"v1\"\r\n"));
	assert_non_null(strstr(kept, "\r\ncache-control: no-store\r\n"));
	assert_non_null(strstr(kept, "frame-ancestors 'none'"));
	assert_non_null(strstr(kept, "connect-src 'self' wss://r:1\r\n"));
	assert_non_null(strstr(kept, "\r\nx-content-type-options: nosniff\r\n"));
	assert_null(strstr(kept, "connection: close"));
	response_header(r, "cache-control", "no-cache");
	ended = http_send_head(r, &end, 0, 5, 5, 0);
	assert_non_null(strstr(ended, "\r\nconnection: close\r\n\r\n"));
	assert_null(strstr(ended, "no-store"));
	assert_non_null(strstr(ended, "\r\nx-frame-options: DENY\r\n"));
	r->framed = true;
	g_free(g_steal_pointer(&ended));
	ended = http_send_head(r, &end, 0, 5, 5, 0);
	assert_non_null(strstr(ended, "frame-ancestors 'self'; connect-src 'self'\r\n"));
	assert_non_null(strstr(ended, "\r\nx-frame-options: SAMEORIGIN\r\n"));
	response_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_problem),
		cmocka_unit_test(test_every_refusal),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
