/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/seat/bench.h"

#include <string.h>

static void did(struct bench *b, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void did(struct bench *b, const char *format, ...)
{
	va_list args;

	if (b->did->len)
		g_string_append(b->did, "; ");
	va_start(args, format);
	g_string_append_vprintf(b->did, format, args);
	va_end(args);
}

static void out_open(void *user, const char *url, const char *session)
{
	did(user, "open %s %s", url, session);
}

static void out_close(void *user)
{
	did(user, "close");
}

static void describe_field(GString *line, const json_t *message, const char *name)
{
	const json_t *value = json_object_get(message, name);

	if (json_is_string(value))
		g_string_append_printf(line, " %s=%s", name, json_string_value(value));
	else if (json_is_boolean(value))
		g_string_append_printf(
			line, " %s=%s", name, json_is_true(value) ? "true" : "false");
	else if (json_is_integer(value))
		g_string_append_printf(
			line, " %s=%lld", name, (long long)json_integer_value(value));
}

static void out_send(void *user, const char *text, enum mute_source behind)
{
	static const char *const SHOWN[] = {"id", "kind", "on", "ref", "ticket", "resume_token",
		"resume_after", "text", "track", "mask", "simulcast_of", "mic_dead", NULL};
	struct bench *b = user;
	g_autoptr(GString) line = g_string_new(">");
	struct control_msg msg;

	assert_int_equal(control_parse(CONTROL_TO_SERVER, text, strlen(text), &msg, NULL), 0);
	g_string_append(line, control_kind_name(msg.kind));
	for (int i = 0; SHOWN[i]; i++)
		describe_field(line, msg.root, SHOWN[i]);
	if (msg.kind == CONTROL_PING)
		g_string_append(line, " t=*");
	if (msg.kind == CONTROL_HELLO) {
		json_decref(b->hello);
		b->hello = json_incref(msg.root);
	}
	if (behind != MUTE_N_SOURCES)
		g_string_append_printf(line, " behind %s", mute_source_name(behind));
	did(b, "%s", line->str);
	control_msg_done(&msg);
}

static void out_timer(void *user, int64_t at_us)
{
	((struct bench *)user)->timer_us = at_us;
}

static void out_masked(void *user, bool on)
{
	did(user, "masked %s", on ? "on" : "off");
}

static void out_own_track(void *user, enum own own, uint16_t track)
{
	did(user, "own %s %u", own_name(own), track);
}

static void out_own_ending(void *user, enum own own)
{
	did(user, "ending %s", own_name(own));
}

static void out_muted(void *user, enum mute_source source, bool on)
{
	did(user, "muted %s %s", mute_source_name(source), on ? "on" : "off");
}

static void out_keyframe(void *user, enum own own)
{
	did(user, "keyframe %s", own_name(own));
}

static void out_bitrate(void *user, enum own own, int bps)
{
	did(user, "bitrate %s %d", own_name(own), bps);
}

static void out_track(void *user, const struct roster_track *track)
{
	did(user, "track %u", track->id);
}

static void out_track_gone(void *user, uint16_t track)
{
	did(user, "gone %u", track);
}

static void out_acked(void *user, const char *id, enum control_kind kind, int64_t event_no)
{
	did(user, "acked %s %s %lld", id, control_kind_name(kind), (long long)event_no);
}

static void out_notice(void *user, const char *name, json_t *fields)
{
	if (strcmp(name, "room_event") == 0)
		did(user, "event %lld",
			(long long)json_integer_value(json_object_get(fields, "no")));
	else if (strcmp(name, "ended") == 0)
		did(user, "ended %s", json_string_value(json_object_get(fields, "code")));
	else
		did(user, "%s", name);
}

void bench_init(struct bench *b)
{
	struct seat_config config = {
		.session = "s1",
		.url = "wss://h:1",
		.device_seed = {1},
		.has_expert_key = true,
		.expert_seed = {2},
		.offers = {[OWN_CAM] = {true, "vp8", 320, 180, 15},
			[OWN_MIC] = {true, "opus"},
			[OWN_CAM_SMALL] = {true, "vp8", 160, 90, 15},
			[OWN_CAM_MASKED] = {true, "vp8", 320, 180, 15},
			[OWN_CAM_MASKED_SMALL] = {true, "vp8", 160, 90, 15},
			[OWN_SCREEN] = {true, "vp8", 1280, 720, 10},
			[OWN_MIC_MASKED] = {true, "opus"}},
		.subscribes = true,
		.client_version = "0.1",
		.id_prefix = "p",
	};
	struct seat_out out = {b, out_open, out_close, out_send, out_timer, out_masked,
		out_own_track, out_own_ending, out_muted, out_keyframe, out_bitrate, out_track,
		out_track_gone, out_acked, out_notice};

	*b = (struct bench){.did = g_string_new(NULL), .now_us = 77000000, .timer_us = INT64_MAX};
	b->seat = seat_new(&config, &out);
}

void bench_done(struct bench *b)
{
	seat_free(b->seat);
	json_decref(b->hello);
	g_string_free(b->did, TRUE);
}

void bench_pass_time(struct bench *b, int64_t us)
{
	int64_t end_us = b->now_us + us;

	while (b->timer_us <= end_us) {
		int64_t at = b->timer_us;

		b->now_us = MAX(b->now_us, at);
		b->timer_us = INT64_MAX;
		seat_tick(b->seat, b->now_us, UINT32_MAX);
		assert_true(b->timer_us > b->now_us);
	}
	b->now_us = end_us;
}

static void act(struct bench *b, const char *const *words)
{
	char id[CONTROL_ID_MAX + 1];
	json_auto_t *fields = NULL;
	enum control_kind kind = CONTROL_CHAT;

	if (strcmp(words[0], "mute") == 0) {
		kind = CONTROL_MUTE_SELF;
		fields = json_pack(
			"{s:s, s:b}", "kind", words[2], "on", strcmp(words[3], "on") == 0);
	} else {
		fields = json_pack("{s:s}", "text", words[2]);
	}
	assert_int_equal(seat_act(b->seat, words[1], kind, fields, b->now_us, id), 0);
	assert_string_equal(id, words[1]);
}

static void join(struct bench *b)
{
	struct seat_ticket ticket = {
		.ticket = "T", .seat = "expert_1", .epoch = 3, .issued_us = b->issued_us};

	assert_int_equal(seat_join(b->seat, &ticket, b->now_us), 0);
}

void bench_happen(struct bench *b, const char *in)
{
	g_auto(GStrv) words = g_strsplit(in, " ", -1);
	g_autofree char *json = g_strdup(in + 1);

	if (in[0] == '<') {
		g_strdelimit(json, "'", '"');
		seat_text(b->seat, json, strlen(json), b->now_us, UINT32_MAX);
	} else if (strcmp(in, "join") == 0) {
		join(b);
	} else if (strcmp(in, "opened") == 0) {
		seat_opened(b->seat, b->now_us, UTC_US + b->now_us + b->clock_ahead_us);
	} else if (strcmp(in, "closed") == 0) {
		seat_closed(b->seat, b->now_us, UINT32_MAX);
	} else if (strcmp(in, "retry") == 0) {
		seat_retry(b->seat, b->now_us);
	} else if (strcmp(in, "leave") == 0) {
		seat_leave(b->seat, b->now_us);
	} else if (g_str_has_prefix(in, "gone ")) {
		seat_set_available(b->seat, mute_source_from_name(in + strlen("gone ")), false);
	} else if (g_str_has_prefix(in, "there ")) {
		seat_set_available(b->seat, mute_source_from_name(in + strlen("there ")), true);
	} else if (strcmp(in, "heard") == 0) {
		seat_heard(b->seat, b->now_us);
	} else if (strcmp(words[0], "tick") == 0) {
		bench_pass_time(b, g_ascii_strtoll(words[1], NULL, 10) * 1000);
	} else {
		act(b, (const char *const *)words);
	}
}
