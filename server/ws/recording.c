/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/media_part.h"
#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/record/recorder.h"
#include "server/room/object.h"
#include "server/ws/door.h"
#include "server/ws/live.h"

/* What passes a room is recorded; what was made durable reaches the ledger. */

void recording_open(struct live *l, uint64_t next_part)
{
	if (l->door->recorder)
		l->record = recorder_session_open(l->door->recorder, l->session_id, next_part);
}

bool recording_has_room(const struct room_door *d)
{
	return !d->recorder || recorder_has_room(d->recorder);
}

void recording_close(struct live *l)
{
	if (l->record)
		recorder_session_close(l->door->recorder, g_steal_pointer(&l->record));
	g_hash_table_remove_all(l->recording);
}

void recording_track_added(struct live *l, const struct track *track)
{
	struct reel_head head = {
		.epoch = track->epoch,
		.track = track->id,
		.codec = track->form.codec,
		.width = (uint16_t)track->form.width,
		.height = (uint16_t)track->form.height,
		.session_start_us = l->opened_us,
	};

	if (!l->record)
		return;
	g_strlcpy(head.session, l->session_id, sizeof(head.session));
	g_strlcpy(head.seat, track->seat->id, sizeof(head.seat));
	g_strlcpy(head.kind, track_kind_name(track->form.kind), sizeof(head.kind));
	g_strlcpy(head.to, track->form.to, sizeof(head.to));
	if (track->form.mask != TRACK_MASK_NONE)
		g_strlcpy(head.mask, track_mask_name(track->form.mask), sizeof(head.mask));
	g_hash_table_insert(l->recording, GUINT_TO_POINTER(track->id),
		recorder_track_add(l->door->recorder, l->record, &head));
}

static struct record_track *find(const struct live *l, const struct track *track)
{
	return g_hash_table_lookup(l->recording, GUINT_TO_POINTER(track->id));
}

void recording_track_ended(struct live *l, const struct track *track)
{
	struct record_track *t = find(l, track);

	if (t)
		recorder_track_remove(l->door->recorder, t);
	g_hash_table_remove(l->recording, GUINT_TO_POINTER(track->id));
}

void recording_object(struct live *l, const struct track *track, struct object *o)
{
	struct record_track *t = find(l, track);
	g_autoptr(GBytes) bytes = NULL;

	if (!t)
		return;
	bytes = object_bytes(o);
	/* A full queue is a gap, which the recorder reports by itself. */
	recorder_put(l->door->recorder, t, bytes);
}

/* --- Parts and gaps on their way to the ledger ------------------------------------------------ */

struct report {
	struct room_door *door;
	const struct act_kind *kind;
	json_t *in;
	char key[65];
	bool is_part;
	char session[ID_SIZE];
	uint64_t no;
};

static void report_free(gpointer data)
{
	struct report *r = data;

	json_decref(r->in);
	g_free(r);
}

/* Worker. */
static void run_report(void *data, void *thread_data)
{
	static const struct actor recorder = {.roles = ROLE_OPERATOR};
	struct report *r = data;
	struct act_call call = {.idempotency_key = r->key};
	struct refusal refusal = {0};
	json_t *out = NULL;
	int result =
		act_perform(r->door->config.env, &recorder, r->kind, r->in, &call, &out, &refusal);

	json_decref(out);
	if (r->is_part)
		recorder_part_done(r->door->recorder, r->session, r->no, result == 0);
	if (result)
		log_event(LOG_WARNING, "ws.recording", log_str("act", r->kind->name),
			log_str("session", r->session), log_int("result", result),
			log_str("code", refusal.code));
}

static struct report *report_new(
	struct room_door *d, const struct act_kind *kind, const char *session, json_t *in)
{
	struct report *r = g_new0(struct report, 1);

	r->door = d;
	r->kind = kind;
	r->in = in;
	g_strlcpy(r->session, session, sizeof(r->session));
	id_new(r->key);
	return r;
}

/* The recorder's thread. A part that cannot be posted is handed up again. */
static void part_came(void *user, const struct record_part *part)
{
	struct room_door *d = user;
	json_t *body = media_part_build(
		part->no, (const struct media_cluster *)part->clusters->data, part->clusters->len);
	struct report *r = report_new(d, &media_part_act, part->session,
		json_pack("{s:s, s:o}", "session_id", part->session, "part", body));

	r->is_part = true;
	r->no = part->no;
	g_snprintf(r->key, sizeof(r->key), "part:%s:%" G_GUINT64_FORMAT, part->session, part->no);
	if (job_post(d->config.jobs, JOB_LANE_ACTS, run_report, NULL, r, report_free)) {
		report_free(r);
		recorder_part_done(d->recorder, part->session, part->no, false);
	}
}

/* The recorder's thread. */
static void gap_came(
	void *user, const struct reel_head *of, uint32_t from_ms, uint32_t to_ms, int error)
{
	struct room_door *d = user;
	json_t *in = json_pack("{s:s, s:i, s:I, s:s, s:s*}", "session_id", of->session, "track",
		of->track, "from_ms", (json_int_t)from_ms, "reason", "disk", "to",
		of->to[0] ? of->to : NULL);
	struct report *r = report_new(d, &media_gap_act, of->session, in);

	if (to_ms)
		json_object_set_new(in, "to_ms", json_integer(to_ms));
	log_event(LOG_ERR, "record.gap", log_str("session", of->session),
		log_int("track", of->track), log_int("from_ms", from_ms), log_int("to_ms", to_ms),
		log_int("error", error));
	if (job_post(d->config.jobs, JOB_LANE_ACTS, run_report, NULL, r, report_free))
		report_free(r);
}

/* The recorder's thread. */
static void space_came(void *user, const char *dir, uint64_t free_bytes, enum record_space space)
{
	static const char *const names[] = {
		[RECORD_SPACE_ENOUGH] = "enough",
		[RECORD_SPACE_LOW] = "low",
		[RECORD_SPACE_NONE] = "none",
	};
	struct room_door *d = user;
	struct report *r = report_new(d, &record_space_act, "",
		json_pack("{s:s, s:I, s:s}", "dir", dir, "free_bytes", (json_int_t)free_bytes,
			"space", names[space]));

	log_event(space == RECORD_SPACE_ENOUGH ? LOG_NOTICE : LOG_ERR, "record.space",
		log_str("dir", dir), log_int("free_bytes", (int64_t)free_bytes),
		log_str("space", names[space]));
	if (job_post(d->config.jobs, JOB_LANE_ACTS, run_report, NULL, r, report_free))
		report_free(r);
}

void room_door_record_out(struct room_door *d, struct record_out *ret_out)
{
	*ret_out = (struct record_out){
		.part = part_came, .gap = gap_came, .space = space_came, .user = d};
}
