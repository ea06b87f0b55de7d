/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/scheme_section.h"

#include <stdbool.h>

#include "server/eval/criteria_text.h"
#include "server/publish/html.h"
#include "server/store/project_store.h"

static void items(GString *out, const struct criteria *criteria)
{
	char max[DECIMAL_TEXT_SIZE];

	g_string_append(out,
		"<table>\n<thead><tr><th scope=\"col\">评分项</th><th "
		"scope=\"col\">满分</th><th scope=\"col\">类别</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < criteria->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(criteria->items, i);

		g_string_append(out, "<tr>");
		html_element(out, "td", item->name);
		html_element(out, "td", decimal_format(item->max, CRITERIA_PLACES, max));
		html_element(out, "td", item->objective ? "客观分" : "主观分");
		g_string_append(out, "</tr>\n");
	}
	g_string_append(out, "</tbody>\n</table>\n");
}

static void scheme(GString *out, const struct lot *lot, const struct criteria *criteria)
{
	g_autoptr(GPtrArray) sentences = criteria_text(criteria);

	html_element(out, "h3", lot->name);
	if (criteria->items->len)
		items(out, criteria);
	g_string_append(out, "<ul>\n");
	for (guint i = 0; i < sentences->len; i++)
		html_element(out, "li", g_ptr_array_index(sentences, i));
	g_string_append(out, "</ul>\n");
}

void scheme_section(GString *out, const GPtrArray *lots)
{
	bool begun = false;

	for (guint i = 0; lots && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		struct criteria *criteria = NULL;

		if (criteria_read(lot->scheme, &criteria, NULL))
			continue; /* assets are sold, not scored */
		if (!begun)
			g_string_append(out, "<h2>评分办法</h2>\n");
		begun = true;
		scheme(out, lot, criteria);
		criteria_free(criteria);
	}
}
