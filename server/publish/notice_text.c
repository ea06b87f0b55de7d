/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_text.h"

#include "server/core/clock.h"
#include "server/publish/html.h"

static void line(GString *out, const char *text)
{
	if (!text || !*text)
		return;
	g_string_append(out, text);
	g_string_append_c(out, '\n');
}

char *notice_text(const struct notice_row *n)
{
	GString *out = g_string_new(NULL);
	const char *name;
	json_t *value;

	line(out, n->title);
	line(out, notice_kind_title(n->notice.kind));
	line(out, n->project_name);
	line(out, n->project_code);
	line(out, n->buyer_name);
	line(out, n->agency_name);
	html_markdown_text(out, n->body_md);
	json_object_foreach (n->fields, name, value)
		line(out, json_string_value(value));
	return g_string_free(out, FALSE);
}

const char *notice_month(const struct notice_row *n, char ret[static NOTICE_MONTH_SIZE])
{
	char date[CLOCK_TEXT_SIZE];

	g_strlcpy(ret, clock_format_beijing_date(n->published_us, date), NOTICE_MONTH_SIZE);
	return ret;
}
