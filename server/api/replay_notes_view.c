/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisors' notes at moments of a recording (监督记录), in the order they were written. */
#include "server/api/views.h"

#include "server/store/account_store.h"
#include "server/store/event_store.h"

#define NOTES_MAX 1000

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"after", FIELD_INT, false, 0, INT64_MAX},
	{NULL},
};

static int out_note(struct act *a, const struct event *e, json_t *list)
{
	ACCOUNT_AUTO struct account *author = NULL;
	int r = account_store_get(a->txn, e->actor, &author);

	if (r && r != STORE_E_NONE)
		return r;
	json_t *row = json_pack("{s:I, s:s, s:I, s:s}", "no", (json_int_t)e->subject_no, "event_id",
		e->event_id, "session_ms", (json_int_t)in_int(e->body, "session_ms", 0), "text",
		in_text(e->body, "text"));
	out_time(row, "at", e->real_us);
	if (author)
		out_text(row, "author", author->name);
	json_array_append_new(list, row);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autofree char *subject = g_strdup_printf("supervision:%s", in_text(in, "session_id"));
	g_autoptr(GPtrArray) events = NULL;
	json_t *items = json_array();
	int r = event_store_of_subject_kind(
		a->txn, subject, "replay.noted", in_int(in, "after", 0), NOTES_MAX, &events);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < events->len; i++)
		r = out_note(a, g_ptr_array_index(events, i), items);
	if (r)
		return r;
	const struct event *last =
		events->len == NOTES_MAX ? g_ptr_array_index(events, NOTES_MAX - 1) : NULL;
	json_object_set_new(out, "next", last ? json_integer(last->subject_no) : json_null());
	return 0;
}

const struct act_kind replay_notes_view = {
	.name = "replay.notes", .fields = fields, .run = run, .flags = ACT_READ};
