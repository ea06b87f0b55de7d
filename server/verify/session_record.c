/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_record.h"

#include <inttypes.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/core/fields.h"

/* A draw from a million experts has a snapshot of 68 MB. */
#define FILE_MAX ((size_t)256 << 20)

const struct session_event *record_event(const struct session_record *rec, guint i)
{
	return &g_array_index(rec->events, struct session_event, i);
}

const struct session_event *record_find(
	const struct session_record *rec, const char *kind, guint from, guint *ret_index)
{
	for (guint i = from; i < rec->events->len; i++) {
		const struct session_event *row = record_event(rec, i);
		if (kind && strcmp(row->event.kind, kind) != 0)
			continue;
		if (ret_index)
			*ret_index = i;
		return row;
	}
	return NULL;
}

bool record_is_closed(const struct session_record *rec)
{
	bool closed = false;

	for (guint i = 0; i < rec->events->len; i++) {
		const char *kind = record_event(rec, i)->event.kind;

		if (strcmp(kind, "session.closed") == 0)
			closed = true;
		else if (strcmp(kind, "session.step") == 0)
			closed = false;
	}
	return closed;
}

char *record_place(const struct session_event *row)
{
	return g_strdup_printf("events.jsonl line %u (%s no %" PRId64 ", %s)", row->line,
		row->event.subject, row->event.subject_no, row->event.kind);
}

json_t *record_json(const struct session_record *rec, const char *name, const char *must)
{
	g_autofree char *path = g_build_filename(rec->dir, name, NULL);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
	json_error_t where = {.text = ""};
	json_t *json = NULL;

	if (!file) {
		if (must)
			finding_fault(rec->findings, name, "is missing, but %s speaks of it", must);
		return NULL;
	}
	int refusal = canon_load(g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
		FILE_MAX, &json, &where);
	if (refusal) {
		finding_fault(rec->findings, name, "cannot be read: %s %s",
			canon_refusal_code(refusal), where.text);
		return NULL;
	}
	return json;
}

bool record_hex32(const json_t *json, const char *name, uint8_t ret[32])
{
	const char *text = in_text(json, name);

	return text && hex_decode_exact(text, strlen(text), ret, 32);
}

const struct session_event *record_rejection(
	const struct session_record *rec, const char *bid_id, guint before)
{
	const struct session_event *stands = NULL;

	for (guint i = 0; bid_id && i < before; i++) {
		const struct session_event *row = record_event(rec, i);
		bool rejected = strcmp(row->event.kind, "bid.rejected") == 0;

		if ((rejected || strcmp(row->event.kind, "bid.reinstated") == 0) &&
			g_strcmp0(in_text(row->event.body, "bid"), bid_id) == 0)
			stands = rejected ? row : NULL;
	}
	return stands;
}

bool record_lot_failed(
	const struct session_record *rec, const char *lot, const struct session_event *when)
{
	g_autofree char *subject = g_strdup_printf("lot:%s", lot);
	bool failed = false;

	for (guint i = 0; i < rec->events->len; i++) {
		const struct session_event *row = record_event(rec, i);

		if (row->index > when->index || strcmp(row->event.subject, subject) != 0)
			continue;
		if (strcmp(row->event.kind, "lot.failed") == 0)
			failed = true;
		else if (strcmp(row->event.kind, "lot.reopened") == 0)
			failed = false;
	}
	return failed;
}

GHashTable *record_members(const struct session_record *rec, guint before)
{
	GHashTable *members = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < before; i++) {
		const struct session_event *row = record_event(rec, i);
		gpointer no = GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));
		if (strcmp(row->event.kind, "member.promised") == 0)
			g_hash_table_insert(members, no, (gpointer)row->event.actor);
		else if (strcmp(row->event.kind, "member.recused") == 0 ||
			 strcmp(row->event.kind, "member.replaced") == 0)
			g_hash_table_remove(members, no);
	}
	return members;
}
