/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client's seat that is told anything: by the server, by its user, by time. The input is a script
 * of lines; a line that means nothing is passed over.
 *
 *	j seat epoch ticket    joins
 *	o    x                 the connection opens, ends
 *	<{…}                   a message of the server
 *	c id text    m kind on    h on     acts
 *	k track      s seat width          asks for a keyframe, shows a tile
 *	d kind on              a device is there, or not
 *	l                      leaves
 *	. n                    n milliseconds pass
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "room-client/seat/seat.h"
#include "room-client/seat/tiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_LINES 300
#define UTC_US INT64_C(1750000000000000)

struct chair {
	struct seat *seat;
	struct tiles *tiles;
	int64_t now_us, timer_us;
	bool connecting; /* asked for a connection, and it was not given up */
	bool muted[MUTE_N_SOURCES];
	bool masked;
	uint16_t own[OWN_N];
};

static void out_open(void *user, const char *url, const char *session)
{
	g_assert(g_str_has_prefix(url, "wss://"));
	((struct chair *)user)->connecting = true;
}

static void out_close(void *user)
{
	((struct chair *)user)->connecting = false;
}

/* Whatever it was told, what it says is lawful, and it says nothing without a connection. */
static void out_send(void *user, const char *text, enum mute_source behind)
{
	struct control_msg m;

	g_assert(((struct chair *)user)->connecting);
	g_assert(control_parse(CONTROL_TO_SERVER, text, strlen(text), &m, NULL) == 0);
	control_msg_done(&m);
}

static void out_timer(void *user, int64_t at_us)
{
	((struct chair *)user)->timer_us = at_us;
}

static void out_masked(void *user, bool on)
{
	struct chair *c = user;

	g_assert(c->masked != on);
	c->masked = on;
}

/* Where masking is ordered no plain track comes to life. */
static void out_own_track(void *user, enum own own, uint16_t track)
{
	struct chair *c = user;

	g_assert(own < OWN_N && c->own[own] != track);
	g_assert(!track || own_is_wanted(own, c->masked));
	c->own[own] = track;
}

static void out_own_ending(void *user, enum own own)
{
	g_assert(((struct chair *)user)->own[own]);
}

static void out_muted(void *user, enum mute_source source, bool on)
{
	struct chair *c = user;

	g_assert(c->muted[source] != on);
	c->muted[source] = on;
}

static void out_keyframe(void *user, enum own own)
{
	g_assert(((struct chair *)user)->own[own]);
}

static void out_bitrate(void *user, enum own own, int bps)
{
	g_assert(((struct chair *)user)->own[own] && bps > 0);
}

static void out_track(void *user, const struct roster_track *track)
{
	tiles_track(((struct chair *)user)->tiles, track);
}

static void out_track_gone(void *user, uint16_t track)
{
	tiles_track_gone(((struct chair *)user)->tiles, track);
}

static void out_acked(void *user, const char *id, enum control_kind kind, int64_t event_no)
{
	g_assert(id[0] && event_no >= 0);
}

static void out_notice(void *user, const char *name, json_t *fields)
{
	g_autofree char *line = json_dumps(fields, 0);

	g_assert(line);
}

static void want(void *user, uint16_t track, const struct roster_wish *wish)
{
	seat_subscribe(((struct chair *)user)->seat, track, wish);
}

static void fit(void *user, uint16_t track, int width, int height)
{
	g_assert(width >= 0 && height >= 0);
}

/* --- The lines ----------------------------------------------------------------------------- */

static void pass_time(struct chair *c, int64_t ms)
{
	int64_t end_us = c->now_us + CLAMP(ms, 0, 120000) * 1000;

	while (c->timer_us <= end_us) {
		c->now_us = MAX(c->now_us, c->timer_us);
		c->timer_us = INT64_MAX;
		seat_tick(c->seat, c->now_us, UINT32_MAX / 2);
		g_assert(c->timer_us > c->now_us);
	}
	c->now_us = end_us;
}

static void join(struct chair *c, char **words)
{
	struct seat_ticket ticket = {0};

	if (g_strv_length(words) < 4)
		return;
	g_strlcpy(ticket.seat, words[1], sizeof(ticket.seat));
	ticket.epoch = (uint32_t)strtoul(words[2], NULL, 10);
	g_strlcpy(ticket.ticket, words[3], sizeof(ticket.ticket));
	seat_join(c->seat, &ticket, c->now_us);
}

static void act(struct chair *c, enum control_kind kind, const char *id, json_t *fields)
{
	char ret_id[CONTROL_ID_MAX + 1];

	/* What is no text makes no object. */
	if (fields)
		seat_act(c->seat, id, kind, fields, c->now_us, ret_id);
	json_decref(fields);
}

static void act_of(struct chair *c, char **words)
{
	bool two = words[1] && words[2];

	if (words[0][0] == 'c' && two)
		act(c, CONTROL_CHAT, words[1], json_pack("{s:s}", "text", words[2]));
	else if (words[0][0] == 'm' && two && mute_source_from_name(words[1]) != MUTE_N_SOURCES)
		act(c, CONTROL_MUTE_SELF, NULL,
			json_pack("{s:s, s:b}", "kind", words[1], "on", words[2][0] == '1'));
	else if (words[0][0] == 'h' && words[1])
		act(c, CONTROL_RAISE_HAND, NULL, json_pack("{s:b}", "on", words[1][0] == '1'));
}

static void ask(struct chair *c, char **words)
{
	uint16_t track = (uint16_t)(words[1] ? atoi(words[1]) : 0);

	if (words[0][0] == 'k')
		seat_want_key(c->seat, track);
	else if (words[0][0] == 's' && words[1])
		tiles_show(
			c->tiles, words[1], MUTE_CAM, words[2] ? atoi(words[2]) & 0xfff : 0, 180);
}

static void perform(struct chair *c, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 4);

	switch (line[0]) {
	case '<':
		seat_text(c->seat, line + 1, strlen(line + 1), c->now_us, 7);
		break;
	case 'o':
		if (c->connecting)
			seat_opened(c->seat, c->now_us, UTC_US);
		break;
	case 'x':
		c->connecting = false;
		seat_closed(c->seat, c->now_us, 7);
		break;
	case 'l':
		seat_leave(c->seat, c->now_us);
		break;
	case '.':
		pass_time(c, g_ascii_strtoll(line + 1, NULL, 10));
		break;
	case 'j':
		join(c, words);
		break;
	case 'c':
	case 'm':
	case 'h':
		act_of(c, words);
		break;
	case 'k':
	case 's':
		ask(c, words);
		break;
	case 'd':
		if (words[1] && words[2] && mute_source_from_name(words[1]) != MUTE_N_SOURCES)
			seat_set_available(
				c->seat, mute_source_from_name(words[1]), words[2][0] == '1');
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct seat_config config = {
		.session = "s1",
		.url = "wss://h:1",
		.device_seed = {1},
		.offers = {[OWN_CAM] = {true, "vp8", 320, 180, 15},
			[OWN_MIC] = {true, "opus"},
			[OWN_CAM_SMALL] = {true, "vp8", 160, 90, 15},
			[OWN_CAM_MASKED] = {true, "vp8", 320, 180, 15},
			[OWN_CAM_MASKED_SMALL] = {true, "vp8", 160, 90, 15},
			[OWN_SCREEN] = {true, "vp8", 1280, 720, 10},
			[OWN_MIC_MASKED] = {true, "opus"}},
		.has_expert_key = true,
		.expert_seed = {2},
		.subscribes = true,
		.client_version = "0.1",
		.id_prefix = "p",
	};
	struct chair c = {.now_us = 77000000, .timer_us = INT64_MAX};
	const struct seat_out out = {
		.user = &c,
		.open = out_open,
		.close = out_close,
		.send = out_send,
		.timer = out_timer,
		.masked = out_masked,
		.own_track = out_own_track,
		.own_ending = out_own_ending,
		.muted = out_muted,
		.keyframe = out_keyframe,
		.bitrate = out_bitrate,
		.track = out_track,
		.track_gone = out_track_gone,
		.acked = out_acked,
		.notice = out_notice,
	};
	const struct tiles_out tiles_out = {&c, want, fit};
	g_autofree char *script = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(script, "\n", MAX_LINES);

	c.seat = seat_new(&config, &out);
	c.tiles = tiles_new(false, &tiles_out);
	for (char **line = lines; *line; line++)
		perform(&c, *line);
	json_decref(seat_describe(c.seat, c.now_us));
	seat_free(c.seat);
	tiles_free(c.tiles);
	return 0;
}
