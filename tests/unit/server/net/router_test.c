/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct route routes[] = {
	{HTTP_GET, "/"},
	{HTTP_GET, "/api/projects"},
	{HTTP_POST, "/api/projects", 1000},
	{HTTP_GET, "/api/projects/{id}"},
	{HTTP_GET, "/api/projects/mine"},
	{HTTP_PUT, "/api/projects/{id}/lots/{lot}"},
	{HTTP_DELETE, "/api/projects/{id}/lots/{lot}"},
	{HTTP_POST, "/api/{what}/mine", 1},
};

static enum router_result match(enum http_method method, const char *path,
	struct http_request **ret_request, char allow[ROUTER_ALLOW_SIZE])
{
	struct router *r = router_new(routes, G_N_ELEMENTS(routes));
	struct http_request *request = g_new0(struct http_request, 1);
	enum router_result result;

	request->method = method;
	assert_int_equal(http_request_set_path(request, path, strlen(path)), 0);
	result = router_match(r, request, allow);
	/* Parameter names belong to the router; the tests compare values. */
	for (unsigned i = 0; i < request->n_path_params; i++)
		request->path_params[i].name = NULL;
	router_free(r);
	*ret_request = request;
	return result;
}

static void expect_route(
	enum http_method method, const char *path, unsigned row, const char *a, const char *b)
{
	struct http_request *r;
	char allow[ROUTER_ALLOW_SIZE];

	assert_int_equal(match(method, path, &r, allow), ROUTER_MATCH);
	assert_ptr_equal(r->route, &routes[row]);
	assert_int_equal(r->n_path_params, (a != NULL) + (b != NULL));
	if (a)
		assert_string_equal(r->path_params[0].value, a);
	if (b)
		assert_string_equal(r->path_params[1].value, b);
	http_request_free(r);
}

static void expect_none(
	enum http_method method, const char *path, enum router_result result, const char *allowed)
{
	struct http_request *r;
	char allow[ROUTER_ALLOW_SIZE];

	assert_int_equal(match(method, path, &r, allow), result);
	if (allowed)
		assert_string_equal(allow, allowed);
	http_request_free(r);
}

static void test_matches(void **state)
{
	expect_route(HTTP_GET, "/", 0, NULL, NULL);
	expect_route(HTTP_GET, "/api/projects", 1, NULL, NULL);
	expect_route(HTTP_HEAD, "/api/projects", 1, NULL, NULL);
	expect_route(HTTP_POST, "/api/projects", 2, NULL, NULL);
	expect_route(HTTP_GET, "/api/projects/x%20y", 3, "x y", NULL);
	expect_route(HTTP_PUT, "/api/projects/1/lots/2", 5, "1", "2");
	expect_route(HTTP_DELETE, "/api/projects/1/lots/2", 6, "1", "2");
}

static void test_literal_goes_first(void **state)
{
	expect_route(HTTP_GET, "/api/projects/mine", 4, NULL, NULL);
	/* Only the row with the method counts, even if its pattern is less exact. */
	expect_route(HTTP_POST, "/api/projects/mine", 7, "projects", NULL);
}

static void test_refuses(void **state)
{
	expect_none(HTTP_GET, "/api", ROUTER_NOT_FOUND, NULL);
	expect_none(HTTP_GET, "/api/projects/", ROUTER_NOT_FOUND, NULL);
	expect_none(HTTP_GET, "/api/projects/1/lots/", ROUTER_NOT_FOUND, NULL);
	expect_none(HTTP_GET, "/API/projects", ROUTER_NOT_FOUND, NULL);
	expect_none(HTTP_DELETE, "/api/projects", ROUTER_METHOD, "GET, HEAD, POST");
	expect_none(HTTP_GET, "/api/projects/1/lots/2", ROUTER_METHOD, "PUT, DELETE");
	expect_none(HTTP_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s", ROUTER_NOT_FOUND, NULL);
}

static void test_named_parameters(void **state)
{
	struct router *router = router_new(routes, G_N_ELEMENTS(routes));
	struct http_request *r = g_new0(struct http_request, 1);
	char allow[ROUTER_ALLOW_SIZE];

	r->method = HTTP_PUT;
	http_request_set_path(r, "/api/projects/7/lots/8", 22);
	assert_int_equal(router_match(router, r, allow), ROUTER_MATCH);
	assert_string_equal(http_request_param(r, "id"), "7");
	assert_string_equal(http_request_param(r, "lot"), "8");
	assert_null(http_request_param(r, "x"));
	http_request_free(r);
	router_free(router);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_literal_goes_first),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_named_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
