/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/ocds_month.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <zlib.h>

#include "server/publish/html.h"
#include "server/publish/ocds.h"

struct ocds_month {
	char *dir, *path, *temporary;
	gzFile file;
};

int ocds_month_open(const char *dir, const char *month, struct ocds_month **ret)
{
	g_autofree char *folder = g_build_filename(dir, "ocds", NULL);
	struct ocds_month *m;

	if (g_mkdir_with_parents(folder, 0755) < 0)
		return -errno;
	m = g_new0(struct ocds_month, 1);
	m->dir = g_strdup(dir);
	m->path = g_strdup_printf("%s/releases-%s.jsonl.gz", folder, month);
	m->temporary = g_strdup_printf("%s.new", m->path);
	m->file = gzopen(m->temporary, "wbe6");
	*ret = m;
	return m->file ? 0 : ocds_month_close(m, errno ? -errno : -ENOMEM);
}

int ocds_month_add(struct ocds_month *m, const char *notice_id)
{
	g_autofree char *name = g_strdup_printf("%s.json", notice_id);
	g_autofree char *path = g_build_filename(m->dir, "ocds", "releases", name, NULL);
	json_t *package = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	const json_t *releases = json_object_get(package, "releases"), *release;
	size_t i;
	int r = 0;

	json_array_foreach ((json_t *)releases, i, release) {
		g_autofree char *text = ocds_text(release);
		size_t len = strlen(text);
		if (gzwrite(m->file, text, (unsigned)len) != (int)len || gzputc(m->file, '\n') < 0)
			r = -EIO;
	}
	json_decref(package);
	return r;
}

int ocds_month_close(struct ocds_month *m, int r)
{
	if (m->file && gzclose(m->file) != Z_OK && !r)
		r = -EIO;
	if (!r && g_rename(m->temporary, m->path) < 0)
		r = -errno;
	if (r)
		g_unlink(m->temporary);
	g_free(m->dir);
	g_free(m->path);
	g_free(m->temporary);
	g_free(m);
	return r;
}

GString *open_data_page(const struct site *site, const GList *months)
{
	GString *out = g_string_new(NULL);
	struct html_page page = {
		.title = "开放数据", .centre = site->centre, .root = "", .demo = site->demo};

	html_begin(out, &page);
	g_string_append(out,
		"<p>全部已发布公告以开放合同数据标准（OCDS 1.1.5）提供，任何人可以自由取用。</p>\n"
		"<ul class=\"list\">\n"
		"<li>每份公告一个发布包（release）：公告页下方的链接，"
		"<code>ocds/releases/公告编号.json</code></li>\n"
		"<li>每个项目一个记录包（record）：项目页下方的链接，"
		"<code>ocds/records/项目编号.json</code></li>\n"
		"<li>按发布顺序逐页取用：<a href=\"/api/v1/public/ocds/releases\">"
		"<code>/api/v1/public/ocds/releases</code></a></li>\n"
		"<li>账本顺序的变更流：<a href=\"/api/v1/feed\"><code>/api/v1/feed</code></a></li>\n"
		"<li>扩展字段说明：<a href=\"ocds/extension/release-schema.json\">"
		"<code>ocds/extension/release-schema.json</code></a></li>\n</ul>\n"
		"<h2>按月打包（JSON Lines，gzip）</h2>\n");
	if (!months)
		g_string_append(out, "<p>还没有发布公告。</p>\n");
	g_string_append(out, months ? "<ul class=\"list\">\n" : "");
	for (const GList *m = g_list_last((GList *)months); m; m = m->prev)
		g_string_append_printf(out,
			"<li><a href=\"ocds/releases-%s.jsonl.gz\">releases-%s.jsonl.gz</a></li>\n",
			(const char *)m->data, (const char *)m->data);
	g_string_append(out, months ? "</ul>\n" : "");
	html_end(out, &page);
	return out;
}
