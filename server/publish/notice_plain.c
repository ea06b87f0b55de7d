/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_plain.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/publish/html.h"
#include "server/trade/notice_kind.h"

static void line(GString *out, const char *label, const char *value)
{
	if (value && *value)
		g_string_append_printf(out, "%s：%s\n", label, value);
}

/* Beijing time to the minute, as on the page. */
static void time_line(GString *out, const char *label, const json_t *text, const char *name)
{
	int64_t t_us = in_time_us(text, name, 0);
	char beijing[CLOCK_TEXT_SIZE];

	if (!t_us)
		return;
	clock_format_beijing_plain(t_us, beijing)[CLOCK_MINUTE_LEN] = '\0';
	g_string_append_printf(out, "%s：%s（北京时间）\n", label, beijing);
}

static const json_t *withheld_row(const json_t *text, const char *field)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(text, "withheld"), i, row)
		if (g_strcmp0(in_text(row, "field"), field) == 0)
			return row;
	return NULL;
}

static void field_line(GString *out, const json_t *text, const struct notice_field *field)
{
	const json_t *held = withheld_row(text, field->name);

	if (held)
		g_string_append_printf(
			out, "%s：不予公开。原因：%s\n", field->label, in_text(held, "reason"));
	else
		line(out, field->label, in_text(json_object_get(text, "fields"), field->name));
}

static void file_lines(GString *out, const json_t *text)
{
	json_t *file;
	size_t i;

	json_array_foreach (json_object_get(text, "attachments"), i, file)
		line(out, "附件", in_text(file, "name"));
}

char *notice_media_text(const json_t *media)
{
	g_autoptr(GString) out = g_string_new(NULL);
	json_t *medium;
	size_t i;

	json_array_foreach ((json_t *)media, i, medium)
		g_string_append_printf(out, "%s%s（%s）", i ? "；" : "", in_text(medium, "name"),
			in_text(medium, "address"));
	return out->len ? g_strdup(out->str) : NULL;
}

char *notice_lots_text(const json_t *lot_nos)
{
	g_autoptr(GString) out = g_string_new(NULL);
	json_t *no;
	size_t i;

	json_array_foreach ((json_t *)lot_nos, i, no)
		g_string_append_printf(
			out, "%s%" JSON_INTEGER_FORMAT, i ? "、" : "", json_integer_value(no));
	return out->len ? g_strdup(out->str) : NULL;
}

char *notice_plain(const json_t *published)
{
	enum notice_kind kind = notice_kind_from_name(in_text(published, "kind"));
	size_t n;
	const struct notice_field *fields = notice_fields(&n);
	GString *out = g_string_new(in_text(published, "title"));

	g_string_append_c(out, '\n');
	line(out, "公告类型", notice_kind_title(kind));
	line(out, "项目编号", in_text(published, "project_code"));
	line(out, "项目名称", in_text(published, "project_name"));
	g_autofree char *lots = notice_lots_text(json_object_get(published, "lot_nos"));
	line(out, "标段（包）", lots);
	line(out, "前序公告", in_text(published, "follows_title"));
	time_line(out, "发布时间", published, "published_at");
	time_line(out, "文件获取开始", published, "offer_start");
	time_line(out, "文件获取截止", published, "offer_end");
	time_line(out, "投标截止及开标", published, "deadline");
	time_line(out, "公示（公告）开始", published, "publicity_start");
	time_line(out, "公示（公告）截止", published, "publicity_end");
	for (size_t i = 0; i < n; i++)
		if (fields[i].kind == kind)
			field_line(out, published, &fields[i]);
	g_autofree char *media = notice_media_text(json_object_get(published, "media"));
	line(out, "同时发布的媒介", media);
	file_lines(out, published);
	g_string_append(out, "正文\n");
	html_markdown_plain(out, in_text(published, "body_md"));
	return g_string_free(out, FALSE);
}
