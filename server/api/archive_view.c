/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeping of recordings (归档): all closed sessions with their class of retention and how far
 * their expiry is; and of one session what a second role must see before it agrees.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/record/reels.h"
#include "server/store/account_store.h"
#include "server/store/archive_store.h"
#include "server/store/replay_store.h"
#include "server/store/session_store.h"
#include "server/trade/retention.h"

#define PAGE 100

/* "" is nobody. */
static int out_person(struct act *a, const char *id, const char *name, json_t *row)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = *id ? account_store_get(a->txn, id, &account) : STORE_E_NONE;

	if (account)
		out_text(row, name, account->name);
	return r == STORE_E_NONE ? 0 : r;
}

static json_t *class_row(const struct retention_class *c)
{
	json_t *row = json_pack(
		"{s:s, s:s, s:b}", "class", c->name, "source", c->source, "verified", c->verified);

	if (c->years)
		out_int(row, "years", c->years);
	if (c->days)
		out_int(row, "days", c->days);
	return row;
}

static int count_set(const GPtrArray *holds)
{
	int n = 0;

	for (guint i = 0; i < holds->len; i++)
		n += !((const struct archive_hold *)g_ptr_array_index(holds, i))->lifted_us;
	return n;
}

/* What list and single look have in common. may_expire: as of now. */
static int out_keeping(struct act *a, const struct eval_session *s, struct archive_record *rec,
	const GPtrArray *holds, json_t *row)
{
	int r = archive_store_get(a->txn, s->session_id, rec);
	const struct retention_class *class = r ? NULL : retention_class_find(rec->class);
	int64_t ends_us = class ? retention_ends_us(class, rec->counts_from_us) : 0;

	if (r && r != STORE_E_NONE)
		return r;
	out_text(row, "session_id", s->session_id);
	out_text(row, "title", s->title);
	out_text(row, "project_name", s->project_name);
	out_time(row, "closed_at", s->closed_us);
	out_text(row, "state", archive_state_name(rec->state));
	if (class) {
		out_text(row, "class", class->name);
		out_time(row, "counts_from", rec->counts_from_us);
		out_time(row, "ends", ends_us);
	}
	int n_holds = count_set(holds);
	out_int(row, "holds_set", n_holds);
	json_object_set_new(row, "may_expire",
		json_boolean(class && ends_us && a->legal_us > ends_us && !n_holds &&
			     rec->state <= ARCHIVE_PROPOSED));
	return 0;
}

static const struct field list_fields[] = {
	{"after", FIELD_TEXT, false, 1, 64},
	{"limit", FIELD_INT, false, 1, 1000},
	{NULL},
};

static int out_row(struct act *a, const struct eval_session *s, json_t *items)
{
	ARCHIVE_RECORD_AUTO struct archive_record rec = {0};
	g_autoptr(GPtrArray) holds = NULL;
	int r = archive_store_holds(a->txn, s->session_id, &holds);

	if (r)
		return r;
	json_t *row = json_object();
	json_array_append_new(items, row);
	return out_keeping(a, s, &rec, holds, row);
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) sessions = NULL;
	json_t *items = json_array();
	int r = session_store_list_any(a->txn, after ? after : "", limit, &sessions);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < sessions->len; i++) {
		const struct eval_session *s = g_ptr_array_index(sessions, i);
		if (s->closed_us)
			r = out_row(a, s, items);
	}
	if (r)
		return r;
	const struct eval_session *last =
		sessions->len == limit ? g_ptr_array_index(sessions, limit - 1) : NULL;
	out_text(out, "next", last ? last->session_id : NULL);
	return 0;
}

const struct act_kind archive_list_view = {
	.name = "archive.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int out_holds(struct act *a, const GPtrArray *holds, json_t *out)
{
	json_t *list = json_array();
	int r = 0;

	json_object_set_new(out, "holds", list);
	for (guint i = 0; !r && i < holds->len; i++) {
		const struct archive_hold *h = g_ptr_array_index(holds, i);
		json_t *row = json_pack("{s:s, s:s}", "hold_id", h->hold_id, "reason", h->reason);
		json_array_append_new(list, row);
		out_time(row, "set_at", h->set_us);
		r = out_person(a, h->set_by, "set_by", row);
		if (!h->lifted_us)
			continue;
		out_time(row, "lifted_at", h->lifted_us);
		out_text(row, "lift_reason", h->lift_reason);
		if (!r)
			r = out_person(a, h->lifted_by, "lifted_by", row);
	}
	return r;
}

static int out_proposal(struct act *a, const struct archive_record *rec, json_t *out)
{
	json_t *row;
	int r;

	if (!*rec->proposal_id)
		return 0;
	row = json_pack("{s:s, s:s}", "proposal_id", rec->proposal_id, "reason", rec->reason);
	json_object_set_new(out, "proposal", row);
	out_time(row, "at", rec->proposed_us);
	json_object_set_new(
		row, "own", json_boolean(strcmp(rec->proposed_by, a->actor->account_id) == 0));
	r = out_person(a, rec->proposed_by, "by", row);
	if (r || !rec->expired_us)
		return r;
	out_time(row, "confirmed_at", rec->expired_us);
	return out_person(a, rec->confirmed_by, "confirmed_by", row);
}

/* What would be destroyed: the reels as they lie there now. */
static int out_reels(struct act *a, const char *session_id, json_t *out)
{
	g_autoptr(GPtrArray) tracks = NULL;
	json_t *list = json_array();
	int r = replay_store_tracks(a->txn, session_id, &tracks);

	json_object_set_new(out, "reels", list);
	for (guint i = 0; !r && i < tracks->len; i++) {
		const struct replay_track *t = g_ptr_array_index(tracks, i);
		uint16_t no = (uint16_t)t->track_no;
		struct record_extent extent;

		if (!record_dir_of(a->env->reel_dirs, session_id, no))
			continue;
		record_extent_read(a->env->reel_dirs, session_id, no, &extent);
		json_array_append_new(
			list, json_pack("{s:I, s:s, s:s, s:s, s:I, s:I}", "track",
				      (json_int_t)t->track_no, "seat_name", t->seat_name, "kind",
				      t->kind, "mask", t->mask, "length", (json_int_t)extent.length,
				      "last_ms", (json_int_t)extent.last_ms));
	}
	return r;
}

/* The destruction record, as it stands in the ledger. */
static int out_destruction(struct act *a, const char *session_id, json_t *out)
{
	g_autofree char *subject = g_strdup_printf("archive:%s", session_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, "archive.destroyed", &events);

	if (r || !events->len)
		return r;
	const struct event *e = g_ptr_array_index(events, 0);
	json_t *reels = json_array();
	json_t *row = json_pack("{s:s, s:o}", "event_id", e->event_id, "reels", reels);
	out_time(row, "at", e->real_us);
	for (guint i = 0; i < events->len; i++) {
		e = g_ptr_array_index(events, i);
		json_array_extend(reels, json_object_get(e->body, "reels"));
	}
	json_object_set_new(out, "destruction", row);
	return 0;
}

static void out_classes(json_t *out)
{
	json_t *list = json_array();
	size_t n;
	const struct retention_class *classes = retention_classes(&n);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, class_row(&classes[i]));
	json_object_set_new(out, "classes", list);
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_RECORD_AUTO struct archive_record rec = {0};
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) holds = NULL;
	int r = act_found(a, session_store_get_any(a->txn, session_id, &s), "session_id");

	if (!r)
		r = archive_store_holds(a->txn, session_id, &holds);
	if (!r)
		r = out_keeping(a, s, &rec, holds, out);
	if (!r)
		r = out_holds(a, holds, out);
	if (!r)
		r = out_proposal(a, &rec, out);
	if (!r)
		r = out_reels(a, session_id, out);
	if (!r)
		r = out_destruction(a, session_id, out);
	if (r)
		return r;
	out_classes(out);
	out_text(out, "default_class", RETENTION_DEFAULT);
	return 0;
}

const struct act_kind archive_view = {
	.name = "archive.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
