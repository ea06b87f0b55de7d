/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/bundle_view.h"

#include "proto/canon.h"
#include "proto/media_part.h"

#include <string.h>

/* A break in a track shorter than this is played over (server/web/player/reel.ts). */
#define BREAK_MS 1000
/* How long the last block of a cluster lasts is known only from the next. */
#define LAST_BLOCK_MS 100
#define MS_US 1000

struct span {
	int64_t from_ms, to_ms;
};

struct track {
	json_t *body; /* of its room.publish; NULL: none yet */
	GArray *spans;
	GArray *clusters; /* struct cluster */
};

/* By the bytes of a microphone's clusters the page tells when somebody spoke. */
struct cluster {
	uint32_t time_ms, last_ms, length;
};

struct bundle_view {
	char *session_subject, *recording_subject, *session_id, *title;
	int64_t started_us; /* session time 0: the first room.opened */
	bool closed;
	GTree *tracks; /* number -> struct track */
	json_t *names; /* seat -> name */
	json_t *gaps, *events;
	json_t *lots; /* of the project: what is scored */
	json_t *scores;
};

static gint by_number(gconstpointer a, gconstpointer b, void *unused)
{
	return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

static void track_free(void *data)
{
	struct track *t = data;

	json_decref(t->body);
	g_array_unref(t->spans);
	g_array_unref(t->clusters);
	g_free(t);
}

struct bundle_view *bundle_view_new(const char *session_id, const char *title)
{
	struct bundle_view *v = g_new0(struct bundle_view, 1);

	v->session_subject = g_strconcat("session:", session_id, NULL);
	v->recording_subject = g_strconcat("recording:", session_id, NULL);
	v->session_id = g_strdup(session_id);
	v->title = g_strdup(title);
	v->tracks = g_tree_new_full(by_number, NULL, NULL, track_free);
	v->names = json_object();
	v->gaps = json_array();
	v->events = json_array();
	v->lots = json_array();
	v->scores = json_object();
	return v;
}

struct bundle_view *bundle_view_free(struct bundle_view *v)
{
	if (!v)
		return NULL;
	g_free(v->session_subject);
	g_free(v->recording_subject);
	g_free(v->session_id);
	g_free(v->title);
	g_tree_destroy(v->tracks);
	json_decref(v->names);
	json_decref(v->gaps);
	json_decref(v->events);
	json_decref(v->lots);
	json_decref(v->scores);
	g_free(v);
	return NULL;
}

static struct track *track_of(struct bundle_view *v, json_int_t number)
{
	gpointer key = GINT_TO_POINTER((gint)number);
	struct track *t = g_tree_lookup(v->tracks, key);

	if (!t) {
		t = g_new0(struct track, 1);
		t->spans = g_array_new(FALSE, FALSE, sizeof(struct span));
		t->clusters = g_array_new(FALSE, FALSE, sizeof(struct cluster));
		g_tree_insert(v->tracks, key, t);
	}
	return t;
}

static void cover(struct track *t, const struct reel_entry *e)
{
	struct span fresh = {e->time_ms, (int64_t)e->last_ms + LAST_BLOCK_MS};
	struct span *last =
		t->spans->len ? &g_array_index(t->spans, struct span, t->spans->len - 1) : NULL;

	if (e->is_head)
		return;
	struct cluster c = {e->time_ms, e->last_ms, (uint32_t)e->length};
	g_array_append_val(t->clusters, c);
	if (last && fresh.from_ms - last->to_ms < BREAK_MS)
		last->to_ms = MAX(last->to_ms, fresh.to_ms);
	else
		g_array_append_val(t->spans, fresh);
}

static void add_part(struct bundle_view *v, const json_t *body)
{
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	uint64_t no;

	if (media_part_parse(body, &no, clusters))
		return;
	for (guint i = 0; i < clusters->len; i++) {
		const struct media_cluster *c = &g_array_index(clusters, struct media_cluster, i);
		cover(track_of(v, c->track), &c->entry);
	}
}

static int64_t session_ms(const struct bundle_view *v, const struct ledger_event *e)
{
	const json_t *said = json_object_get(e->body, "session_ms");

	if (json_is_integer(said))
		return MAX(0, json_integer_value(said));
	return v->started_us ? MAX(0, (e->real_us - v->started_us) / MS_US) : 0;
}

/* The row of the list is made from it: a copy, for the event keeps its own. */
static void name_track(struct track *t, const json_t *body)
{
	json_decref(t->body);
	t->body = json_copy((json_t *)body);
}

static void add_event(struct bundle_view *v, const struct ledger_event *e)
{
	const char *seat = json_string_value(json_object_get(e->body, "seat"));
	json_int_t track = json_integer_value(json_object_get(e->body, "track"));

	if (strcmp(e->kind, "room.opened") == 0 && !v->started_us)
		v->started_us = e->real_us;
	else if (strcmp(e->kind, "session.closed") == 0)
		v->closed = true;
	else if (strcmp(e->kind, "room.joined") == 0 && seat)
		json_object_set(v->names, seat, json_object_get(e->body, "name"));
	else if (strcmp(e->kind, "room.gap") == 0)
		json_array_append(v->gaps, e->body);
	else if (strcmp(e->kind, "room.publish") == 0 && track > 0 && track <= UINT16_MAX)
		name_track(track_of(v, track), e->body);
	json_array_append_new(v->events,
		json_pack("{s:I, s:s, s:I, s:I, s:s, s:O}", "no", (json_int_t)e->subject_no, "kind",
			e->kind, "at_us", (json_int_t)e->real_us, "session_ms",
			(json_int_t)session_ms(v, e), "actor", e->actor, "body", e->body));
}

/* Names of lots and of what is scored in each. */
static void add_lots(struct bundle_view *v, const json_t *body)
{
	const json_t *inputs = json_object_get(json_object_get(body, "input"), "lots");
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(body, "lots"), i, row) {
		const json_t *input = json_array_get(inputs, i);
		json_t *scheme = json_object_get(input, "scheme");

		json_array_append_new(v->lots,
			json_pack("{s:O*, s:O*, s:O*, s:O*}", "lot_id",
				json_object_get(row, "lot_id"), "no", json_object_get(row, "no"),
				"name", json_object_get(input, "name"), "items",
				json_object_get(scheme, "items")));
	}
}

static void take_list(struct bundle_view *v, const char *name, const json_t *file, const char *list)
{
	json_t *rows = json_object_get(file, list);

	if (rows)
		json_object_set(v->scores, name, rows);
}

void bundle_view_scores(
	struct bundle_view *v, const json_t *sheets, const json_t *voids, const json_t *results)
{
	take_list(v, "sheets", sheets, "sheets");
	take_list(v, "void", voids, "sheets");
	take_list(v, "results", results, "results");
}

void bundle_view_add(struct bundle_view *v, const struct ledger_event *e)
{
	if (strcmp(e->subject, v->session_subject) == 0)
		add_event(v, e);
	else if (strcmp(e->subject, v->recording_subject) == 0 &&
		 strcmp(e->kind, "media.part") == 0)
		add_part(v, e->body);
	else if (strcmp(e->kind, "project.created") == 0 && !json_array_size(v->lots))
		add_lots(v, e->body);
}

struct listing {
	const struct bundle_view *v;
	json_t *tracks;
	int64_t end_ms;
};

/* Three numbers each: how long after the one before it begins, how long it is, its bytes. */
static json_t *clusters_json(const struct track *t)
{
	json_t *list = json_array();
	int64_t before_ms = 0;

	for (guint i = 0; i < t->clusters->len; i++) {
		const struct cluster *c = &g_array_index(t->clusters, struct cluster, i);

		json_array_append_new(list, json_integer(c->time_ms - before_ms));
		json_array_append_new(list, json_integer((int64_t)c->last_ms - c->time_ms));
		json_array_append_new(list, json_integer(c->length));
		before_ms = c->time_ms;
	}
	return list;
}

static gboolean list_track(gpointer key, gpointer value, gpointer data)
{
	const struct track *t = value;
	struct listing *l = data;
	json_t *row = t->body ? json_copy(t->body) : json_object(), *spans = json_array();
	const char *seat = json_string_value(json_object_get(row, "seat"));
	const char *kind = json_string_value(json_object_get(row, "kind"));

	for (guint i = 0; i < t->spans->len; i++) {
		const struct span *s = &g_array_index(t->spans, struct span, i);
		json_array_append_new(
			spans, json_pack("[I, I]", (json_int_t)s->from_ms, (json_int_t)s->to_ms));
		l->end_ms = MAX(l->end_ms, s->to_ms);
	}
	json_object_set_new(row, "track", json_integer(GPOINTER_TO_INT(key)));
	json_object_set_new(row, "spans", spans);
	if (kind && strcmp(kind, "mic") == 0)
		json_object_set_new(row, "clusters", clusters_json(t));
	if (seat && json_object_get(l->v->names, seat))
		json_object_set(row, "name", json_object_get(l->v->names, seat));
	json_array_append_new(l->tracks, row);
	return FALSE;
}

static json_t *view_json(const struct bundle_view *v)
{
	struct listing l = {.v = v, .tracks = json_array()};

	g_tree_foreach(v->tracks, list_track, &l);
	return json_pack("{s:s, s:s, s:I, s:I, s:b, s:o, s:O, s:O, s:O, s:O}", "session_id",
		v->session_id, "title", v->title, "started_us", (json_int_t)v->started_us, "end_ms",
		(json_int_t)l.end_ms, "closed", v->closed, "tracks", l.tracks, "gaps", v->gaps,
		"events", v->events, "lots", v->lots, "scores", v->scores);
}

int bundle_view_script(const struct bundle_view *v, const GString *manifest, GString **ret)
{
	json_t *json = view_json(v);
	g_autoptr(GString) text = NULL;
	int r = canon_dump(json, &text);

	json_decref(json);
	if (r)
		return r;
	GString *script = g_string_new("window.bidroomBundle={\"manifest\":");
	g_string_append_len(script, manifest->str, (gssize)manifest->len);
	g_string_append(script, ",\"view\":");
	g_string_append_len(script, text->str, (gssize)text->len);
	g_string_append(script, "};\n");
	*ret = script;
	return 0;
}
