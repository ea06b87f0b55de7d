/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The destruction record (销毁记录): which files of an expired recording are destroyed, with length
 * and SHA-256 of each, written before the first is removed; and that all of them are gone. Where
 * several machines have a part of the recording, since its room was taken over, the first to come
 * changes the state, and each of the others adds what it has.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/archive_act.h"

static const struct field destroy_fields[] = {
	{"session_id", FIELD_ID, true},
	{"reels", FIELD_LIST, true, 0, 65535},
	{NULL},
};

/* A leaf of the ledger has an end (LEDGER_LEAF_MAX): a long list goes into several events. */
#define REELS_PER_EVENT 200

static int write_record(struct act *a, const struct archive_record *rec, const json_t *reels)
{
	size_t n = json_array_size(reels), at = 0;
	int r;

	do {
		json_t *some = json_array();
		for (; at < n && json_array_size(some) < REELS_PER_EVENT; at++)
			json_array_append(some, json_array_get(reels, at));
		r = archive_event(a, rec->session_id, "archive.destroyed",
			json_pack("{s:s, s:s, s:o}", "proposed_by", rec->proposed_by,
				"confirmed_by", rec->confirmed_by, "reels", some));
	} while (!r && at < n);
	return r;
}

/* Whether the record names this track already: its machine died before it had removed the files. */
static bool names_track(const GPtrArray *events, json_int_t track)
{
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		size_t at;
		const json_t *reel;

		json_array_foreach (json_object_get(e->body, "reels"), at, reel)
			if (in_int(reel, "track", 0) == track)
				return true;
	}
	return false;
}

/* What the record does not name yet, written if there is any. */
static int add_to_record(struct act *a, const struct archive_record *rec, const json_t *reels)
{
	g_autofree char *subject = g_strdup_printf("archive:%s", rec->session_id);
	g_autoptr(GPtrArray) events = NULL;
	json_t *fresh = json_array(), *reel;
	size_t i;
	int r = event_store_all_of_subject(a->txn, subject, "archive.destroyed", &events);

	if (!r)
		json_array_foreach (reels, i, reel)
			if (!names_track(events, in_int(reel, "track", 0)))
				json_array_append(fresh, reel);
	if (!r && json_array_size(fresh))
		r = write_record(a, rec, fresh);
	json_decref(fresh);
	return r;
}

static int run_destroy(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	if (!r && (c.record.state == ARCHIVE_DESTROYED || c.record.state == ARCHIVE_REMOVED))
		return add_to_record(a, &c.record, json_object_get(in, "reels"));
	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_EXPIRED);
	if (r)
		return r;
	c.record.state = ARCHIVE_DESTROYED;
	/* It alone removes what it has listed. */
	g_free(c.record.destroyer);
	c.record.destroyer = g_strdup(a->env->room_url);
	r = archive_store_set_state(a->txn, &c.record);
	return r ? r : write_record(a, &c.record, json_object_get(in, "reels"));
}

const struct act_kind archive_destroy_act = {
	.name = "archive.destroy", .fields = destroy_fields, .run = run_destroy};

static const struct field removed_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_removed(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	/* Of another machine's part it is said, too. */
	if (!r && c.record.state != ARCHIVE_REMOVED)
		r = archive_case_expect(a, &c, ARCHIVE_DESTROYED);
	if (r)
		return r;
	if (g_strcmp0(c.record.destroyer, a->env->room_url) == 0) {
		c.record.state = ARCHIVE_REMOVED;
		r = archive_store_set_state(a->txn, &c.record);
	}
	return r ? r : archive_event(a, session_id, "archive.removed", json_object());
}

const struct act_kind archive_removed_act = {
	.name = "archive.removed", .fields = removed_fields, .run = run_removed};
