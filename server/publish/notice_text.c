/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_text.h"

#include "server/core/clock.h"
#include "server/core/fields.h"
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
	size_t i;

	line(out, n->title);
	line(out, notice_kind_title(n->notice.kind));
	line(out, n->project_name);
	line(out, n->project_code);
	line(out, n->buyer_name);
	line(out, n->agency_name);
	html_markdown_text(out, n->body_md);
	json_object_foreach (n->fields, name, value)
		line(out, json_string_value(value));
	json_array_foreach (n->withheld, i, value)
		line(out, in_text(value, "text"));
	return g_string_free(out, FALSE);
}

const char *notice_month(const struct notice_row *n, char ret[static NOTICE_MONTH_SIZE])
{
	char date[CLOCK_TEXT_SIZE];

	g_strlcpy(ret, clock_format_beijing_date(n->published_us, date), NOTICE_MONTH_SIZE);
	return ret;
}

void notice_month_bounds(const char *month, int64_t *ret_from_us, int64_t *ret_to_us)
{
	int year = (int)g_ascii_strtoll(month, NULL, 10);
	int no = (int)g_ascii_strtoll(month + 5, NULL, 10);
	g_autofree char *from = g_strdup_printf("%04d-%02d-01T00:00:00+08:00", year, no);
	g_autofree char *to =
		g_strdup_printf("%04d-%02d-01T00:00:00+08:00", year + no / 12, no % 12 + 1);

	*ret_from_us = *ret_to_us = 0;
	clock_parse(from, ret_from_us);
	clock_parse(to, ret_to_us);
}
