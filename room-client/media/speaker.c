/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/speaker.h"

#include <math.h>

#define HEARD 0.25     /* about -45 dB: a quiet voice, not a fan */
#define HOLD_US 200000 /* until the next level should have come */
#define HALF_LIFE_US 300000.0
#define BEGIN_AFTER_US 300000
#define TAKE_AFTER_US 600000
#define TAKE_LOUDER 1.25
#define SILENT_AFTER_US 2000000

struct voice {
	double loudness;
	int64_t at_us;     /* when loudness was that */
	int64_t heard_us;  /* when it last was heard */
	int64_t since_us;  /* heard without a break since */
	int64_t louder_us; /* louder than who speaks since; 0: is not */
};

void speaker_init(struct speaker *s)
{
	s->voices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	s->speaking = NULL;
}

void speaker_done(struct speaker *s)
{
	g_hash_table_unref(s->voices);
	g_free(s->speaking);
}

static double loudness_now(const struct voice *v, int64_t now_us)
{
	int64_t age_us = now_us - v->at_us - HOLD_US;

	return age_us > 0 ? v->loudness * exp2(-(double)age_us / HALF_LIFE_US) : v->loudness;
}

static bool speaks(struct speaker *s, const char *seat)
{
	g_free(s->speaking);
	s->speaking = g_strdup(seat);
	return true;
}

static struct voice *voice_of(struct speaker *s, const char *seat, int64_t now_us)
{
	struct voice *v = g_hash_table_lookup(s->voices, seat);

	if (!v) {
		v = g_new0(struct voice, 1);
		v->at_us = now_us;
		v->heard_us = INT64_MIN / 2;
		g_hash_table_insert(s->voices, g_strdup(seat), v);
	}
	return v;
}

/* Whether the voice is heard at this moment. */
static bool level_take(struct voice *v, double level, int64_t now_us)
{
	if (level >= loudness_now(v, now_us)) {
		v->loudness = level;
		v->at_us = now_us;
	}
	if (level < HEARD)
		return false;
	if (now_us - v->heard_us > HOLD_US)
		v->since_us = now_us;
	v->heard_us = now_us;
	return true;
}

bool speaker_heard(struct speaker *s, const char *seat, double level, int64_t now_us)
{
	struct voice *v = voice_of(s, seat, now_us), *other;
	bool heard = level_take(v, level, now_us), louder;

	if (!s->speaking)
		return heard && now_us - v->since_us >= BEGIN_AFTER_US && speaks(s, seat);
	if (g_str_equal(s->speaking, seat))
		return false;
	other = g_hash_table_lookup(s->voices, s->speaking);
	louder = heard && (loudness_now(other, now_us) < HEARD ||
				  v->loudness >= TAKE_LOUDER * loudness_now(other, now_us));
	if (!louder)
		v->louder_us = 0;
	else if (!v->louder_us)
		v->louder_us = now_us;
	if (!louder || now_us - v->louder_us < TAKE_AFTER_US)
		return false;
	v->louder_us = 0;
	return speaks(s, seat);
}

bool speaker_tick(struct speaker *s, int64_t now_us)
{
	const struct voice *v;

	if (!s->speaking)
		return false;
	v = g_hash_table_lookup(s->voices, s->speaking);
	return now_us - v->heard_us >= SILENT_AFTER_US && speaks(s, NULL);
}

bool speaker_forget(struct speaker *s, const char *seat)
{
	bool was = g_strcmp0(s->speaking, seat) == 0;

	if (was)
		speaks(s, NULL);
	g_hash_table_remove(s->voices, seat);
	return was;
}
