/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/resume.h"

#include "proto/ident.h"
#include "server/core/metrics.h"
#include "server/room/message.h"
#include "server/room/rights.h"

#include <string.h>

struct resume_entry {
	uint32_t rights;
	char seat[IDENT_SIZE];
	char *text;     /* the whole message */
	char *others;   /* for who may not know names; NULL when it is the same */
	char *withheld; /* for who may not see it; NULL when everybody may */
};

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

/* What all rooms keep, as a figure: it grows as long as sessions last. */
static void count(const struct resume_entry *e, int sign)
{
	size_t bytes = sizeof(*e) + sizeof(gpointer) + text_size(e->text) + text_size(e->others) +
		       text_size(e->withheld);

	metric_add(metric_gauge("bidroom_room_events_bytes",
			   "Memory that rooms use to keep events for who comes back", NULL, NULL),
		sign * (int64_t)bytes);
}

static void entry_free(gpointer data)
{
	struct resume_entry *e = data;

	count(e, -1);
	g_free(e->text);
	g_free(e->others);
	g_free(e->withheld);
	g_free(e);
}

void resume_init(struct resume *l)
{
	l->entries = g_ptr_array_new_with_free_func(entry_free);
}

void resume_done(struct resume *l)
{
	g_clear_pointer(&l->entries, g_ptr_array_unref);
}

int64_t resume_last_no(const struct resume *l)
{
	return l->entries->len;
}

static json_t *event_fields(const struct resume_event *e, const char *kind, json_t *body)
{
	return json_pack("{s:I, s:s, s:I, s:I, s:o}", "no", (json_int_t)e->no, "kind", kind,
		"at_us", (json_int_t)e->at_us, "session_ms", (json_int_t)e->session_ms, "body",
		body);
}

/* NULL for a body that is not what its kind promises: it comes from the database, and is then
 * withheld like one that may not be seen. */
static char *event_print(const struct resume_event *e, json_t *body)
{
	json_auto_t *fields = event_fields(e, e->kind, json_incref(body));
	char *text = NULL;

	if (e->actor_seat)
		json_object_set_new(fields, "actor_seat", json_string(e->actor_seat));
	return control_print(&text, CONTROL_EVENT, fields) == 0 ? text : NULL;
}

static char *withheld_print(const struct resume_event *e)
{
	return message_print(CONTROL_EVENT, event_fields(e, "room.withheld", json_object()));
}

const struct resume_entry *resume_add(struct resume *l, const struct resume_event *e)
{
	struct resume_entry *entry;

	if (e->no != resume_last_no(l) + 1)
		return NULL;
	entry = g_new0(struct resume_entry, 1);
	entry->rights = e->rights;
	g_strlcpy(entry->seat, e->seat ? e->seat : "", sizeof(entry->seat));
	if (e->rights != RESUME_NOBODY)
		entry->text = event_print(e, e->body);
	if (entry->text && e->body_for_others) {
		entry->others = event_print(e, e->body_for_others);
		if (!entry->others)
			entry->others = withheld_print(e);
	}
	if (e->rights || !entry->text)
		entry->withheld = withheld_print(e);
	count(entry, 1);
	g_ptr_array_add(l->entries, entry);
	return entry;
}

const char *resume_text(const struct resume_entry *e, const char *seat, uint32_t rights)
{
	if (!e->text || (e->rights && !(e->rights & rights) && strcmp(e->seat, seat) != 0))
		return e->withheld;
	return e->others && !(rights & RIGHT_NAMES) ? e->others : e->text;
}

void resume_each(const struct resume *l, int64_t after, const char *seat, uint32_t rights,
	void (*fn)(void *ctx, const char *text), void *ctx)
{
	for (int64_t no = MAX(after, 0); no < resume_last_no(l); no++)
		fn(ctx, resume_text(g_ptr_array_index(l->entries, (guint)no), seat, rights));
}
