/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/template.h"

#include <string.h>

#include <glib.h>

const char *template_refusal_code(int refusal)
{
	switch (refusal) {
		TEMPLATE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

/* A shorter word stands inside others by chance. */
#define WORD_MIN 4 /* characters */

struct pair {
	const char *word;
	char *placeholder;
};

static void pair_clear(void *p)
{
	g_free(((struct pair *)p)->placeholder);
}

static GArray *pairs_new(void)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));

	g_array_set_clear_func(pairs, pair_clear);
	return pairs;
}

static void add_pair(GArray *pairs, const char *label, const char *word)
{
	struct pair p = {word, g_strdup_printf("{{%s}}", label)};

	g_array_append_val(pairs, p);
}

static GArray *pairs_of(const struct template_words *w)
{
	GArray *pairs = pairs_new();

	add_pair(pairs, "项目名称", w->name);
	add_pair(pairs, "项目编号", w->code);
	add_pair(pairs, "联系方式", w->contact);
	add_pair(pairs, "采购人或招标人", w->buyer);
	add_pair(pairs, "代理机构", w->agency);
	return pairs;
}

static size_t length(const struct pair *p)
{
	return p->word ? strlen(p->word) : 0;
}

/* A project's name holds that of its buyer, or the other way round. */
static int longest_first(const void *a, const void *b)
{
	size_t la = length(a), lb = length(b);

	return la < lb ? 1 : la > lb ? -1 : 0;
}

typedef void (*change_fn)(GString *text, const GArray *pairs);

static void take_words(GString *text, const GArray *pairs)
{
	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *p = &g_array_index(pairs, struct pair, i);

		if (p->word && g_utf8_strlen(p->word, -1) >= WORD_MIN)
			g_string_replace(text, p->word, p->placeholder, 0);
	}
}

static void fill_words(GString *text, const GArray *pairs)
{
	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *p = &g_array_index(pairs, struct pair, i);

		g_string_replace(text, p->placeholder, p->word ? p->word : "", 0);
	}
}

static json_t *changed(const json_t *value, const GArray *pairs, change_fn change);

static json_t *changed_object(const json_t *object, const GArray *pairs, change_fn change)
{
	json_t *out = json_object(), *member;
	const char *name;

	json_object_foreach ((json_t *)object, name, member)
		json_object_set_new(out, name, changed(member, pairs, change));
	return out;
}

static json_t *changed_array(const json_t *array, const GArray *pairs, change_fn change)
{
	json_t *out = json_array(), *element;
	size_t i;

	json_array_foreach ((json_t *)array, i, element)
		json_array_append_new(out, changed(element, pairs, change));
	return out;
}

static json_t *changed(const json_t *value, const GArray *pairs, change_fn change)
{
	if (json_is_object(value))
		return changed_object(value, pairs, change);
	if (json_is_array(value))
		return changed_array(value, pairs, change);
	if (!json_is_string(value))
		return json_deep_copy(value);
	g_autoptr(GString) text = g_string_new(json_string_value(value));
	change(text, pairs);
	return json_stringn(text->str, text->len);
}

json_t *template_take(const json_t *body, const struct template_words *words)
{
	g_autoptr(GArray) pairs = pairs_of(words);

	g_array_sort(pairs, longest_first);
	return changed(body, pairs, take_words);
}

json_t *template_fill(const json_t *body, const struct template_words *words)
{
	g_autoptr(GArray) pairs = pairs_of(words);

	return changed(body, pairs, fill_words);
}

/* What a field that is the project's own says, where title or text say it again. */
static void hide_own_values(enum notice_kind kind, const json_t *fields, json_t *body)
{
	g_autoptr(GArray) pairs = pairs_new();
	const char *const texts[] = {"title", "body_md"};
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)fields, name, value) {
		const struct notice_field *field = notice_field_find(kind, name);

		if (field && field->own)
			add_pair(pairs, field->label, json_string_value(value));
	}
	g_array_sort(pairs, longest_first);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		json_t *text = json_object_get(body, texts[i]);

		if (text)
			json_object_set_new(body, texts[i], changed(text, pairs, take_words));
	}
}

json_t *template_take_notice(
	enum notice_kind kind, const json_t *draft, const struct template_words *words)
{
	json_t *body = template_take(draft, words);

	hide_own_values(kind, json_object_get(body, "fields"), body);
	json_t *part = template_notice_part(kind, body);
	json_decref(body);
	return part;
}

/* The project's name or number, which is put in again. */
static bool is_placeholder(const json_t *text)
{
	static const struct template_words none;
	json_t *filled = template_fill(text, &none);
	bool is = json_is_string(text) && json_string_length(text) && !json_string_length(filled);

	json_decref(filled);
	return is;
}

json_t *template_notice_part(enum notice_kind kind, const json_t *body)
{
	json_t *part = json_copy((json_t *)body), *fields = json_object(), *value;
	const char *name;

	json_object_foreach (json_object_get(body, "fields"), name, value) {
		const struct notice_field *field = notice_field_find(kind, name);

		if (field && (!field->own || is_placeholder(value)))
			json_object_set(fields, name, value);
	}
	json_object_set_new(part, "fields", fields);
	return part;
}

json_t *template_project_part(const json_t *body)
{
	static const char *const shared[] = {"approving_department", "holder_threshold", "holders",
		"joint", "joint_members", "lots", "mandatory", "method", "performance_percent",
		"place", "qualification", "region", "rescue", "supervising_department",
		"window_minutes"};
	json_t *part = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
		if (json_object_get(body, shared[i]))
			json_object_set(part, shared[i], json_object_get(body, shared[i]));
	return part;
}
