/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/router.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define MAX_SEGMENTS 16

/* A pattern cut at its slashes: a segment "{id}" is a parameter named "id". */
struct pattern {
	const struct route *route;
	char *store;
	const char *segments[MAX_SEGMENTS];
	bool is_param[MAX_SEGMENTS];
	unsigned n_segments;
};

struct router {
	struct pattern *patterns;
	size_t n;
};

/* Cuts text (which begins with '/') in place. Returns the number of segments, 0 for too many. */
static unsigned cut(char *text, const char **segments)
{
	unsigned n = 0;

	for (char *p = text; p;) {
		if (n == MAX_SEGMENTS)
			return 0;
		segments[n++] = p + 1;
		p = strchr(p + 1, '/');
		if (p)
			*p = '\0';
	}
	return n;
}

static void pattern_init(struct pattern *p, const struct route *route)
{
	unsigned n_params = 0;

	assert(route->pattern[0] == '/');
	p->route = route;
	p->store = g_strdup(route->pattern);
	p->n_segments = cut(p->store, p->segments);
	assert(p->n_segments);
	for (unsigned i = 0; i < p->n_segments; i++) {
		char *s = (char *)p->segments[i];
		size_t len = strlen(s);

		if (s[0] != '{')
			continue;
		assert(len > 2 && s[len - 1] == '}' && ++n_params <= HTTP_MAX_PATH_PARAMS);
		s[len - 1] = '\0';
		p->segments[i] = s + 1;
		p->is_param[i] = true;
	}
}

/* Two patterns of one method that match the same paths equally well could not be told apart. */
static bool same_shape(const struct pattern *a, const struct pattern *b)
{
	if (a->route->method != b->route->method || a->n_segments != b->n_segments)
		return false;
	for (unsigned i = 0; i < a->n_segments; i++) {
		if (a->is_param[i] != b->is_param[i])
			return false;
		if (!a->is_param[i] && strcmp(a->segments[i], b->segments[i]))
			return false;
	}
	return true;
}

struct router *router_new(const struct route *routes, size_t n_routes)
{
	struct router *r = g_new0(struct router, 1);

	r->patterns = g_new0(struct pattern, n_routes + 1);
	for (r->n = 0; r->n < n_routes; r->n++) {
		pattern_init(&r->patterns[r->n], &routes[r->n]);
		for (size_t i = 0; i < r->n; i++)
			assert(!same_shape(&r->patterns[i], &r->patterns[r->n]));
	}
	return r;
}

struct router *router_free(struct router *r)
{
	if (!r)
		return NULL;
	for (size_t i = 0; i < r->n; i++)
		g_free(r->patterns[i].store);
	g_free(r->patterns);
	g_free(r);
	return NULL;
}

static bool matches(const struct pattern *p, const char *const *segments, unsigned n)
{
	if (p->n_segments != n)
		return false;
	for (unsigned i = 0; i < n; i++)
		if (p->is_param[i] ? !*segments[i] : strcmp(p->segments[i], segments[i]))
			return false;
	return true;
}

/* A literal segment goes before a parameter, the leftmost difference counts. */
static bool better(const struct pattern *a, const struct pattern *b)
{
	for (unsigned i = 0; i < a->n_segments; i++)
		if (a->is_param[i] != b->is_param[i])
			return b->is_param[i];
	return false;
}

static void add_allowed(char allow[static ROUTER_ALLOW_SIZE], enum http_method method)
{
	const char *name = http_method_name(method);

	if (strstr(allow, name))
		return;
	if (*allow)
		g_strlcat(allow, ", ", ROUTER_ALLOW_SIZE);
	g_strlcat(allow, name, ROUTER_ALLOW_SIZE);
	if (method == HTTP_GET)
		add_allowed(allow, HTTP_HEAD);
}

static void take_match(
	struct http_request *request, const struct pattern *p, char *store, const char **segments)
{
	request->route = p->route;
	request->n_path_params = 0;
	g_free(request->path_store);
	request->path_store = store;
	for (unsigned i = 0; i < p->n_segments; i++)
		if (p->is_param[i])
			request->path_params[request->n_path_params++] =
				(struct http_param){p->segments[i], segments[i]};
}

enum router_result router_match(
	const struct router *r, struct http_request *request, char allow[static ROUTER_ALLOW_SIZE])
{
	enum http_method method = request->method == HTTP_HEAD ? HTTP_GET : request->method;
	g_autofree char *store = g_strdup(request->path);
	const char *segments[MAX_SEGMENTS];
	unsigned n = cut(store, segments);
	const struct pattern *best = NULL;

	allow[0] = '\0';
	for (size_t i = 0; n && i < r->n; i++) {
		const struct pattern *p = &r->patterns[i];

		if (!matches(p, segments, n))
			continue;
		add_allowed(allow, p->route->method);
		if (p->route->method == method && (!best || better(p, best)))
			best = p;
	}
	if (best) {
		take_match(request, best, g_steal_pointer(&store), segments);
		return ROUTER_MATCH;
	}
	return *allow ? ROUTER_METHOD : ROUTER_NOT_FOUND;
}
