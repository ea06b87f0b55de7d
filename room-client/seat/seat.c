/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/seat.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "room-client/seat/seat_inner.h"

#define S 1000000
#define ANSWER_WITHIN_US (10 * S)
#define LEAVE_WITHIN_US (3 * S)
#define PING_EVERY_US (2 * S)
/* Longer than any hole that TCP bridges soon by itself. */
#define SILENCE_MAX_US (6 * S)
/* A connection that held this long was a good one: the next loss is met with haste again. */
#define GOOD_AFTER_US (5 * S)

static const char *const state_names[] = {
	[SEAT_IDLE] = "idle",
	[SEAT_OPENING] = "opening",
	[SEAT_GREETING] = "greeting",
	[SEAT_SEATED] = "seated",
	[SEAT_WAITING] = "waiting",
	[SEAT_LEAVING] = "leaving",
	[SEAT_ENDED] = "ended",
};

struct seat *seat_new(const struct seat_config *config, const struct seat_out *out)
{
	struct seat *s = g_new0(struct seat, 1);

	s->config = *config;
	s->out = *out;
	s->deadline_us = INT64_MAX;
	s->rtt_us = -1;
	s->available[MUTE_CAM] = s->available[MUTE_MIC] = true;
	s->rights = json_array();
	s->acts = acts_new();
	roster_init(&s->roster);
	return s;
}

struct seat *seat_free(struct seat *s)
{
	if (!s)
		return NULL;
	json_decref(s->rights);
	json_decref(s->venues);
	acts_free(s->acts);
	roster_done(&s->roster);
	OPENSSL_cleanse(s, sizeof(*s));
	g_free(s);
	return NULL;
}

/* The stamp of what was sent must arrive before the word that nothing more comes. Pictures wait
 * longest, so what is behind them is behind everything. */
static enum mute_source behind_of(enum control_kind kind, const json_t *fields)
{
	if (kind == CONTROL_LEAVE || kind == CONTROL_UNPUBLISH)
		return MUTE_CAM;
	if (kind == CONTROL_MUTE_SELF)
		return mute_source_from_name(json_string_value(json_object_get(fields, "kind")));
	return MUTE_N_SOURCES;
}

void seat_send(struct seat *s, enum control_kind kind, json_t *fields)
{
	g_autofree char *text = NULL;
	int r = control_print(&text, kind, fields);
	enum mute_source behind = behind_of(kind, fields);

	json_decref(fields);
	g_assert(r == 0);
	s->out.send(s->out.user, text, behind);
}

void seat_notice(struct seat *s, const char *name, json_t *fields)
{
	s->out.notice(s->out.user, name, fields);
	json_decref(fields);
}

static void schedule(struct seat *s)
{
	int64_t at = s->deadline_us;

	if (s->state == SEAT_SEATED)
		at = MIN(MIN(s->ping_us, s->heard_us + SILENCE_MAX_US), acts_due_us(s->acts));
	s->out.timer(s->out.user, at);
}

static void become(struct seat *s, enum seat_state state, int64_t deadline_us)
{
	s->state = state;
	s->deadline_us = deadline_us;
}

/* Everything that belonged to a connection. */
static void disconnect(struct seat *s)
{
	GHashTableIter it;
	void *id;

	seat_own_lost(s);
	g_hash_table_iter_init(&it, s->roster.tracks);
	while (s->config.subscribes && g_hash_table_iter_next(&it, &id, NULL))
		s->out.track_gone(s->out.user, (uint16_t)GPOINTER_TO_UINT(id));
	g_hash_table_remove_all(s->roster.tracks);
	acts_resend(s->acts);
}

static void open_now(struct seat *s, int64_t now_us)
{
	become(s, SEAT_OPENING, now_us + ANSWER_WITHIN_US);
	s->out.open(s->out.user, s->config.url, s->config.session);
}

static void retry_later(struct seat *s, const char *why, int64_t now_us, uint32_t chance)
{
	bool was_seated = s->state == SEAT_SEATED;
	int64_t wait_us;

	if (was_seated && now_us - s->seated_us >= GOOD_AFTER_US)
		backoff_reset(&s->backoff);
	wait_us = backoff_next_us(&s->backoff, chance);
	become(s, SEAT_WAITING, MAX(now_us + wait_us, s->not_before_us));
	disconnect(s);
	seat_notice(s, was_seated ? "lost" : "not_connected",
		json_pack("{s:s, s:I}", "why", why, "retry_ms",
			(json_int_t)((s->deadline_us - now_us) / 1000)));
}

void seat_lose(struct seat *s, const char *why, int64_t now_us, uint32_t chance)
{
	s->out.close(s->out.user);
	retry_later(s, why, now_us, chance);
}

void seat_end(struct seat *s, const char *code)
{
	s->out.close(s->out.user);
	become(s, SEAT_ENDED, INT64_MAX);
	disconnect(s);
	s->resume_token[0] = '\0';
	seat_notice(s, "ended", json_pack("{s:s}", "code", code));
}

/* Also a test that every text of a ticket may go into a message. */
static bool ticket_is_valid(const struct seat_ticket *t)
{
	size_t len = strlen(t->ticket);

	return ident_is_valid(t->seat, strlen(t->seat)) && len > 0 &&
	       strspn(t->ticket,
		       "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.~+/=-") ==
		       len;
}

int seat_join(struct seat *s, const struct seat_ticket *ticket, int64_t now_us)
{
	if (s->state != SEAT_IDLE && s->state != SEAT_ENDED && s->state != SEAT_WAITING)
		return SEAT_E_STATE;
	if (!ticket_is_valid(ticket))
		return SEAT_E_TICKET;
	/* What is on its way or muted belongs to a seat. */
	if (s->ticket.seat[0] && strcmp(s->ticket.seat, ticket->seat) != 0)
		return SEAT_E_STATE;
	s->ticket = *ticket;
	if (ticket->issued_us > 0)
		seat_set_server_clock(s, ticket->issued_us, now_us);
	s->ticket_refused = false;
	s->resume_token[0] = '\0';
	s->not_before_us = 0;
	backoff_reset(&s->backoff);
	open_now(s, now_us);
	schedule(s);
	return 0;
}

void seat_leave(struct seat *s, int64_t now_us)
{
	if (s->state == SEAT_IDLE || s->state == SEAT_ENDED || s->state == SEAT_LEAVING)
		return;
	if (s->state == SEAT_SEATED) {
		seat_send(s, CONTROL_LEAVE, json_object());
		become(s, SEAT_LEAVING, now_us + LEAVE_WITHIN_US);
	} else {
		seat_end(s, "left");
	}
	schedule(s);
}

void seat_retry(struct seat *s, int64_t now_us)
{
	if (s->state != SEAT_WAITING)
		return;
	become(s, SEAT_WAITING, MAX(now_us, s->not_before_us));
	schedule(s);
}

void seat_set_expert_key(struct seat *s, const uint8_t seed[ED25519_KEY_LEN])
{
	memcpy(s->config.expert_seed, seed, ED25519_KEY_LEN);
	s->config.has_expert_key = true;
}

void seat_opened(struct seat *s, int64_t now_us, int64_t utc_us)
{
	json_t *fields;

	if (s->state != SEAT_OPENING)
		return;
	s->greeted_with_token = s->resume_token[0] != '\0';
	fields = seat_hello(s, now_us, utc_us);
	if (!fields) {
		seat_end(s, "crypto");
	} else {
		become(s, SEAT_GREETING, now_us + ANSWER_WITHIN_US);
		seat_send(s, CONTROL_HELLO, fields);
	}
	schedule(s);
}

void seat_closed(struct seat *s, int64_t now_us, uint32_t chance)
{
	if (s->state == SEAT_LEAVING)
		seat_end(s, "left");
	else if (s->state == SEAT_OPENING || s->state == SEAT_GREETING || s->state == SEAT_SEATED)
		retry_later(s, "closed", now_us, chance);
	schedule(s);
}

void seat_heard(struct seat *s, int64_t now_us)
{
	s->heard_us = now_us;
}

void seat_text(struct seat *s, const char *text, size_t len, int64_t now_us, uint32_t chance)
{
	struct control_problem problem;
	struct control_msg msg;
	int r;

	if (s->state != SEAT_GREETING && s->state != SEAT_SEATED && s->state != SEAT_LEAVING)
		return;
	seat_heard(s, now_us);
	r = control_parse(CONTROL_TO_CLIENT, text, len, &msg, &problem);
	if (r == CONTROL_E_UNKNOWN_TYPE) {
		/* A newer server may say more than we understand. */
		return;
	}
	if (r == CONTROL_E_VERSION) {
		seat_end(s, control_refusal_code(r));
		schedule(s);
		return;
	}
	if (r != 0) {
		seat_notice(s, "error",
			json_pack("{s:s, s:s}", "code", control_refusal_code(r), "field",
				problem.field));
		return;
	}
	seat_take(s, &msg, now_us, chance);
	control_msg_done(&msg);
	schedule(s);
}

void seat_begin(struct seat *s, int64_t now_us)
{
	s->seated_us = now_us;
	s->ping_us = now_us + PING_EVERY_US;
	s->ever_seated = true;
	become(s, SEAT_SEATED, INT64_MAX);
}

static void seated_tick(struct seat *s, int64_t now_us, uint32_t chance)
{
	if (now_us - s->heard_us >= SILENCE_MAX_US) {
		seat_lose(s, "silence", now_us, chance);
		return;
	}
	if (now_us >= s->ping_us) {
		seat_send(s, CONTROL_PING, json_pack("{s:I}", "t", (json_int_t)now_us));
		s->ping_us = now_us + PING_EVERY_US;
	}
	seat_send_acts(s, now_us);
}

void seat_tick(struct seat *s, int64_t now_us, uint32_t chance)
{
	bool over = now_us >= s->deadline_us;

	if (s->state == SEAT_SEATED)
		seated_tick(s, now_us, chance);
	else if (s->state == SEAT_WAITING && over)
		open_now(s, now_us);
	else if (s->state == SEAT_LEAVING && over)
		seat_end(s, "left");
	else if ((s->state == SEAT_OPENING || s->state == SEAT_GREETING) && over)
		seat_lose(s, "no_answer", now_us, chance);
	schedule(s);
}

int seat_add_act(struct seat *s, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1])
{
	json_auto_t *message = json_copy((json_t *)fields);
	g_autofree char *made = NULL, *text = NULL;
	int r;

	if (!id)
		id = made = g_strdup_printf("%s-%u", s->config.id_prefix, ++s->n_ids);
	/* A text that is not UTF-8 cannot become JSON. */
	if (json_object_set_new(message, "id", json_string(id)) != 0 ||
		control_print(&text, kind, message) != 0)
		return SEAT_E_MESSAGE;
	r = acts_add(s->acts, id, kind, message);
	if (r != 0)
		return r == ACTS_E_DUPLICATE ? SEAT_E_DUPLICATE : SEAT_E_FULL;
	g_strlcpy(ret_id, id, CONTROL_ID_MAX + 1);
	return 0;
}

void seat_send_acts(struct seat *s, int64_t now_us)
{
	struct act *act;

	while (s->state == SEAT_SEATED && (act = acts_next(s->acts, now_us))) {
		act->sent = true;
		seat_send(s, act->kind, json_incref(act->fields));
	}
}

int seat_act(struct seat *s, const char *id, enum control_kind kind, const json_t *fields,
	int64_t now_us, char ret_id[CONTROL_ID_MAX + 1])
{
	int r = seat_add_act(s, id, kind, fields, ret_id);

	if (r != 0)
		return r;
	if (kind == CONTROL_MUTE_SELF) {
		const char *name = json_string_value(json_object_get(fields, "kind"));

		mute_pressed(&s->mute, mute_source_from_name(name),
			json_is_true(json_object_get(fields, "on")));
		seat_tell_muted(s);
	}
	seat_send_acts(s, now_us);
	schedule(s);
	return 0;
}

void seat_want_key(struct seat *s, uint16_t track)
{
	if (s->state == SEAT_SEATED && roster_find_track(&s->roster, track))
		seat_send(s, CONTROL_KEYFRAME, json_pack("{s:i}", "track", track));
}

void seat_subscribe(struct seat *s, uint16_t track, const struct roster_wish *wish)
{
	json_t *fields;

	if (s->state != SEAT_SEATED || !roster_find_track(&s->roster, track))
		return;
	fields = json_pack("{s:i, s:b}", "track", track, "on", wish->on);
	if (wish->on) {
		json_object_set_new(fields, "layer", json_integer(wish->layer));
		json_object_set_new(fields, "priority", json_integer(wish->priority));
	}
	seat_send(s, CONTROL_SUBSCRIBE, fields);
}

void seat_report(struct seat *s, json_t *tracks)
{
	json_t *fields = json_pack("{s:O}", "tracks", tracks);

	if (s->rtt_us >= 0)
		json_object_set_new(fields, "rtt_ms", json_integer(s->rtt_us / 1000));
	if (s->mic_dead)
		json_object_set_new(fields, "mic_dead", json_true());
	if (s->state == SEAT_SEATED)
		seat_send(s, CONTROL_STATS, fields);
	else
		json_decref(fields);
}

void seat_tell_muted(struct seat *s)
{
	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		bool on = mute_is_on(&s->mute, (enum mute_source)i);

		if (on == s->told_muted[i])
			continue;
		s->told_muted[i] = on;
		if (i == MUTE_MIC && on)
			seat_own_mic_closed(s);
		s->out.muted(s->out.user, (enum mute_source)i, on);
		seat_notice(s, "muted",
			json_pack("{s:s, s:b}", "kind", mute_source_name((enum mute_source)i), "on",
				on));
	}
}

void seat_set_clock(struct seat *s, uint32_t session_ms, int64_t now_us)
{
	s->session_ms = session_ms;
	s->session_at_us = now_us;
}

bool seat_set_server(struct seat *s, const char *url)
{
	static const char scheme[] = "wss://";
	size_t len;

	if (!g_str_has_prefix(url, scheme))
		return false;
	len = strlen(scheme) + strcspn(url + strlen(scheme), "/?#");
	if (len == strlen(scheme) || len >= sizeof(s->config.url))
		return false;
	memcpy(s->config.url, url, len);
	s->config.url[len] = '\0';
	return true;
}

json_t *seat_tracks(const struct seat *s)
{
	return roster_tracks_list(&s->roster);
}

enum seat_state seat_state(const struct seat *s)
{
	return s->state;
}

const char *seat_state_name(enum seat_state state)
{
	return state_names[state];
}

bool seat_is_muted(const struct seat *s, enum mute_source source)
{
	return mute_is_on(&s->mute, source);
}

const char *seat_name(const struct seat *s)
{
	return s->ticket.seat;
}

uint32_t seat_epoch(const struct seat *s)
{
	return s->ticket.epoch;
}

int64_t seat_last_event_no(const struct seat *s)
{
	return s->last_event_no;
}

uint32_t seat_session_ms(const struct seat *s, int64_t now_us)
{
	if (!s->ever_seated)
		return 0;
	return s->session_ms + (uint32_t)((now_us - s->session_at_us) / 1000);
}

json_t *seat_describe(const struct seat *s, int64_t now_us)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:s, s:O, s:I, s:I, s:I, s:o, s:O, s:o, s:o, s:b, s:o, s:O*}",
		"state", state_names[s->state], "session", s->config.session, "url", s->config.url,
		"seat", s->ticket.seat, "epoch", (json_int_t)s->ticket.epoch, "name", s->title,
		"rights", s->rights, "session_ms", (json_int_t)seat_session_ms(s, now_us),
		"event_no", (json_int_t)s->last_event_no, "rtt_us", (json_int_t)s->rtt_us, "own",
		seat_own_describe(s), "roster", s->roster.seats, "tracks",
		roster_tracks_list(&s->roster), "unacknowledged", acts_list(s->acts), "locked",
		s->locked, "presenting", presentation_describe(&s->presentation), "venues",
		s->venues);
}
