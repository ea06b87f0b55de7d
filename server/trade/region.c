/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/region.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#define CODE_LEN 6
#define SOURCE "# source: "

struct regions {
	GHashTable *names; /* code → name */
	char *source;
};

struct regions *regions_free(struct regions *r)
{
	if (!r)
		return NULL;
	g_hash_table_unref(r->names);
	g_free(r->source);
	g_free(r);
	return NULL;
}

static bool is_code(const char *text)
{
	return strspn(text, "0123456789") == CODE_LEN;
}

static int add_line(struct regions *r, char *line)
{
	g_strchomp(line);
	if (g_str_has_prefix(line, SOURCE) && !r->source)
		r->source = g_strdup(line + strlen(SOURCE));
	if (!*line || *line == '#')
		return 0;
	if (!is_code(line) || line[CODE_LEN] != ',' || !line[CODE_LEN + 1])
		return REGIONS_E_SYNTAX;
	return g_hash_table_insert(
		       r->names, g_strndup(line, CODE_LEN), g_strdup(line + CODE_LEN + 1))
		       ? 0
		       : REGIONS_E_TWICE;
}

int regions_parse(const char *text, size_t len, struct regions **ret, unsigned *ret_line)
{
	__attribute__((cleanup(regions_freep))) struct regions *r = NULL;

	if (len > REGIONS_TEXT_MAX)
		return REGIONS_E_TOO_LONG;
	if (!g_utf8_validate_len(text, len, NULL))
		return REGIONS_E_SYNTAX;
	g_autofree char *copy = g_strndup(text, len);
	g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
	r = g_new0(struct regions, 1);
	r->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (unsigned i = 0; lines[i]; i++) {
		int refusal = add_line(r, lines[i]);

		if (refusal) {
			if (ret_line)
				*ret_line = i + 1;
			return refusal;
		}
	}
	*ret = g_steal_pointer(&r);
	return 0;
}

const char *regions_source(const struct regions *r)
{
	return r && r->source ? r->source : "";
}

/* The name of what the first digits of the code stand for; "" where it is none of its own. */
static const char *name_of(const struct regions *r, const char *code, size_t digits)
{
	char whole[] = "000000";
	const char *name;

	memcpy(whole, code, digits);
	name = g_hash_table_lookup(r->names, whole);
	return name ? name : "";
}

char *regions_name(const struct regions *r, const char *code)
{
	bool is_province, is_city;

	if (!r || !code || !is_code(code) || !g_hash_table_contains(r->names, code))
		return NULL;
	is_province = !strcmp(code + 2, "0000");
	is_city = !strcmp(code + 4, "00");
	return g_strconcat(name_of(r, code, 2), is_province ? "" : name_of(r, code, 4),
		is_city ? "" : name_of(r, code, 6), NULL);
}

char *regions_label(const struct regions *r, const char *code)
{
	char *name = regions_name(r, code);

	if (!name)
		return g_strdup(code);
	char *label = g_strdup_printf("%s（%s）", name, code);
	g_free(name);
	return label;
}

/* Whether the city or the province a code lies in is among them. */
static bool lies_in_one(const char *code, GHashTable *codes)
{
	char city[] = "000000", province[] = "000000";

	memcpy(city, code, 4);
	memcpy(province, code, 2);
	return (strcmp(city, code) && g_hash_table_contains(codes, city)) ||
	       (strcmp(province, code) && g_hash_table_contains(codes, province));
}

static int by_code(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *regions_search(const struct regions *r, const char *name, guint max)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) codes = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter at;
	void *code;

	if (!r || !*name)
		return found;
	g_hash_table_iter_init(&at, r->names);
	while (g_hash_table_iter_next(&at, &code, NULL)) {
		g_autofree char *whole = regions_name(r, code);

		if (!strcmp(whole, name)) {
			g_ptr_array_add(found, g_strdup(code));
			return found;
		}
		if (strstr(whole, name))
			g_hash_table_add(codes, code);
	}
	g_hash_table_iter_init(&at, codes);
	while (g_hash_table_iter_next(&at, &code, NULL))
		if (!lies_in_one(code, codes))
			g_ptr_array_add(found, g_strdup(code));
	g_ptr_array_sort(found, by_code);
	if (found->len > max)
		g_ptr_array_set_size(found, (gint)max);
	return found;
}
