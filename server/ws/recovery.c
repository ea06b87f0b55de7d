/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/recovery.h"

#include <errno.h>

#include "db/txn.h"
#include "proto/media_part.h"
#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/record/reels.h"
#include "server/store/event_store.h"

#define PAGE 500

static const struct actor house = {.roles = ROLE_OPERATOR};

struct work {
	const struct act_env *env;
	const char *session_id;
	struct refusal *refusal;
	struct recovery found;
	GHashTable *ends; /* track -> first byte that is in no part, boxed */
	GArray *clusters; /* struct media_cluster: what is in no part */
	json_t *reels;    /* input of room.recover */
	int64_t after;    /* while the ledger's parts are read: number of the last event */
	guint n_page;
};

/* --- What the ledger has --------------------------------------------------------------------- */

static uint64_t *end_of(struct work *w, uint16_t track)
{
	uint64_t *end = g_hash_table_lookup(w->ends, GUINT_TO_POINTER((guint)track));

	if (!end) {
		end = g_new0(uint64_t, 1);
		g_hash_table_insert(w->ends, GUINT_TO_POINTER((guint)track), end);
	}
	return end;
}

static int take_part(struct work *w, const struct event *e)
{
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));

	if (media_part_parse(e->body, &w->found.last_part, clusters))
		return -EBADMSG;
	for (guint i = 0; i < clusters->len; i++) {
		const struct media_cluster *c = &g_array_index(clusters, struct media_cluster, i);
		uint64_t *end = end_of(w, c->track);

		*end = MAX(*end, c->entry.offset + c->entry.length);
	}
	return 0;
}

static int read_page(struct db_txn *txn, void *data)
{
	struct work *w = data;
	g_autofree char *subject = g_strconcat("recording:", w->session_id, NULL);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_of_subject_kind(txn, subject, "media.part", w->after, PAGE, &events);

	/* Taking a part twice, when the page is read again, changes nothing. */
	for (guint i = 0; !r && i < events->len; i++)
		r = take_part(w, g_ptr_array_index(events, i));
	if (r)
		return r;
	w->n_page = events->len;
	if (events->len)
		w->after = ((struct event *)g_ptr_array_index(events, events->len - 1))->subject_no;
	return 0;
}

static int read_parts(struct work *w)
{
	int r;

	do
		r = db_run_read(w->env->pool, read_page, w);
	while (!r && w->n_page == PAGE);
	return r;
}

/* --- What the disk has ----------------------------------------------------------------------- */

static json_t *reel_json(const struct reel_head *head, const GArray *entries)
{
	const struct reel_entry *last =
		&g_array_index(entries, struct reel_entry, entries->len - 1);
	const struct reel_entry *first =
		&g_array_index(entries, struct reel_entry, entries->len > 1 ? 1 : 0);

	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:i, s:I, s:I, s:s*}", "track",
		head->track, "seat_id", head->seat, "kind", head->kind, "codec",
		frame_codec_name(head->codec), "mask", head->mask[0] ? head->mask : "none", "width",
		head->width, "height", head->height, "first_ms", (json_int_t)first->time_ms,
		"last_ms", (json_int_t)last->last_ms, "to", head->to[0] ? head->to : NULL);
}

/* A reel that was killed before its head was written has nothing to tell. */
static int look_at_reel(struct work *w, uint16_t track)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	uint64_t recorded = *end_of(w, track);
	struct reel_head head;
	int r = record_index_read(w->env->reel_dirs, w->session_id, track, entries);

	w->found.last_track = MAX(w->found.last_track, track);
	if (r == -ENOENT || (!r && !entries->len))
		return 0;
	if (!r)
		r = record_head_read(w->env->reel_dirs, w->session_id, track, &head);
	if (r) {
		/* The others go on; its clusters follow when a later recovery can read them. */
		log_fault("record.unreadable", r, w->session_id);
		return 0;
	}
	for (guint i = 0; i < entries->len; i++) {
		struct media_cluster c = {
			.track = track, .entry = g_array_index(entries, struct reel_entry, i)};

		if (c.entry.offset >= recorded)
			g_array_append_val(w->clusters, c);
	}
	w->found.last_ms = MAX(w->found.last_ms,
		g_array_index(entries, struct reel_entry, entries->len - 1).last_ms);
	json_array_append_new(w->reels, reel_json(&head, entries));
	return 0;
}

static int look_at_reels(struct work *w)
{
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	int r = 0;

	record_tracks_list(w->env->reel_dirs, w->session_id, tracks);
	for (guint i = 0; !r && i < tracks->len; i++)
		r = look_at_reel(w, g_array_index(tracks, uint16_t, i));
	return r;
}

/* --- Telling the ledger ---------------------------------------------------------------------- */

static int perform(struct work *w, const struct act_kind *kind, json_t *in)
{
	json_auto_t *owned = in;
	json_t *out = NULL;
	int r = act_perform(w->env, &house, kind, owned, NULL, &out, w->refusal);

	json_decref(out);
	return r;
}

static int put_parts(struct work *w)
{
	int r = 0;

	for (guint at = 0; !r && at < w->clusters->len; at += MEDIA_PART_CLUSTERS_MAX) {
		json_t *part = media_part_build(w->found.last_part + 1,
			&g_array_index(w->clusters, struct media_cluster, at),
			MIN(w->clusters->len - at, MEDIA_PART_CLUSTERS_MAX));

		r = perform(w, &media_part_act,
			json_pack("{s:s, s:o}", "session_id", w->session_id, "part", part));
		w->found.last_part += !r;
	}
	return r;
}

static int run(struct work *w, int64_t opened_us)
{
	int64_t now_ms = MAX((clock_real_us() - opened_us) / 1000, 0);
	int r = read_parts(w);

	if (!r)
		r = look_at_reels(w);
	if (!r)
		r = put_parts(w);
	return r ? r
		 : perform(w, &room_recover_act,
			   json_pack("{s:s, s:O, s:I}", "session_id", w->session_id, "reels",
				   w->reels, "to_ms", (json_int_t)now_ms));
}

int recovery_run(const struct act_env *env, const char *session_id, int64_t opened_us,
	struct recovery *ret, struct refusal *r)
{
	struct work w = {
		.env = env,
		.session_id = session_id,
		.refusal = r,
		.ends = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		.clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster)),
		.reels = json_array(),
	};
	int result = run(&w, opened_us);

	if (!result)
		*ret = w.found;
	g_hash_table_unref(w.ends);
	g_array_unref(w.clusters);
	json_decref(w.reels);
	return result;
}
