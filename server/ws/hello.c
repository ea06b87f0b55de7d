/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/base64.h"
#include "proto/hello_proof.h"
#include "server/act/acts.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/ws/door.h"
#include "server/ws/live.h"
#include "server/ws/seating.h"
#include "server/ws/visitor.h"

/* When the database is away, the client shall come again. */
#define RETRY_MS 1000

/* A hello on its way through a worker and back. */
struct entry {
	struct live *live; /* counted */
	struct ws_handle handle;
	char peer[64];
	json_t *hello; /* owned */
	int result;
	json_t *out;
	struct refusal refusal;
};

static void entry_free(gpointer data)
{
	struct entry *e = data;

	live_unref(e->live);
	json_decref(e->hello);
	json_decref(e->out);
	g_free(e);
}

static const char *text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* The table of messages has checked form and length. */
static void decode(const json_t *hello, const char *name, uint8_t *to, size_t len)
{
	const char *base64 = text(hello, name);
	bool ok = base64_decode_exact(base64, strlen(base64), to, len);

	g_assert(ok);
}

int visitor_check_proof(const json_t *hello, const char *session_id, struct refusal *r)
{
	const char *token = text(hello, "ticket");
	uint8_t key[ED25519_KEY_LEN], proof[ED25519_SIG_LEN];
	int error;

	decode(hello, "device_key", key, sizeof(key));
	decode(hello, "proof", proof, sizeof(proof));
	error = hello_proof_verify(
		session_id, token ? token : text(hello, "resume_token"), key, proof);
	return error > 0 ? refuse(r, "seat.proof", "proof", NULL) : error;
}

/* Worker. */
static void run_entry(void *data, void *thread_data)
{
	struct entry *e = data;
	const struct act_kind *kind =
		json_object_get(e->hello, "ticket") ? &seat_join_act : &seat_resume_act;
	static const char *const taken[] = {"ticket", "resume_token", "device_key", "seat_cert"};
	struct actor nobody = {0};
	json_auto_t *in = json_pack("{s:s}", "session_id", e->live->session_id);

	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		if (json_object_get(e->hello, taken[i]))
			json_object_set(in, taken[i], json_object_get(e->hello, taken[i]));
	g_strlcpy(nobody.peer, e->peer, sizeof(nobody.peer));
	e->result = visitor_check_proof(e->hello, e->live->session_id, &e->refusal);
	if (!e->result)
		e->result = act_perform(
			e->live->door->config.env, &nobody, kind, in, NULL, &e->out, &e->refusal);
}

/* Takes the seat in memory. The database has agreed already. */
static void admit(struct entry *e, struct visitor *v)
{
	struct live *l = e->live;
	struct seating s;
	int r;

	seating_read(l, &s, e->out);
	decode(e->hello, "device_key", s.admission.device_key, sizeof(s.admission.device_key));
	s.admission.resume_after =
		json_object_get(e->hello, "resume_after")
			? json_integer_value(json_object_get(e->hello, "resume_after"))
			: -1;
	s.admission.real_us = clock_real_us();
	seating_remember(l, &s);
	r = room_admit(l->room, &s.admission, v, door_now_ms(), &v->seat, &e->refusal);
	if (r) {
		if (r < 0) {
			log_fault("ws.admit", r, s.admission.identity.seat);
			refuse(&e->refusal, "server.fault", NULL, NULL);
		}
		visitor_turn_away(v, &e->refusal, -1);
		return;
	}
	v->state = VISITOR_SEATED;
	live_read_events(l);
}

/* The database seated somebody who is not here any more. */
static void note_lost(struct entry *e)
{
	const char *seat_id = text(e->out, "seat_id");
	const struct seat *seat = e->live->room ? room_seat(e->live->room, seat_id) : NULL;

	if (!seat || !seat->conn)
		live_post_system(e->live, &seat_lost_act, seat_id,
			json_pack("{s:s}", "reason", "line_lost"));
}

static void entry_done(void *data)
{
	struct entry *e = data;
	struct ws_conn *c = ws_conn_find(e->live->door->loop, e->handle);
	struct visitor *v = c ? ws_conn_user(c) : NULL;
	bool waiting = v && v->state == VISITOR_KNOCKING;

	if (e->result < 0)
		log_fault("ws.hello", e->result, e->live->session_id);
	if (e->result < 0 || (e->result == 0 && e->live->state != LIVE_OPEN))
		refuse(&e->refusal, "server.unavailable", NULL, NULL);
	if (e->result == 0 && waiting && e->live->state == LIVE_OPEN) {
		admit(e, v);
	} else {
		if (e->result == 0)
			note_lost(e);
		else if (e->result == REFUSED &&
			 e->out) /* somebody knocked: who leads shall know */
			live_read_events(e->live);
		if (waiting)
			visitor_turn_away(v, &e->refusal, e->result == REFUSED ? -1 : RETRY_MS);
	}
	if (waiting)
		g_clear_pointer(&v->hello, json_decref);
}

void visitor_enter(struct visitor *v)
{
	struct entry *e = g_new0(struct entry, 1);

	e->live = live_ref(v->live);
	e->handle = ws_conn_handle(v->conn);
	e->hello = json_deep_copy(v->hello);
	g_strlcpy(e->peer, v->peer, sizeof(e->peer));
	if (job_post(v->door->config.jobs, JOB_LANE_ACTS, run_entry, entry_done, e, entry_free)) {
		refuse(&e->refusal, "server.unavailable", NULL, NULL);
		visitor_turn_away(v, &e->refusal, RETRY_MS);
		entry_free(e);
	}
}

void visitor_hello(struct visitor *v, const struct control_msg *m)
{
	struct refusal r = {0};

	if (strcmp(control_str(m, "session"), v->session_id) != 0 || !id_valid(v->session_id)) {
		refuse(&r, "input.invalid", "session", NULL);
		visitor_turn_away(v, &r, -1);
		return;
	}
	v->live = live_get(v->door, v->session_id);
	if (!v->live) {
		refuse(&r, "server.unavailable", NULL, NULL);
		visitor_turn_away(v, &r, RETRY_MS);
		return;
	}
	v->hello = json_incref(m->root);
	v->state = VISITOR_KNOCKING;
	if (v->live->state == LIVE_OPEN)
		visitor_enter(v);
	else
		g_ptr_array_add(v->live->knocking, v);
}
