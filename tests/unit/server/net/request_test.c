/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/request.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct http_request *with_path(const char *raw)
{
	struct http_request *r = g_new0(struct http_request, 1);

	if (http_request_set_path(r, raw, strlen(raw)) < 0) {
		http_request_free(r);
		return NULL;
	}
	return r;
}

static void test_path(void **state)
{
	static const struct {
		const char *raw, *path;
	} good[] = {
		{"/", "/"},
		{"/a/b", "/a/b"},
		{"/a%20b/%E8%AF%84", "/a b/评"},
		{"/a+b", "/a+b"},
		{"//a/", "//a/"},
		{"/.well/..x/x..", "/.well/..x/x.."},
	};
	static const char *const bad[] = {"", "a", "/a/../b", "/..", "/./", "/%2e%2e/x", "/a%2Fb",
		"/%", "/%4", "/%zz", "/%00", "/%ff", "/a/%2e", "*"};

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct http_request *r = with_path(good[i].raw);

		assert_non_null(r);
		assert_string_equal(r->path, good[i].path);
		http_request_free(r);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		if (with_path(bad[i]))
			fail_msg("accepted: %s", bad[i]);
}

static void test_path_too_long(void **state)
{
	char raw[HTTP_MAX_PATH + 2];
	struct http_request *r;

	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	raw[HTTP_MAX_PATH] = '\0';
	r = with_path(raw);
	assert_non_null(r);
	http_request_free(r);
	raw[HTTP_MAX_PATH] = 'a';
	raw[HTTP_MAX_PATH + 1] = '\0';
	assert_null(with_path(raw));
}

static int set_query(struct http_request *r, const char *raw)
{
	return http_request_set_query(r, raw, strlen(raw));
}

static void test_query(void **state)
{
	struct http_request *r = g_new0(struct http_request, 1);
	GString *many = g_string_new("a=1");

	assert_int_equal(set_query(r, ""), 0);
	assert_int_equal(r->n_query, 0);
	assert_int_equal(set_query(r, "a=1&&b=%26+%3D&c&=d&e=x=y"), 0);
	assert_int_equal(r->n_query, 5);
	assert_string_equal(http_request_query(r, "a"), "1");
	assert_string_equal(http_request_query(r, "b"), "& =");
	assert_string_equal(http_request_query(r, "c"), "");
	assert_string_equal(http_request_query(r, ""), "d");
	assert_string_equal(http_request_query(r, "e"), "x=y");
	assert_null(http_request_query(r, "f"));
	assert_int_equal(set_query(r, "a=%"), -EINVAL);
	assert_int_equal(set_query(r, "%00=a"), -EINVAL);
	assert_int_equal(set_query(r, "a=%c3"), -EINVAL);
	assert_string_equal(http_request_query(r, "a"), "1");
	for (int i = 1; i < HTTP_MAX_QUERY_PARAMS; i++)
		g_string_append(many, "&a=1");
	assert_int_equal(set_query(r, many->str), 0);
	assert_int_equal(r->n_query, HTTP_MAX_QUERY_PARAMS);
	g_string_append(many, "&a=1");
	assert_int_equal(set_query(r, many->str), -EINVAL);
	g_string_free(many, TRUE);
	http_request_free(r);
}

static void expect_cookie(const char *header, const char *value)
{
	struct http_request r = {.headers[HTTP_COOKIE] = (char *)header};
	g_autofree char *found = http_request_cookie(&r, "sid");

	if (value)
		assert_string_equal(found, value);
	else
		assert_null(found);
}

static void test_cookie(void **state)
{
	expect_cookie(NULL, NULL);
	expect_cookie("", NULL);
	expect_cookie("sid", NULL);
	expect_cookie("sid=", "");
	expect_cookie("sid=a", "a");
	expect_cookie("xsid=a; sid2=b;sid=c ; d=e", "c");
	expect_cookie(";;; sid=x=y", "x=y");
	expect_cookie("a=\"; sid=b", "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_path_too_long),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_cookie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
