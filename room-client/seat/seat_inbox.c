/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/seat_inner.h"

#include <glib.h>
#include <string.h>

/* One function per message of the server. */

/* A bye after which coming back would only trouble others. */
static const char *const final_byes[] = {"admitted", "left", "left_panel", "other_booth", "released",
	"removed", "replaced", "session_closed", "taken_over", NULL};

/* Refusals that are of the moment, even if the server does not say how long it will be. */
static const char *const passing_refusals[] = {
	"act.in_progress", "http.overloaded", "room.rate", "server.unavailable", NULL};
#define RETRY_MS 1000

static const char *field_str(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A copy without "type", for people. */
static json_t *fields_of(const struct control_msg *msg)
{
	json_t *fields = json_copy(msg->root);

	json_object_del(fields, "type");
	return fields;
}

/* The server sends every track that may be seen until it is told otherwise. */
static void track_add(struct seat *s, json_t *form)
{
	const struct roster_track *track = roster_add_track(&s->roster, form);

	if (s->state != SEAT_SEATED)
		return;
	if (s->config.subscribes)
		s->out.track(s->out.user, track);
	else
		seat_send(
			s, CONTROL_SUBSCRIBE, json_pack("{s:i, s:b}", "track", track->id, "on", 0));
}

static void own_mute_read(struct seat *s)
{
	const json_t *own = roster_seat(&s->roster, s->ticket.seat);

	mute_listed(&s->mute, MUTE_MIC, json_is_true(json_object_get(own, "mic_muted")));
	mute_listed(&s->mute, MUTE_CAM, json_is_true(json_object_get(own, "cam_muted")));
	seat_tell_muted(s);
}

/* Silent here, but open in the server's eyes: say so, that nobody waits for a voice. */
static void mute_say_again(struct seat *s)
{
	const json_t *own = roster_seat(&s->roster, s->ticket.seat);
	const bool listed[] = {
		[MUTE_CAM] = json_is_true(json_object_get(own, "cam_muted")),
		[MUTE_MIC] = json_is_true(json_object_get(own, "mic_muted")),
	};

	for (size_t i = 0; own && i < G_N_ELEMENTS(listed); i++) {
		char id[CONTROL_ID_MAX + 1];
		json_auto_t *fields = NULL;

		fields = json_pack(
			"{s:s, s:b}", "kind", mute_source_name((enum mute_source)i), "on", 1);
		if (listed[i] || !mute_is_on(&s->mute, (enum mute_source)i) ||
			acts_any(s->acts, CONTROL_MUTE_SELF, fields))
			continue;
		seat_add_act(s, NULL, CONTROL_MUTE_SELF, fields, id);
	}
}

static bool welcome_fits(const struct seat *s, const struct control_msg *msg)
{
	return strcmp(control_str(msg, "session"), s->config.session) == 0 &&
	       strcmp(control_str(msg, "seat"), s->ticket.seat) == 0 &&
	       control_int(msg, "epoch", -1) == s->ticket.epoch;
}

static void event_no_welcomed(struct seat *s, int64_t event_no)
{
	mute_welcomed(&s->mute, event_no);
	if (event_no >= s->last_event_no)
		return;
	/* The server has forgotten what it told us. Nothing we can mend, but it must be known. */
	seat_notice(s, "events_rewound",
		json_pack("{s:I, s:I}", "had", (json_int_t)s->last_event_no, "has",
			(json_int_t)event_no));
	s->last_event_no = event_no;
}

static void presenting_tell(struct seat *s)
{
	seat_notice(s, "presenting",
		json_pack("{s:o}", "presenting", presentation_describe(&s->presentation)));
}

static void take_welcome(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	bool resumed = s->greeted_with_token;
	size_t i;
	json_t *form;

	if (s->state != SEAT_GREETING)
		return;
	if (!welcome_fits(s, msg)) {
		seat_end(s, "welcome_mismatch");
		return;
	}
	seat_begin(s, now_us);
	g_strlcpy(s->resume_token, control_str(msg, "resume_token"), sizeof(s->resume_token));
	g_strlcpy(s->title, control_str(msg, "seat_name"), sizeof(s->title));
	json_decref(s->rights);
	s->rights = json_incref(json_object_get(msg->root, "rights"));
	json_decref(s->venues);
	s->venues = json_incref(json_object_get(msg->root, "venues"));
	seat_set_clock(s, (uint32_t)control_int(msg, "session_ms", 0), now_us);
	seat_set_server_clock(s, control_int(msg, "at_us", 0), now_us);
	seat_notice(s, "joined",
		json_pack("{s:s, s:I, s:b, s:I, s:O}", "seat", s->ticket.seat, "session_ms",
			(json_int_t)s->session_ms, "resumed", resumed, "event_no",
			(json_int_t)control_int(msg, "event_no", 0), "rights", s->rights));
	event_no_welcomed(s, control_int(msg, "event_no", 0));
	s->locked = control_bool(msg, "locked", false);
	roster_set_seats(&s->roster, json_object_get(msg->root, "roster"));
	own_mute_read(s);
	if (presentation_welcomed(&s->presentation, json_object_get(msg->root, "presenting"),
		    control_int(msg, "event_no", 0)))
		presenting_tell(s);
	mute_say_again(s);
	/* Acts first: what the user did waits longest. */
	seat_send_acts(s, now_us);
	seat_own_rights(s);
	json_array_foreach (json_object_get(msg->root, "tracks"), i, form)
		track_add(s, form);
}

/* When trying the same again makes sense; -1: it does not. */
static int64_t retry_after_ms(const struct control_msg *msg)
{
	int64_t ms = control_int(msg, "retry_after_ms", -1);

	if (ms < 0 && g_strv_contains(passing_refusals, control_str(msg, "code")))
		ms = RETRY_MS;
	return ms;
}

static void act_refused(
	struct seat *s, struct act *act, const struct control_msg *msg, int64_t now_us)
{
	int64_t retry_ms = retry_after_ms(msg);

	if (retry_ms >= 0) {
		act->sent = false;
		act->due_us = now_us + retry_ms * 1000;
		seat_notice(s, "act_pending", json_pack("{s:s}", "id", act->id));
		return;
	}
	seat_notice(s, "act_refused", fields_of(msg));
	acts_remove(s->acts, act->id);
}

/* Why we cannot sit down, and what is left to try. */
static void greeting_refused(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	const char *at = control_str(msg, "at"), *code = control_str(msg, "code");
	int64_t retry_ms = retry_after_ms(msg);

	if (at && seat_set_server(s, at)) {
		seat_lose(s, "moved", now_us, chance);
	} else if (retry_ms >= 0) {
		s->not_before_us = now_us + retry_ms * 1000;
		seat_lose(s, code, now_us, chance);
	} else if (strcmp(code, control_refusal_code(CONTROL_E_VERSION)) == 0) {
		/* No token and no ticket changes that. */
		seat_end(s, code);
	} else if (s->server_clock_known && strcmp(code, "seat.cert") == 0) {
		/* The server's clock was set since; that says nothing against token or ticket. */
		s->server_clock_known = false;
		seat_lose(s, code, now_us, chance);
	} else if (s->greeted_with_token && !s->ticket_refused) {
		s->resume_token[0] = '\0';
		seat_lose(s, code, now_us, chance);
	} else {
		s->ticket_refused = true;
		seat_end(s, code);
	}
}

static void take_error(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	const char *ref = control_str(msg, "ref");
	struct act *act = ref ? acts_find(s->acts, ref) : NULL;

	if (ref)
		seat_own_rejected(s, ref);
	if (act)
		act_refused(s, act, msg, now_us);
	else
		seat_notice(s, "error", fields_of(msg));
	if (!control_bool(msg, "fatal", false))
		return;
	if (s->state == SEAT_GREETING)
		greeting_refused(s, msg, now_us, chance);
	else if (s->state == SEAT_SEATED)
		seat_lose(s, control_str(msg, "code"), now_us, chance);
}

/* Whether the person has pressed mute again since, with that act still on its way. */
static bool is_muted_again(const struct seat *s, const char *kind)
{
	json_auto_t *fields = json_pack("{s:s, s:b}", "kind", kind, "on", 1);

	return acts_any(s->acts, CONTROL_MUTE_SELF, fields);
}

static void take_ack(struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	struct act *act = acts_find(s->acts, control_str(msg, "id"));
	int64_t event_no = control_int(msg, "event_no", 0);

	if (!act)
		return;
	if (act->kind == CONTROL_MUTE_SELF && !json_is_true(json_object_get(act->fields, "on")) &&
		!is_muted_again(s, field_str(act->fields, "kind"))) {
		mute_opened(
			&s->mute, mute_source_from_name(field_str(act->fields, "kind")), event_no);
		seat_tell_muted(s);
	}
	s->out.acked(s->out.user, act->id, act->kind, event_no);
	acts_remove(s->acts, act->id);
}

static void take_pending(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	struct act *act = acts_find(s->acts, control_str(msg, "id"));

	if (!act)
		return;
	act->pending = true;
	seat_notice(s, "act_pending", fields_of(msg));
}

static void mute_event_read(struct seat *s, const json_t *body, int64_t no)
{
	enum mute_source source = mute_source_from_name(field_str(body, "kind"));

	if (strcmp(field_str(body, "seat"), s->ticket.seat) != 0 || source == MUTE_N_SOURCES)
		return;
	mute_event(&s->mute, source, json_is_true(json_object_get(body, "on")), no);
	seat_tell_muted(s);
}

static void take_event(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	int64_t no = control_int(msg, "no", 0);

	if (no <= s->last_event_no)
		return;
	if (no > s->last_event_no + 1) {
		if (s->state == SEAT_LEAVING)
			return;
		/* One is missing: ask again for all after the last, by way of a new connection. */
		seat_lose(s, "event_gap", now_us, chance);
		return;
	}
	s->last_event_no = no;
	if (strcmp(control_str(msg, "kind"), "room.mute") == 0)
		mute_event_read(s, json_object_get(msg->root, "body"), no);
	seat_notice(s, "room_event", fields_of(msg));
	if (presentation_event(&s->presentation, no, control_str(msg, "kind"),
		    control_str(msg, "actor_seat"), json_object_get(msg->root, "body")))
		presenting_tell(s);
}

static void take_roster(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	roster_set_seats(&s->roster, json_object_get(msg->root, "seats"));
	s->locked = control_bool(msg, "locked", false);
	own_mute_read(s);
	seat_notice(s, "roster", fields_of(msg));
}

static void take_track(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	const char *ref = control_str(msg, "ref");

	if (strcmp(control_str(msg, "seat"), s->ticket.seat) != 0)
		track_add(s, msg->root);
	else if (ref && seat_own_answer(s, ref, control_str(msg, "mask"),
				(uint16_t)control_int(msg, "track", 0)))
		seat_own_offer(s);
}

static void take_track_gone(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	uint16_t id = (uint16_t)control_int(msg, "track", 0);

	enum own own = seat_own_find(s, id);

	if (own != OWN_N)
		seat_own_set(s, own, 0);
	if (!roster_find_track(&s->roster, id))
		return;
	roster_remove_track(&s->roster, id);
	if (s->config.subscribes)
		s->out.track_gone(s->out.user, id);
}

static void take_rights(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	json_decref(s->rights);
	s->rights = json_incref(json_object_get(msg->root, "rights"));
	seat_notice(s, "rights", fields_of(msg));
	if (s->state == SEAT_SEATED)
		seat_own_rights(s);
}

static void take_keyframe_request(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	enum own own = seat_own_find(s, control_int(msg, "track", 0));

	if (own != OWN_N)
		s->out.keyframe(s->out.user, own);
}

static void take_bitrate(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	enum own own = seat_own_find(s, control_int(msg, "track", 0));

	if (own != OWN_N)
		s->out.bitrate(s->out.user, own, (int)control_int(msg, "bps", 0));
}

static void take_lag(struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	seat_notice(s, "lag", fields_of(msg));
}

static void take_pong(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	int64_t rtt_us = now_us - control_int(msg, "t", 0);

	/* A number we never sent says nothing. */
	if (rtt_us < 0 || rtt_us > 60000000)
		return;
	s->rtt_us = rtt_us;
	seat_set_clock(s, (uint32_t)control_int(msg, "session_ms", 0), now_us - rtt_us / 2);
}

static void take_bye(struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	const char *code = control_str(msg, "code");

	if (s->state == SEAT_LEAVING)
		seat_end(s, "left");
	else if (g_strv_contains(final_byes, code))
		seat_end(s, code);
	else
		seat_lose(s, code, now_us, chance);
}

typedef void take_fn(
	struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance);

static take_fn *const takers[CONTROL_N_KINDS] = {
	[CONTROL_ACK] = take_ack,
	[CONTROL_BITRATE] = take_bitrate,
	[CONTROL_BYE] = take_bye,
	[CONTROL_ERROR] = take_error,
	[CONTROL_EVENT] = take_event,
	[CONTROL_KEYFRAME_REQUEST] = take_keyframe_request,
	[CONTROL_LAG] = take_lag,
	[CONTROL_PENDING] = take_pending,
	[CONTROL_PONG] = take_pong,
	[CONTROL_RIGHTS] = take_rights,
	[CONTROL_ROSTER] = take_roster,
	[CONTROL_TRACK] = take_track,
	[CONTROL_TRACK_GONE] = take_track_gone,
	[CONTROL_WELCOME] = take_welcome,
};

void seat_take(struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance)
{
	bool greeted = s->state != SEAT_GREETING;

	/* Before the welcome there is nothing but the welcome or a reason against it. */
	if (!greeted && msg->kind != CONTROL_WELCOME && msg->kind != CONTROL_ERROR &&
		msg->kind != CONTROL_BYE)
		return;
	if (takers[msg->kind])
		takers[msg->kind](s, msg, now_us, chance);
	/* An answered act lets the next one go. */
	seat_send_acts(s, now_us);
}
