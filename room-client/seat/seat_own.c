/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/seat_inner.h"

#include <glib.h>
#include <string.h>

/* The seat's own tracks: what is offered, what came of it, what must end. */

#define OFFER_REF "offer-"

static bool has_right(const struct seat *s, const char *name)
{
	size_t i;
	json_t *right;

	json_array_foreach (s->rights, i, right) {
		if (strcmp(json_string_value(right), name) == 0)
			return true;
	}
	return false;
}

static void offer(struct seat *s, enum own own)
{
	const struct seat_offer *o = &s->config.offers[own];
	const char *mask = own_mask(own, s->masked);
	g_autofree char *ref = g_strconcat(OFFER_REF, own_name(own), NULL);
	json_t *fields = json_pack("{s:s, s:s, s:s}", "ref", ref, "kind",
		mute_source_name(own_source(own)), "codec", o->codec);

	if (own_source(own) != MUTE_MIC) {
		json_object_set_new(fields, "width", json_integer(o->width));
		json_object_set_new(fields, "height", json_integer(o->height));
		json_object_set_new(fields, "fps", json_integer(o->fps));
	}
	if (o->layers > 0)
		json_object_set_new(fields, "layers", json_integer(o->layers));
	if (o->label)
		json_object_set_new(fields, "label", json_string(o->label));
	if (mask)
		json_object_set_new(fields, "mask", json_string(mask));
	if (own_is_small(own))
		json_object_set_new(fields, "simulcast_of", json_integer(s->own[own_base(own)]));
	s->offered[own] = true;
	seat_send(s, CONTROL_PUBLISH, fields);
}

static bool may_be_offered(const struct seat *s, enum own own)
{
	enum own base = own_base(own);

	return s->config.offers[own].offered && s->config.has_expert_key && !s->own[own] &&
	       !s->offered[own] && !s->rejected[own] && s->available[own_source(own)] &&
	       own_is_wanted(own, s->masked) && has_right(s, mute_source_name(own_source(own))) &&
	       /* Of a room with everybody in it there is only the original. */
	       !(own_is_masked(own) && has_right(s, "room")) && (base == OWN_N || s->own[base]);
}

void seat_own_offer(struct seat *s)
{
	for (int i = 0; s->state == SEAT_SEATED && i < OWN_N; i++) {
		if (may_be_offered(s, (enum own)i))
			offer(s, (enum own)i);
	}
}

void seat_own_set(struct seat *s, enum own own, uint16_t track)
{
	if (s->own[own] == track)
		return;
	s->own[own] = track;
	s->out.own_track(s->out.user, own, track);
}

/* By the seat's own will; what depends on it goes first. */
static void end_source(struct seat *s, enum mute_source source)
{
	for (int i = OWN_N - 1; i >= 0; i--) {
		uint16_t track = s->own[i];

		if (own_source((enum own)i) != source || track == 0)
			continue;
		s->out.own_ending(s->out.user, (enum own)i);
		seat_own_set(s, (enum own)i, 0);
		if (s->state == SEAT_SEATED)
			seat_send(s, CONTROL_UNPUBLISH, json_pack("{s:i}", "track", track));
	}
}

/* What is on its way under the other rule is ended by the server, or by seat_own_answer. */
static void set_masked(struct seat *s, bool masked)
{
	if (masked == s->masked)
		return;
	if (!masked) {
		end_source(s, MUTE_CAM);
		end_source(s, MUTE_MIC);
	}
	/* What went out unmasked was ended by the server, whose word of it may still be coming. */
	for (int i = 0; masked && i < OWN_N; i++) {
		if (own_source((enum own)i) != MUTE_SCREEN)
			seat_own_set(s, (enum own)i, 0);
	}
	for (int i = 0; i < OWN_N; i++)
		s->offered[i] = s->offered[i] && own_source((enum own)i) == MUTE_SCREEN;
	s->masked = masked;
	s->out.masked(s->out.user, masked);
}

/* Rights come and go with the steps of the evaluation; the server ends what is no longer allowed.
 */
void seat_own_rights(struct seat *s)
{
	memset(s->rejected, 0, sizeof(s->rejected));
	set_masked(s, has_right(s, "masked"));
	seat_own_offer(s);
}

static enum own own_of_ref(const char *ref)
{
	return g_str_has_prefix(ref, OFFER_REF) ? own_from_name(ref + strlen(OFFER_REF)) : OWN_N;
}

void seat_own_rejected(struct seat *s, const char *ref)
{
	enum own own = own_of_ref(ref);

	if (own == OWN_N)
		return;
	s->offered[own] = false;
	s->rejected[own] = true;
}

bool seat_own_answer(struct seat *s, const char *ref, const char *mask, uint16_t track)
{
	enum own own = own_of_ref(ref);

	if (own == OWN_N)
		return false;
	s->offered[own] = s->rejected[own] = false;
	if (s->available[own_source(own)] && g_strcmp0(mask, own_mask(own, s->masked)) == 0)
		seat_own_set(s, own, track);
	else
		/* It was offered under another rule, or its device has gone since. */
		seat_send(s, CONTROL_UNPUBLISH, json_pack("{s:i}", "track", track));
	return true;
}

void seat_own_lost(struct seat *s)
{
	for (int i = 0; i < OWN_N; i++) {
		s->offered[i] = false;
		seat_own_set(s, (enum own)i, 0);
	}
}

enum own seat_own_find(const struct seat *s, int64_t track)
{
	for (int i = 0; i < OWN_N; i++) {
		if (track != 0 && s->own[i] == track)
			return (enum own)i;
	}
	return OWN_N;
}

static bool set_mic_dead(struct seat *s, bool dead)
{
	if (dead == s->mic_dead)
		return false;
	s->mic_dead = dead;
	seat_notice(s, "mic_dead", json_pack("{s:b}", "on", dead));
	return true;
}

bool seat_hear_own(struct seat *s, double level)
{
	bool open = s->available[MUTE_MIC] && !seat_is_muted(s, MUTE_MIC);

	return set_mic_dead(s, dead_mic_heard(&s->dead_mic, level, open));
}

void seat_own_mic_closed(struct seat *s)
{
	s->dead_mic = (struct dead_mic){0};
	set_mic_dead(s, false);
}

void seat_set_available(struct seat *s, enum mute_source source, bool on)
{
	if (s->available[source] == on)
		return;
	s->available[source] = on;
	if (source == MUTE_MIC && !on)
		seat_own_mic_closed(s);
	if (on)
		seat_own_offer(s);
	else
		end_source(s, source);
}

json_t *seat_own_describe(const struct seat *s)
{
	json_t *own = json_object();

	for (int i = 0; i < OWN_N; i++) {
		enum mute_source source = own_source((enum own)i);

		if (s->config.offers[i].offered &&
			(own_is_wanted((enum own)i, s->masked) || s->own[i]))
			json_object_set_new(own, own_name((enum own)i),
				json_pack("{s:i, s:b, s:b, s:b}", "track", s->own[i], "muted",
					seat_is_muted(s, source), "there", s->available[source],
					"dead", source == MUTE_MIC && s->mic_dead));
	}
	return own;
}
