/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stood in a medium (发布媒介) the notice names, from when on, and whether it is the text that
 * was published here. A difference is on the record and shown to staff and supervisors until a
 * later look finds the texts agree.
 */
#include "server/act/acts.h"

#include <openssl/sha.h>
#include <string.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_media.h"
#include "server/act/project_party.h"
#include "server/store/medium_store.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"medium_no", FIELD_INT, true, 1, MEDIA_MAX},
	{"appeared_at", FIELD_TIME, true},
	{"text", FIELD_TEXT, true, 1, MEDIUM_TEXT_MAX},
	{NULL},
};

static int check(struct act *a, const json_t *in, const struct notice_row *row)
{
	int64_t looks = 0;
	int r;

	if (!row->publish_seq)
		return refuse(a->refusal, notice_refusal_code(NOTICE_E_STATE), NULL,
			"it is not published");
	if (in_int(in, "medium_no", 0) > (int64_t)json_array_size(row->media))
		return refuse(a->refusal, "input.not_found", "medium_no",
			"the notice names no such medium");
	if (in_time_us(in, "appeared_at", 0) > a->legal_us)
		return refuse(a->refusal, "input.invalid", "appeared_at", "it is still to come");
	/* The notice is locked: they are counted one after another. */
	r = medium_store_count(a->txn, row->notice_id, in_int(in, "medium_no", 0), &looks);
	return !r && looks >= MEDIUM_LOOKS_MAX
		       ? refuse(a->refusal, "medium.too_many_looks", "medium_no", NULL)
		       : r;
}

static int compare(struct act *a, const json_t *in, struct medium_record *m)
{
	g_autofree char *plain = NULL;
	int r = notice_media_plain(a->txn, m->notice_id, &plain);

	if (r)
		return r;
	if (!plain)
		return refuse(a->refusal, "medium.no_text", NULL, NULL);
	m->text = g_strdup(in_text(in, "text"));
	SHA256((const uint8_t *)m->text, strlen(m->text), m->text_sha256);
	m->agrees = medium_agrees(plain, m->text, &m->difference);
	return 0;
}

static json_t *event_body(const struct medium_record *m, const struct notice_row *row)
{
	const json_t *medium = json_array_get(row->media, (size_t)m->medium_no - 1);
	json_t *body = json_pack("{s:O, s:b}", "medium", medium, "agrees", m->agrees);

	out_time(body, "appeared_at", m->appeared_us);
	out_hex(body, "text_sha256", m->text_sha256, sizeof(m->text_sha256));
	if (!m->agrees)
		out_int(body, "differs_at", m->difference.at);
	return body;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	MEDIUM_RECORD_AUTO struct medium_record *m = g_new0(struct medium_record, 1);
	int r = notice_draft_lock(a, in_text(in, "notice_id"), &row);

	if (!r)
		r = project_require_party(a, row->project_id);
	if (!r)
		r = check(a, in, row);
	if (r)
		return r;
	id_new(m->record_id);
	g_strlcpy(m->notice_id, row->notice_id, sizeof(m->notice_id));
	m->medium_no = in_int(in, "medium_no", 0);
	m->appeared_us = in_time_us(in, "appeared_at", 0);
	m->recorded_us = a->legal_us;
	g_strlcpy(m->recorded_by, a->actor->account_id, sizeof(m->recorded_by));
	r = compare(a, in, m);
	if (!r)
		r = medium_store_insert(a->txn, m);
	if (r)
		return r;
	out_text(out, "record_id", m->record_id);
	json_object_set_new(out, "agrees", json_boolean(m->agrees));
	return act_event(a, "notice.medium_recorded", "notice", row->notice_id, event_body(m, row));
}

const struct act_kind medium_record_act = {
	.name = "medium.record", .fields = fields, .run = run, .flags = ACT_CREATES};
