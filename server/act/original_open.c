/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening the original of a masked seat (调取原始录像): a supervisor asks with a reason and for a
 * time, somebody of another role agrees or declines, and until the time is over the asker alone
 * reads it. Each range he reads is on the record too (original_read_act).
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/store/original_store.h"
#include "server/store/replay_store.h"

#define MINUTES_MAX 480
#define TEXT_MAX 500
#define SUBJECT "original"

static const struct field ask_fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"minutes", FIELD_INT, true, 1, MINUTES_MAX},
	{"reason", FIELD_TEXT, true, 1, TEXT_MAX},
	{NULL},
};

static int check_session(struct act *a, const char *session_id)
{
	struct replay_session session = {0};
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	return r;
}

static int check_masked(struct act *a, const char *session_id, const char *seat_id)
{
	g_autoptr(GPtrArray) seats = NULL;
	int r = original_store_masked_seats(a->txn, session_id, &seats);

	if (r || original_seats_have(seats, seat_id))
		return r;
	return refuse(a->refusal, "original.none", "seat_id", "it has no masked recording");
}

static int run_ask(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *seat_id = in_text(in, "seat_id");
	struct original_opening o = {.asked_us = a->real_us,
		.minutes = in_int(in, "minutes", 0),
		.reason = (char *)in_text(in, "reason"),
		.state = ORIGINAL_ASKED};
	int r = check_session(a, session_id);

	if (!r)
		r = check_masked(a, session_id, seat_id);
	if (!r)
		r = act_event(a, "original.asked", SUBJECT, session_id,
			json_pack("{s:s, s:I, s:s}", "seat", seat_id, "minutes",
				(json_int_t)o.minutes, "reason", o.reason));
	if (r)
		return r;
	const struct event *e = g_ptr_array_index(a->events, a->events->len - 1);
	g_strlcpy(o.opening_id, e->event_id, sizeof(o.opening_id));
	g_strlcpy(o.seat_id, seat_id, sizeof(o.seat_id));
	g_strlcpy(o.asked_by, a->actor->account_id, sizeof(o.asked_by));
	out_text(out, "opening_id", o.opening_id);
	return original_store_insert(a->txn, session_id, &o);
}

const struct act_kind original_ask_act = {
	.name = "original.ask", .fields = ask_fields, .run = run_ask, .flags = ACT_CREATES};

/* One opening as it stands. */
static int find(struct act *a, const json_t *in, GPtrArray **ret_all, struct original_opening **ret)
{
	const char *session_id = in_text(in, "session_id");
	int r = check_session(a, session_id);

	if (!r)
		r = original_store_list(a->txn, session_id, ret_all);
	for (guint i = 0; !r && i < (*ret_all)->len; i++) {
		struct original_opening *o = g_ptr_array_index(*ret_all, i);

		if (strcmp(o->opening_id, in_text(in, "opening_id")) != 0)
			continue;
		*ret = o;
		return 0;
	}
	return r ? r : act_found(a, STORE_E_NONE, "opening_id");
}

static int wrong_state(struct act *a, const struct original_opening *o)
{
	return refuse(a->refusal, "original.state", NULL, "it is %s",
		original_state_name(original_state_at(o, a->real_us)));
}

static int decide(struct act *a, const json_t *in, struct original_opening *o,
	enum original_state state, const char *kind, json_t *body)
{
	enum original_state before = o->state;

	o->state = state;
	o->decided_us = a->real_us;
	g_strlcpy(o->decided_by, a->actor->account_id, sizeof(o->decided_by));
	json_object_set_new(body, "opening", json_string(o->opening_id));
	json_object_set_new(body, "seat", json_string(o->seat_id));
	int r = act_event(a, kind, SUBJECT, in_text(in, "session_id"), body);

	if (!r)
		r = original_store_decide(a->txn, o, before);
	/* Somebody else decided at the same moment. */
	return r == STORE_E_NONE ? refuse(a->refusal, "original.state", NULL, "it was decided") : r;
}

static const struct field agree_fields[] = {
	{"session_id", FIELD_ID, true},
	{"opening_id", FIELD_ID, true},
	{NULL},
};

static int run_agree(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) all = NULL;
	struct original_opening *o = NULL;
	int r = find(a, in, &all, &o);

	if (r)
		return r;
	if (o->state != ORIGINAL_ASKED)
		return wrong_state(a, o);
	if (strcmp(o->asked_by, a->actor->account_id) == 0)
		return refuse(a->refusal, "original.same_person", NULL,
			"whoever asked for it may not agree to it");
	o->ends_us = a->real_us + o->minutes * 60 * CLOCK_SECOND_US;
	out_time(out, "ends_at", o->ends_us);
	json_t *body = json_object();
	out_time(body, "ends", o->ends_us);
	out_text(body, "for", o->asked_by);
	return decide(a, in, o, ORIGINAL_OPEN, "original.opened", body);
}

const struct act_kind original_agree_act = {
	.name = "original.agree", .fields = agree_fields, .run = run_agree};

static const struct field end_fields[] = {
	{"session_id", FIELD_ID, true},
	{"opening_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, TEXT_MAX},
	{NULL},
};

/* Declines what is only asked for; ends what is open. */
static int run_end(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) all = NULL;
	struct original_opening *o = NULL;
	int r = find(a, in, &all, &o);

	(void)out;
	if (r)
		return r;
	enum original_state now = original_state_at(o, a->real_us);
	if (now != ORIGINAL_ASKED && now != ORIGINAL_OPEN)
		return wrong_state(a, o);
	json_t *body = json_pack("{s:s}", "reason", in_text(in, "reason"));
	if (now == ORIGINAL_ASKED)
		return decide(a, in, o, ORIGINAL_DECLINED, "original.declined", body);
	o->ends_us = a->real_us;
	return decide(a, in, o, ORIGINAL_OVER, "original.ended", body);
}

const struct act_kind original_end_act = {
	.name = "original.end", .fields = end_fields, .run = run_end};

static const struct field read_fields[] = {
	{"session_id", FIELD_ID, true},
	{"track", FIELD_INT, true, 1, 65535},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"range", FIELD_TEXT, true, 1, 100},
	{NULL},
};

/* The door of the reels asks before it answers. seat_id is what the reel's head says. */
static int run_read(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *seat_id = in_text(in, "seat_id");
	g_autoptr(GPtrArray) seats = NULL;
	int r = original_store_open_seats(
		a->txn, session_id, a->actor->account_id, a->real_us, &seats);

	(void)out;
	if (r)
		return r;
	if (!original_seats_have(seats, seat_id))
		return refuse(a->refusal, "original.closed", "track",
			"two roles must have opened it for this account");
	return act_event(a, "original.read", SUBJECT, session_id,
		json_pack("{s:s, s:I, s:s}", "seat", seat_id, "track",
			(json_int_t)in_int(in, "track", 0), "range", in_text(in, "range")));
}

const struct act_kind original_read_act = {
	.name = "original.read", .fields = read_fields, .run = run_read};
