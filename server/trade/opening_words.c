/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/opening_words.h"

#include <glib.h>

static const struct {
	const char *name, *said;
} words[] = {
	[OPENING_SIGNED] = {"signed", "已签署"},
	[OPENING_DECLINED] = {"declined", "拒绝签署"},
	[OPENING_SILENT] = {"silent", "未作表示"},
};

const char *opening_word_name(enum opening_word word)
{
	return words[word].name;
}

static void add_numbers(GString *text, const json_t *list)
{
	const json_t *no;
	size_t i;

	json_array_foreach (list, i, no)
		g_string_append_printf(
			text, "%s%d号", i ? "、" : "", (int)json_integer_value(no));
	if (!json_array_size(list))
		g_string_append(text, "无");
}

char *opening_words(json_t *const lists[static N_OPENING_WORDS])
{
	GString *text = g_string_new("开标记录签署情况。");
	size_t n = 0;

	for (size_t i = 0; i < N_OPENING_WORDS; i++)
		n += json_array_size(lists[i]);
	for (size_t i = 0; i < N_OPENING_WORDS; i++) {
		g_string_append_printf(text, "%s：", words[i].said);
		if (n <= OPENING_NUMBERS_MAX)
			add_numbers(text, lists[i]);
		else
			g_string_append_printf(text, "%zu家", json_array_size(lists[i]));
		g_string_append(text, "。");
	}
	return g_string_free(text, FALSE);
}
