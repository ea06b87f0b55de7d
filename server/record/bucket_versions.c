/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/bucket_versions.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define ID_MAX 1024

struct list {
	const char *wanted;
	GPtrArray *ids;
	bool is_list;
	char *key, *id; /* of the entry that is being read */
};

static void begin(GMarkupParseContext *context, const char *name, const char **names,
	const char **values, void *user, GError **error)
{
	struct list *list = user;

	(void)context;
	(void)names;
	(void)values;
	(void)error;
	list->is_list |= strcmp(name, "ListVersionsResult") == 0;
}

static bool is_entry(const char *name)
{
	return strcmp(name, "Version") == 0 || strcmp(name, "DeleteMarker") == 0;
}

static void text(GMarkupParseContext *context, const char *bytes, gsize len, void *user, GError **error)
{
	struct list *list = user;
	const GSList *around = g_markup_parse_context_get_element_stack(context);
	const char *name = around->data, *in = around->next ? around->next->data : "";
	char **to = !is_entry(in)			? NULL
		    : strcmp(name, "Key") == 0		? &list->key
		    : strcmp(name, "VersionId") == 0	? &list->id
							: NULL;

	(void)error;
	if (!to || len > ID_MAX)
		return;
	g_free(*to);
	*to = g_strndup(bytes, len);
}

static void end(GMarkupParseContext *context, const char *name, void *user, GError **error)
{
	struct list *list = user;

	(void)context;
	(void)error;
	if (!is_entry(name))
		return;
	if (list->id && g_strcmp0(list->key, list->wanted) == 0)
		g_ptr_array_add(list->ids, g_steal_pointer(&list->id));
	g_clear_pointer(&list->key, g_free);
	g_clear_pointer(&list->id, g_free);
}

int bucket_versions_parse(const char *xml, gssize len, const char *key, GPtrArray *ids)
{
	static const GMarkupParser parser = {.start_element = begin, .end_element = end, .text = text};
	struct list list = {.wanted = key, .ids = ids};
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &list, NULL);
	bool read = g_markup_parse_context_parse(context, xml, len, NULL) &&
		    g_markup_parse_context_end_parse(context, NULL);

	g_free(list.key);
	g_free(list.id);
	return read && list.is_list ? 0 : -EPROTO;
}
