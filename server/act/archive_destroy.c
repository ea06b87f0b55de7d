/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The destruction record (销毁记录): which files of an expired recording are destroyed, with length
 * and SHA-256 of each, written before the first is removed; and that all of them are gone.
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

static int run_destroy(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
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
	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_DESTROYED);
	if (r)
		return r;
	c.record.state = ARCHIVE_REMOVED;
	r = archive_store_set_state(a->txn, &c.record);
	return r ? r : archive_event(a, session_id, "archive.removed", json_object());
}

const struct act_kind archive_removed_act = {
	.name = "archive.removed", .fields = removed_fields, .run = run_removed};
