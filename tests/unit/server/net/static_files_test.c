/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/static_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <unistd.h>

static char *dir, *public_dir, *console_dir;
static struct static_site sites[2];

static void put(const char *path, const char *content)
{
	g_autofree char *whole = g_build_filename(dir, path, NULL);
	g_autofree char *parent = g_path_get_dirname(whole);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(whole, content, -1, NULL));
}

static int setup(void **state)
{
	g_autofree char *link = NULL, *inside = NULL;

	dir = g_dir_make_tmp("static-XXXXXX", NULL);
	public_dir = g_build_filename(dir, "public", NULL);
	console_dir = g_build_filename(dir, "console", NULL);
	put("secret.txt", "secret");
	put("public/index.html", "front");
	put("public/a.txt", "a");
	put("public/sub/index.html", "sub");
	put("public/empty/x.txt", "x");
	put("public/.hidden", "h");
	put("public/公告.html", "notice");
	put("console/index.html", "app");
	put("console/assets/index-B3f9x_2k.js", "js");
	put("console/assets/plain.js", "js");
	link = g_build_filename(public_dir, "link.txt", NULL);
	assert_int_equal(symlink("../secret.txt", link), 0);
	inside = g_build_filename(public_dir, "inside.txt", NULL);
	assert_int_equal(symlink("a.txt", inside), 0);
	sites[0] = (struct static_site){"/", public_dir, NULL};
	sites[1] = (struct static_site){"/console/", console_dir, "index.html"};
	return 0;
}

static int teardown(void **state)
{
	g_autofree char *command = g_strdup_printf("rm -r '%s'", dir);

	g_free(public_dir);
	g_free(console_dir);
	g_free(dir);
	return system(command);
}

static struct http_response *get(const char *path)
{
	struct http_request r = {.path = (char *)path};

	return static_files_get(sites, 2, &r);
}

static const char *header(const struct http_response *r, const char *name)
{
	for (unsigned i = 0; i < r->n_headers; i++)
		if (!strcmp(r->headers[i].name, name))
			return r->headers[i].value;
	return "";
}

static void expect_file(const char *path, const char *content, const char *type, const char *cache)
{
	struct http_response *r = get(path);
	char buf[64] = "";

	if (!r || r->file.fd < 0)
		fail_msg("%s: no file", path);
	assert_int_equal(r->file.size, strlen(content));
	assert_int_equal(pread(r->file.fd, buf, sizeof(buf) - 1, 0), strlen(content));
	assert_string_equal(buf, content);
	assert_string_equal(r->content_type, type);
	assert_non_null(strstr(header(r, "cache-control"), cache));
	assert_non_null(r->etag);
	response_free(r);
}

static void expect_redirect(const char *path, const char *location)
{
	struct http_response *r = get(path);

	assert_non_null(r);
	assert_int_equal(r->status, 301);
	assert_string_equal(header(r, "location"), location);
	response_free(r);
}

static void test_serves(void **state)
{
	expect_file("/", "front", "text/html; charset=utf-8", "no-cache");
	expect_file("/a.txt", "a", "text/plain; charset=utf-8", "no-cache");
	expect_file("/sub/", "sub", "text/html; charset=utf-8", "no-cache");
	expect_file("/公告.html", "notice", "text/html; charset=utf-8", "no-cache");
	expect_file("/inside.txt", "a", "text/plain; charset=utf-8", "no-cache");
	expect_file("/console/assets/index-B3f9x_2k.js", "js", "text/javascript; charset=utf-8",
		"immutable");
	expect_file("/console/assets/plain.js", "js", "text/javascript; charset=utf-8", "no-cache");
}

static void test_fallback(void **state)
{
	expect_file("/console/", "app", "text/html; charset=utf-8", "no-cache");
	expect_file("/console/projects/7", "app", "text/html; charset=utf-8", "no-cache");
	assert_null(get("/console/assets/gone.js"));
}

static void test_redirects(void **state)
{
	expect_redirect("/sub", "/sub/");
	expect_redirect("/console", "/console/");
}

static void test_refuses(void **state)
{
	static const char *const paths[] = {"/b.txt", "/.hidden", "/link.txt", "/empty", "/empty/",
		"/../secret.txt", "/sub/../../secret.txt", "//a.txt", "/sub//index.html",
		"/console/.git/config", "/a.txt/", "/a.txt/b"};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct http_response *r = get(paths[i]);

		if (r)
			fail_msg("served: %s", paths[i]);
	}
}

static void test_etag_changes(void **state)
{
	struct http_response *before = get("/a.txt"), *after;

	put("public/a.txt", "b");
	after = get("/a.txt");
	assert_string_not_equal(before->etag, after->etag);
	response_free(before);
	response_free(after);
	put("public/a.txt", "a");
}

static void test_mime(void **state)
{
	assert_string_equal(static_mime("a/b.WEBM"), "video/webm");
	assert_string_equal(static_mime("a.b/c"), "application/octet-stream");
	assert_string_equal(static_mime(""), "application/octet-stream");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_serves),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_redirects),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_etag_changes),
		cmocka_unit_test(test_mime),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
