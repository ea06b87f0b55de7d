/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/static_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sorted by suffix. */
static const struct {
	const char *suffix, *type;
} types[] = {
	{"atom", "application/atom+xml"},
	{"css", "text/css; charset=utf-8"},
	{"csv", "text/csv; charset=utf-8"},
	{"gif", "image/gif"},
	{"htm", "text/html; charset=utf-8"},
	{"html", "text/html; charset=utf-8"},
	{"ico", "image/vnd.microsoft.icon"},
	{"jpeg", "image/jpeg"},
	{"jpg", "image/jpeg"},
	{"js", "text/javascript; charset=utf-8"},
	{"json", "application/json"},
	{"map", "application/json"},
	{"mjs", "text/javascript; charset=utf-8"},
	{"pdf", "application/pdf"},
	{"png", "image/png"},
	{"svg", "image/svg+xml"},
	{"txt", "text/plain; charset=utf-8"},
	{"wasm", "application/wasm"},
	{"webm", "video/webm"},
	{"webmanifest", "application/manifest+json"},
	{"webp", "image/webp"},
	{"woff", "font/woff"},
	{"woff2", "font/woff2"},
	{"xml", "application/xml"},
	{"zip", "application/zip"},
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *static_mime(const char *name)
{
	const char *dot = strrchr(base_name(name), '.');

	for (size_t i = 0; dot && i < G_N_ELEMENTS(types); i++)
		if (!g_ascii_strcasecmp(types[i].suffix, dot + 1))
			return types[i].type;
	return "application/octet-stream";
}

/*
 * "assets/index-B3f9x_2k.js": the build tool names files there by eight digits of a hash of their
 * content, after a dash; the hash may contain dashes itself.
 */
static bool is_hashed(const char *path)
{
	const char *name = base_name(path);
	const char *dot = strrchr(name, '.');

	return strstr(path, "/assets/") && dot && dot - name >= 10 && dot[-9] == '-';
}

/* Every segment is a plain name: no dot-file, no empty one but the last. */
static bool is_servable(const char *path)
{
	for (const char *p = path; p; p = strchr(p + 1, '/'))
		if (p[1] == '.' || p[1] == '/')
			return false;
	return true;
}

static const struct static_site *find_site(
	const struct static_site *sites, unsigned n_sites, const char *path)
{
	const struct static_site *best = NULL;

	for (unsigned i = 0; i < n_sites; i++) {
		const char *prefix = sites[i].prefix;
		size_t len = strlen(prefix);
		bool below = g_str_has_prefix(path, prefix);
		bool itself = strlen(path) == len - 1 && !strncmp(path, prefix, len - 1);

		if ((below || itself) && (!best || len > strlen(best->prefix)))
			best = &sites[i];
	}
	return best;
}

/* The real path of a file below dir, or NULL: a link may not lead out of it. */
static char *resolve(const char *dir, const char *relative)
{
	g_autofree char *joined = g_strdup_printf("%s/%s", dir, relative);
	char *root = realpath(dir, NULL), *real = realpath(joined, NULL);
	char *result = NULL;

	if (root && real) {
		size_t len = strlen(root);

		if (!strncmp(real, root, len) && (real[len] == '/' || !real[len] || len == 1))
			result = g_strdup(real);
	}
	free(root);
	free(real);
	return result;
}

static struct http_response *redirect(const char *path)
{
	g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *location = g_strdup_printf("%s/", escaped);
	struct http_response *r = response_new(301);

	response_header(r, "location", location);
	response_header(r, "cache-control", "no-cache");
	return r;
}

/* The kernel keeps a link from leading out of the folder; one that does not know how is helped. */
static int open_below(const char *dir, const char *relative)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH};
	int root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = root < 0 ? -1 : (int)syscall(SYS_openat2, root, relative, &how, sizeof(how));
	bool unknown = fd < 0 && root >= 0 && (errno == ENOSYS || errno == EPERM);

	if (root >= 0)
		close(root);
	if (!unknown)
		return fd;
	g_autofree char *real = resolve(dir, relative);
	return real ? open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
}

/* NULL when it is no regular file. */
static struct http_response *open_file(const char *dir, const char *relative, const char *path)
{
	int fd = open_below(dir, relative);
	struct http_response *r;
	struct stat st;
	char etag[64];

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	snprintf(etag, sizeof(etag), "\"%llx-%llx-%llx\"", (unsigned long long)st.st_ino,
		(unsigned long long)st.st_size,
		(unsigned long long)st.st_mtim.tv_sec * 1000000000ULL +
			(unsigned long long)st.st_mtim.tv_nsec);
	r = response_file(fd, (uint64_t)st.st_size, static_mime(relative), etag);
	response_header(r, "cache-control",
		is_hashed(path) ? "public, max-age=31536000, immutable" : "no-cache");
	return r;
}

static bool is_directory_with_index(const char *dir, const char *relative)
{
	g_autofree char *index = g_strdup_printf("%s/index.html", relative);
	g_autofree char *real = resolve(dir, index);

	return real && !access(real, R_OK);
}

struct http_response *static_files_get(
	const struct static_site *sites, unsigned n_sites, const struct http_request *request)
{
	const char *path = request->path;
	const struct static_site *site = find_site(sites, n_sites, path);
	g_autofree char *relative = NULL;
	struct http_response *r;

	if (!site || !is_servable(path))
		return NULL;
	if (strlen(path) < strlen(site->prefix))
		return redirect(path);
	relative = g_strconcat(path + strlen(site->prefix),
		g_str_has_suffix(path, "/") ? "index.html" : NULL, NULL);
	r = open_file(site->dir, relative, path);
	if (!r && is_directory_with_index(site->dir, relative))
		return redirect(path);
	if (!r && site->fallback && !strchr(base_name(path), '.'))
		r = open_file(site->dir, site->fallback, "");
	return r;
}
