/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/room_inner.h"

#include <glib/gi18n.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/ui/happening.h"
#include "room-client/ui/words.h"

#define OUTPUT_BACK_US (4 * G_USEC_PER_SEC)

/* ---- what the state says ---- */

static unsigned rights_read(const json_t *list)
{
	static const struct {
		const char *name;
		enum room_right right;
	} RIGHTS[] = {
		{"cam", RIGHT_CAM},
		{"chat", RIGHT_CHAT},
		{"hand", RIGHT_HAND},
		{"masked", RIGHT_MASKED},
		{"mic", RIGHT_MIC},
		{"moderate", RIGHT_MODERATE},
		{"names", RIGHT_NAMES},
		{"screen", RIGHT_SCREEN},
	};
	unsigned rights = 0;
	size_t i;
	json_t *name;

	json_array_foreach (list, i, name) {
		for (size_t k = 0; k < G_N_ELEMENTS(RIGHTS); k++) {
			if (strcmp(RIGHTS[k].name, json_string_value(name)) == 0)
				rights |= RIGHTS[k].right;
		}
	}
	return rights;
}

static void tracks_read(const json_t *tracks, struct person_facts *f)
{
	size_t i;
	json_t *track;

	f->has_cam = f->has_mic = f->has_screen = false;
	json_array_foreach (tracks, i, track) {
		const char *kind = json_text(track, "kind");

		if (strcmp(json_text(track, "seat"), f->seat) != 0)
			continue;
		f->has_cam |= strcmp(kind, "cam") == 0;
		f->has_mic |= strcmp(kind, "mic") == 0;
		f->has_screen |= strcmp(kind, "screen") == 0;
	}
}

/* The own tracks are not among those of the others. */
static bool has_track(const json_t *own, const char *name)
{
	return json_integer_value(json_object_get(json_object_get(own, name), "track")) > 0;
}

static void own_read(UiRoom *r, const json_t *own, struct person_facts *f)
{
	f->has_cam = json_object_get(own, "cam") && !r->facts.device_failed[MUTE_CAM];
	f->has_mic = json_object_get(own, "mic") != NULL;
	f->has_screen = has_track(own, "screen");
	f->cam_muted = r->facts.muted[MUTE_CAM];
	f->mic_muted = r->facts.muted[MUTE_MIC];
	f->mic_dead =
		f->has_mic && (json_is_true(json_object_get(json_object_get(own, "mic"), "dead")) ||
				      r->facts.device_failed[MUTE_MIC]);
}

static void person_read(UiRoom *r, UiPerson *p, const json_t *entry, const json_t *state)
{
	struct person_facts f = *ui_person_facts(p);

	person_facts_read(&f, entry);
	f.own = strcmp(f.seat, r->facts.seat) == 0;
	if (f.own)
		own_read(r, json_object_get(state, "own"), &f);
	else
		tracks_read(json_object_get(state, "tracks"), &f);
	f.speaking = strcmp(f.seat, r->facts.speaker) == 0;
	if (f.own)
		r->facts.hand = f.hand;
	ui_person_set(p, &f);
}

static bool is_listed(const json_t *roster, const char *seat)
{
	size_t i;
	json_t *entry;

	json_array_foreach (roster, i, entry) {
		if (strcmp(json_text(entry, "seat"), seat) == 0)
			return true;
	}
	return false;
}

static void persons_read(UiRoom *r, const json_t *state)
{
	const json_t *roster = json_object_get(state, "roster");
	GListModel *persons = G_LIST_MODEL(r->persons);
	size_t i;
	json_t *entry;

	for (guint k = g_list_model_get_n_items(persons); k > 0; k--) {
		g_autoptr(UiPerson) p = g_list_model_get_item(persons, k - 1);

		if (!is_listed(roster, ui_person_facts(p)->seat))
			g_list_store_remove(r->persons, k - 1);
	}
	json_array_foreach (roster, i, entry) {
		UiPerson *known = ui_room_person(r, json_text(entry, "seat"));
		g_autoptr(UiPerson) p =
			known ? g_object_ref(known) : ui_person_new(json_text(entry, "seat"));

		person_read(r, p, entry, state);
		if (!known)
			g_list_store_append(r->persons, p);
	}
}

/* Who speaks to the own seat alone is told by the track that is for it. */
static void aside_read(const json_t *tracks, struct room_facts *f)
{
	size_t i;
	json_t *track;

	f->aside[0] = '\0';
	json_array_foreach (tracks, i, track) {
		if (*f->seat && strcmp(json_text(track, "to"), f->seat) == 0)
			g_strlcpy(f->aside, json_text(track, "seat"), sizeof(f->aside));
	}
}

static void state_read(UiRoom *r, const json_t *state)
{
	struct room_facts *f = &r->facts;
	int64_t session_ms = json_integer_value(json_object_get(state, "session_ms"));
	const json_t *own = json_object_get(state, "own");

	g_strlcpy(f->seat, json_text(state, "seat"), sizeof(f->seat));
	g_strlcpy(f->name, json_text(state, "name"), sizeof(f->name));
	f->rights = rights_read(json_object_get(state, "rights"));
	f->locked = json_is_true(json_object_get(state, "locked"));
	f->rtt_us = json_integer_value(json_object_get(state, "rtt_us"));
	f->began_us = session_ms > 0 ? g_get_monotonic_time() - session_ms * 1000 : 0;
	f->sharing = has_track(own, "screen");
	json_decref(r->venues);
	r->venues = json_incref(json_object_get(state, "venues"));
	aside_read(json_object_get(state, "tracks"), f);
	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		const json_t *source = json_object_get(own, mute_source_name((enum mute_source)i));

		f->muted[i] = json_is_true(json_object_get(source, "muted"));
	}
	persons_read(r, state);
}

/* ---- what happened ---- */

static const char *name_for_happening(void *user, const char *seat)
{
	return room_name_of(user, seat);
}

/* The own act became this event: its line is taken over, or made if the answer is still to come. */
static void line_event(UiRoom *r, GListStore *list, const json_t *event, const char *text)
{
	int64_t no = json_integer_value(json_object_get(event, "no"));
	UiLine *own = room_line_of_event(list, no);
	const char *actor = json_text(event, "actor_seat");
	g_autoptr(UiLine) line = NULL;
	bool accepted = own != NULL;

	if (own)
		room_line_remove(list, own);
	line = ui_line_new(accepted ? LINE_ACCEPTED : LINE_EVENT, NULL, no,
		json_integer_value(json_object_get(event, "at_us")),
		*actor ? room_name_of(r, actor) : "", text);
	room_line_add(list, line);
}

static bool is_news(UiRoom *r, const json_t *event)
{
	int64_t at_us = json_integer_value(json_object_get(event, "session_ms")) * 1000;

	if (r->facts.link != LINK_SEATED)
		return false;
	/* What is told again after joining is history, unless a short loss of the line hid it. By
	 * the session's clock: the one of this machine may be wrong. */
	return json_integer_value(json_object_get(event, "no")) > r->joined_no ||
	       (at_us > 0 &&
		       g_get_monotonic_time() - r->facts.began_us - at_us < 60 * G_USEC_PER_SEC);
}

static void take_prominent(UiRoom *r, const char *kind, const json_t *event)
{
	const json_t *body = json_object_get(event, "body");
	const char *actor = room_name_of(r, json_text(event, "actor_seat"));
	g_autofree char *title = NULL;
	bool for_me = strcmp(json_text(body, "seat"), r->facts.seat) == 0;

	if (strcmp(kind, "room.announce") == 0) {
		title = g_strdup_printf(_("Announcement of %s"), actor);
		room_prominent(r, title, json_text(body, "text"), false);
	} else if (strcmp(kind, "room.call") == 0 && for_me) {
		title = g_strdup_printf(_("%s calls you"), actor);
		room_prominent(r, title, json_text(body, "text"), true);
	}
}

static void take_step(UiRoom *r, const json_t *event)
{
	g_strlcpy(r->facts.step, json_text(json_object_get(event, "body"), "to"),
		sizeof(r->facts.step));
	r->facts.step_at_us = json_integer_value(json_object_get(event, "at_us"));
	r->facts.deadline_us = 0;
}

/* Two times of one moment tell how the session's axis lies in the server's time of day. Events from
 * before the room was open have none on the axis. */
static void take_zero(UiRoom *r, const json_t *event)
{
	int64_t session_ms = json_integer_value(json_object_get(event, "session_ms"));

	if (session_ms > 0)
		r->facts.zero_us =
			json_integer_value(json_object_get(event, "at_us")) - session_ms * 1000;
}

static void take_room_event(UiRoom *r, const json_t *event)
{
	struct happening_names names = {r, name_for_happening};
	const char *kind = json_text(event, "kind");
	const json_t *body = json_object_get(event, "body");
	g_autofree char *text = NULL;

	if (strcmp(kind, "room.chat") == 0) {
		line_event(r, r->chat, event, json_text(body, "text"));
		return;
	}
	take_zero(r, event);
	if (strcmp(kind, "session.step") == 0)
		take_step(r, event);
	if (strcmp(kind, "session.timer") == 0)
		r->facts.deadline_us = json_integer_value(json_object_get(body, "deadline_us"));
	if (strcmp(kind, "room.lag") == 0)
		g_hash_table_replace(r->lags, g_strdup(json_text(body, "seat")),
			GINT_TO_POINTER((int)json_integer_value(json_object_get(body, "level"))));
	if (is_news(r, event))
		take_prominent(r, kind, event);
	text = happening_text(event, &names);
	if (text)
		line_event(r, r->record, event, text);
}

/* ---- answers to acts ---- */

static void deed_end(
	UiRoom *r, const char *id, enum line_state state, int64_t event_no, const char *why)
{
	struct deed *d = g_hash_table_lookup(r->deeds, id);
	GListStore *list;

	if (!d)
		return;
	list = d->kind == CONTROL_CHAT ? r->chat : r->record;
	if (state == LINE_ACCEPTED && room_line_of_event(list, event_no)) {
		UiLine *event = room_line_of_event(list, event_no);

		ui_line_set_state(event, LINE_ACCEPTED, event_no, NULL);
		room_line_remove(list, d->line);
	} else {
		ui_line_set_state(d->line, state, event_no, why);
	}
	g_hash_table_remove(r->deeds, id);
}

static void take_acked(UiRoom *r, const json_t *fields)
{
	deed_end(r, json_text(fields, "id"), LINE_ACCEPTED,
		json_integer_value(json_object_get(fields, "event_no")), NULL);
}

static void take_act_refused(UiRoom *r, const json_t *fields)
{
	const char *why = words_refusal(json_text(fields, "code"), json_text(fields, "title"));
	struct deed *d = g_hash_table_lookup(r->deeds, json_text(fields, "ref"));
	g_autofree char *text = NULL;

	if (d) {
		text = g_strdup_printf(_("%s: refused. %s"), ui_line_text(d->line), why);
		room_toast(r, text);
	}
	deed_end(r, json_text(fields, "ref"), LINE_REFUSED, 0, why);
}

static void take_act_pending(UiRoom *r, const json_t *fields)
{
	struct deed *d = g_hash_table_lookup(r->deeds, json_text(fields, "id"));

	if (d)
		ui_line_set_state(d->line, LINE_PENDING, 0, NULL);
}

/* ---- the line, the devices ---- */

static void take_joined(UiRoom *r, const json_t *fields)
{
	r->joined_no = json_integer_value(json_object_get(fields, "event_no"));
	r->facts.link = LINK_SEATED;
	r->facts.why[0] = '\0';
	r->facts.retry_at_us = 0;
	r->facts.lag = 0;
}

static void take_lost(UiRoom *r, const json_t *fields)
{
	int64_t retry_ms = json_integer_value(json_object_get(fields, "retry_ms"));

	r->facts.link = LINK_LOST;
	g_strlcpy(r->facts.why, json_text(fields, "why"), sizeof(r->facts.why));
	r->facts.retry_at_us = g_get_monotonic_time() + retry_ms * 1000;
}

static void take_ended(UiRoom *r, const json_t *fields)
{
	r->facts.link = LINK_ENDED;
	g_strlcpy(r->facts.why, json_text(fields, "code"), sizeof(r->facts.why));
	room_ended(r, json_text(fields, "code"));
}

static void take_speaker(UiRoom *r, const json_t *fields)
{
	g_strlcpy(r->facts.speaker, json_text(fields, "seat"), sizeof(r->facts.speaker));
}

static void take_lag(UiRoom *r, const json_t *fields)
{
	r->facts.lag = (int)json_integer_value(json_object_get(fields, "level"));
}

static void output_failed(UiRoom *r)
{
	if (!r->facts.output_failed)
		room_toast(r, _("The loudspeaker is gone or in use elsewhere"));
	r->facts.output_failed = true;
	r->output_failed_us = g_get_monotonic_time();
}

/* Nobody tells that it works again, only that it does not. */
static void output_look(UiRoom *r)
{
	if (!r->facts.output_failed ||
		g_get_monotonic_time() - r->output_failed_us < OUTPUT_BACK_US)
		return;
	r->facts.output_failed = false;
	room_toast(r, _("The loudspeaker is back"));
	room_changed(r);
}

static void take_source_failed(UiRoom *r, const json_t *fields)
{
	enum mute_source source = mute_source_from_name(json_text(fields, "kind"));

	if (source == MUTE_N_SOURCES) {
		output_failed(r);
		return;
	}
	if (r->facts.device_failed[source])
		return;
	r->facts.device_failed[source] = true;
	if (source == MUTE_CAM)
		room_toast(r, _("The camera is gone or in use elsewhere"));
	else if (source == MUTE_MIC)
		room_toast(r, _("The microphone is gone or in use elsewhere"));
	else
		room_toast(r, _("The screen cannot be shared here"));
}

static void take_source_recovered(UiRoom *r, const json_t *fields)
{
	enum mute_source source = mute_source_from_name(json_text(fields, "kind"));

	if (source == MUTE_N_SOURCES)
		return;
	r->facts.device_failed[source] = false;
	if (source == MUTE_CAM)
		room_toast(r, _("The camera is back"));
	else if (source == MUTE_MIC)
		room_toast(r, _("The microphone is back"));
}

static void take_error(UiRoom *r, const json_t *fields)
{
	room_toast(r, words_refusal(json_text(fields, "code"), json_text(fields, "title")));
}

static const struct {
	const char *name;
	void (*take)(UiRoom *r, const json_t *fields);
} NOTICES[] = {
	{"acked", take_acked},
	{"act_pending", take_act_pending},
	{"act_refused", take_act_refused},
	{"ended", take_ended},
	{"error", take_error},
	{"joined", take_joined},
	{"lag", take_lag},
	{"lost", take_lost},
	{"not_connected", take_lost},
	{"room_event", take_room_event},
	{"source_recovered", take_source_recovered},
	{"source_failed", take_source_failed},
	{"speaker", take_speaker},
};

void ui_room_notice(UiRoom *r, const char *name, const json_t *fields, const json_t *state)
{
	/* Names first: what happened is told with them. */
	state_read(r, state);
	for (size_t i = 0; i < G_N_ELEMENTS(NOTICES); i++) {
		if (strcmp(NOTICES[i].name, name) == 0)
			NOTICES[i].take(r, fields);
	}
	persons_read(r, state);
	room_changed(r);
}

/* ---- levels and figures ---- */

void ui_room_level(UiRoom *r, const char *seat, double level)
{
	UiPerson *p = ui_room_person(r, *seat ? seat : r->facts.seat);
	struct person_facts f;

	if (!p)
		return;
	f = *ui_person_facts(p);
	f.level = MAX(level, 0);
	ui_person_set(p, &f);
}

static enum quality track_quality(UiRoom *r, const json_t *track)
{
	void *id = GINT_TO_POINTER((int)json_integer_value(json_object_get(track, "track")));
	struct track_count *last = g_hash_table_lookup(r->tracks, id);
	int64_t objects = json_integer_value(json_object_get(track, "objects"));
	int64_t lost = json_integer_value(json_object_get(track, "lost"));
	struct quality_sample sample = {
		.n_objects = last ? objects - last->n_objects : 0,
		.n_lost = last ? lost - last->n_lost : 0,
		.late_us = json_integer_value(json_object_get(track, "late_p95_us")),
	};

	if (!last) {
		last = g_new0(struct track_count, 1);
		g_hash_table_insert(r->tracks, id, last);
	}
	*last = (struct track_count){objects, lost};
	return quality_of(&sample);
}

static enum quality seat_quality(UiRoom *r, const struct person_facts *f, GHashTable *by_seat)
{
	enum quality received = GPOINTER_TO_INT(g_hash_table_lookup(by_seat, f->seat));
	enum quality told = quality_of_lag(
		f->own ? r->facts.lag : GPOINTER_TO_INT(g_hash_table_lookup(r->lags, f->seat)));

	if (f->presence != PRESENCE_PRESENT)
		return QUALITY_UNKNOWN;
	return f->own || received != QUALITY_UNKNOWN ? quality_worse(received, told)
						     : QUALITY_UNKNOWN;
}

void ui_room_stats(UiRoom *r, const json_t *stats)
{
	g_autoptr(GHashTable) by_seat = g_hash_table_new(g_str_hash, g_str_equal);
	GListModel *persons = G_LIST_MODEL(r->persons);
	size_t i;
	json_t *track;

	output_look(r);
	json_array_foreach (json_object_get(stats, "tracks"), i, track) {
		char *seat = (char *)json_text(track, "seat");
		enum quality q = track_quality(r, track);
		enum quality so_far = GPOINTER_TO_INT(g_hash_table_lookup(by_seat, seat));

		g_hash_table_replace(by_seat, seat, GINT_TO_POINTER(quality_worse(q, so_far)));
	}
	for (guint k = 0; k < g_list_model_get_n_items(persons); k++) {
		g_autoptr(UiPerson) p = g_list_model_get_item(persons, k);
		struct person_facts f = *ui_person_facts(p);

		f.quality = seat_quality(r, &f, by_seat);
		ui_person_set(p, &f);
	}
}
