/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The media (发布媒介) of a notice: the text they are to carry, what stood there, and what differs.
 */
#include "server/api/views.h"

#include <errno.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_media.h"
#include "server/store/medium_store.h"
#include "server/store/project_store.h"

#define DIFFERENCES_MAX 100

static const struct field get_fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

struct rules {
	const char *whole, *due_rule;
	int64_t due_us;
	bool due_verified; /* the text of the rule was read */
};

static int read_rules(struct act *a, const struct notice_row *n, struct rules *ret)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_get(a->txn, n->project_id, &project);
	const struct rulebook *book = r ? NULL : rulebook_by_version(project->rulebook_version);

	if (r < 0)
		return r;
	if (!book)
		return -EBADMSG;
	ret->whole = medium_whole_rule(book, n->regime);
	ret->due_us =
		medium_due_us(book, a->env->calendar, n->regime, n->published_us, &ret->due_rule);
	const struct rule *due = rulebook_find(book, ret->due_rule);
	ret->due_verified = due && due->verified;
	return 0;
}

static json_t *record_json(const struct medium_record *m, const struct rules *rules)
{
	json_t *row = json_object();

	out_text(row, "record_id", m->record_id);
	out_time(row, "appeared_at", m->appeared_us);
	out_time(row, "recorded_at", m->recorded_us);
	out_text(row, "recorded_by_name", m->recorded_by_name);
	out_hex(row, "text_sha256", m->text_sha256, sizeof(m->text_sha256));
	json_object_set_new(row, "agrees", json_boolean(m->agrees));
	if (rules->due_us)
		json_object_set_new(row, "late", json_boolean(m->appeared_us > rules->due_us));
	if (m->agrees)
		return row;
	if (rules->whole)
		out_text(row, "rule", rules->whole);
	json_object_set_new(row, "difference",
		json_pack("{s:I, s:s, s:s, s:s}", "at", (json_int_t)m->difference.at, "common",
			m->difference.common, "ours", m->difference.ours, "theirs",
			m->difference.theirs));
	return row;
}

static json_t *medium_json(
	const json_t *medium, int64_t no, const GPtrArray *records, const struct rules *rules)
{
	json_t *out = json_copy((json_t *)medium), *list = json_array();

	out_int(out, "no", no);
	json_object_set_new(out, "records", list);
	for (guint i = 0; i < records->len; i++) {
		const struct medium_record *m = g_ptr_array_index(records, i);
		if (m->medium_no == no)
			json_array_append_new(list, record_json(m, rules));
	}
	return out;
}

/* 首次发布: here, or earlier in another medium. */
static void out_first(const struct notice_row *n, const GPtrArray *records, json_t *out)
{
	int64_t first_us = n->published_us;
	const char *medium = NULL;

	for (guint i = 0; i < records->len; i++) {
		const struct medium_record *m = g_ptr_array_index(records, i);
		if (m->appeared_us < first_us) {
			first_us = m->appeared_us;
			medium = m->medium_name;
		}
	}
	out_time(out, "first_published_at", first_us);
	if (medium)
		out_text(out, "first_medium", medium);
}

static int out_published(struct act *a, const struct notice_row *n, json_t *media, json_t *out)
{
	g_autoptr(GPtrArray) records = NULL;
	g_autofree char *plain = NULL;
	struct rules rules = {0};
	size_t i;
	json_t *medium;
	int r = medium_store_list(a->txn, n->notice_id, &records);

	if (!r)
		r = notice_media_plain(a->txn, n->notice_id, &plain);
	if (!r)
		r = read_rules(a, n, &rules);
	if (r)
		return r;
	json_array_foreach (n->media, i, medium)
		json_array_append_new(media, medium_json(medium, (int64_t)i + 1, records, &rules));
	if (plain)
		out_text(out, "text", plain);
	out_time(out, "due_at", rules.due_us);
	if (rules.due_rule) {
		out_text(out, "due_rule", rules.due_rule);
		json_object_set_new(out, "due_verified", json_boolean(rules.due_verified));
	}
	out_first(n, records, out);
	return 0;
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *n = NULL;
	json_t *media = json_array();
	int r = act_found(a, notice_store_get(a->txn, in_text(in, "notice_id"), &n), "notice_id");

	json_object_set_new(out, "media", media);
	if (!r)
		r = notice_require_readable(a, n);
	return r || !n->publish_seq ? r : out_published(a, n, media, out);
}

const struct act_kind medium_list_view = {
	.name = "medium.list", .fields = get_fields, .run = run_list, .flags = ACT_READ};

static const struct field no_fields[] = {{NULL}};

static int run_differences(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) records = NULL;
	json_t *items = json_array();
	int r = medium_store_differing(a->txn, DIFFERENCES_MAX, &records);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < records->len; i++) {
		const struct medium_record *m = g_ptr_array_index(records, i);
		json_t *row = json_object();
		out_text(row, "notice_id", m->notice_id);
		out_text(row, "title", m->notice_title);
		out_text(row, "medium", m->medium_name);
		out_time(row, "recorded_at", m->recorded_us);
		json_array_append_new(items, row);
	}
	return r;
}

const struct act_kind medium_differences_view = {.name = "medium.differences",
	.fields = no_fields,
	.run = run_differences,
	.flags = ACT_READ};
