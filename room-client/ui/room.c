/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/room.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/room_inner.h"

#define LINES_MAX 5000
#define LOOK_BACK 400 /* acts wait for their events only so long */

G_DEFINE_FINAL_TYPE(UiRoom, ui_room, G_TYPE_OBJECT)

enum { CHANGED, TOAST, PROMINENT, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void deed_free(void *p)
{
	struct deed *d = p;

	g_object_unref(d->line);
	g_free(d);
}

static void ui_room_init(UiRoom *r)
{
	r->persons = g_list_store_new(UI_TYPE_PERSON);
	r->chat = g_list_store_new(UI_TYPE_LINE);
	r->record = g_list_store_new(UI_TYPE_LINE);
	r->deeds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, deed_free);
	r->tracks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	r->lags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r->facts.rtt_us = -1;
}

static void ui_room_finalize(GObject *object)
{
	UiRoom *r = UI_ROOM(object);

	g_object_unref(r->persons);
	g_object_unref(r->chat);
	g_object_unref(r->record);
	g_hash_table_unref(r->deeds);
	g_hash_table_unref(r->tracks);
	g_hash_table_unref(r->lags);
	json_decref(r->venues);
	G_OBJECT_CLASS(ui_room_parent_class)->finalize(object);
}

static void ui_room_class_init(UiRoomClass *class)
{
	G_OBJECT_CLASS(class)->finalize = ui_room_finalize;
	signals[CHANGED] = g_signal_new(
		"changed", UI_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[TOAST] = g_signal_new("toast", UI_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[PROMINENT] = g_signal_new("prominent", UI_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
	signals[ENDED] = g_signal_new("ended", UI_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		G_TYPE_NONE, 1, G_TYPE_STRING);
}

UiRoom *ui_room_new(const struct room_out *out)
{
	UiRoom *r = g_object_new(UI_TYPE_ROOM, NULL);

	r->out = *out;
	return r;
}

void room_changed(UiRoom *r)
{
	g_signal_emit(r, signals[CHANGED], 0);
}

void room_toast(UiRoom *r, const char *text)
{
	g_signal_emit(r, signals[TOAST], 0, text);
}

void room_prominent(UiRoom *r, const char *title, const char *text, bool for_me)
{
	g_signal_emit(r, signals[PROMINENT], 0, title, text, for_me);
}

void room_ended(UiRoom *r, const char *code)
{
	g_signal_emit(r, signals[ENDED], 0, code);
}

const struct room_facts *ui_room_facts(UiRoom *r)
{
	return &r->facts;
}

const json_t *ui_room_venues(UiRoom *r)
{
	return r->venues;
}

GListModel *ui_room_persons(UiRoom *r)
{
	return G_LIST_MODEL(r->persons);
}

GListModel *ui_room_chat(UiRoom *r)
{
	return G_LIST_MODEL(r->chat);
}

GListModel *ui_room_record(UiRoom *r)
{
	return G_LIST_MODEL(r->record);
}

UiPerson *ui_room_person(UiRoom *r, const char *seat)
{
	GListModel *persons = G_LIST_MODEL(r->persons);

	for (guint i = 0; i < g_list_model_get_n_items(persons); i++) {
		g_autoptr(UiPerson) p = g_list_model_get_item(persons, i);

		if (strcmp(ui_person_facts(p)->seat, seat) == 0)
			return p; /* the list keeps it */
	}
	return NULL;
}

const char *room_name_of(UiRoom *r, const char *seat)
{
	UiPerson *p = ui_room_person(r, seat);

	return p ? ui_person_facts(p)->name : seat;
}

bool ui_room_may(UiRoom *r, enum room_right right)
{
	return (r->facts.link == LINK_SEATED || r->facts.link == LINK_LOST) &&
	       (r->facts.rights & right) != 0;
}

bool ui_room_waits(UiRoom *r, enum control_kind kind, enum mute_source source)
{
	GHashTableIter it;
	struct deed *d;

	g_hash_table_iter_init(&it, r->deeds);
	while (g_hash_table_iter_next(&it, NULL, (void **)&d)) {
		if (d->kind == kind && d->source == source)
			return true;
	}
	return false;
}

/* ---- lines ---- */

UiLine *room_line_of_event(GListStore *list, int64_t event_no)
{
	guint n = g_list_model_get_n_items(G_LIST_MODEL(list));

	for (guint i = n; i > 0 && n - i < LOOK_BACK; i--) {
		g_autoptr(UiLine) line = g_list_model_get_item(G_LIST_MODEL(list), i - 1);

		if (ui_line_event_no(line) == event_no)
			return line; /* the list keeps it */
	}
	return NULL;
}

void room_line_remove(GListStore *list, UiLine *line)
{
	guint position;

	if (g_list_store_find(list, line, &position))
		g_list_store_remove(list, position);
}

void room_line_add(GListStore *list, UiLine *line)
{
	if (g_list_model_get_n_items(G_LIST_MODEL(list)) >= LINES_MAX)
		g_list_store_remove(list, 0);
	g_list_store_append(list, line);
}

/* ---- the user's acts ---- */

static void deed_begin(
	UiRoom *r, const char *id, enum control_kind kind, const json_t *fields, const char *what)
{
	struct deed *d = g_new0(struct deed, 1);
	const char *source = json_string_value(json_object_get(fields, "kind"));

	d->kind = kind;
	d->source = kind == CONTROL_MUTE_SELF && source ? mute_source_from_name(source)
							: MUTE_N_SOURCES;
	d->line = ui_line_new(LINE_SENT, id, 0, g_get_real_time(), r->facts.name, what);
	g_hash_table_insert(r->deeds, g_strdup(id), d);
	room_line_add(kind == CONTROL_CHAT ? r->chat : r->record, d->line);
	room_changed(r);
}

static const char *refusal_words(int refusal)
{
	if (refusal < 0)
		return _("The client could not do this");
	return _("This cannot be sent now");
}

bool ui_room_act(UiRoom *r, enum control_kind kind, json_t *fields, const char *what)
{
	json_auto_t *owned = fields;
	char id[CONTROL_ID_MAX + 1];
	int refusal = r->out.act(r->out.user, kind, owned, id);

	if (refusal != 0) {
		room_toast(r, refusal_words(refusal));
		return false;
	}
	deed_begin(r, id, kind, owned, what);
	return true;
}

bool ui_room_say(UiRoom *r, const char *text)
{
	return ui_room_act(r, CONTROL_CHAT, json_pack("{s:s}", "text", text), text);
}

static const char *mute_words(enum mute_source source, bool on)
{
	if (source == MUTE_MIC)
		return on ? _("Mute the microphone") : _("Open the microphone");
	return on ? _("Stop the video") : _("Start the video");
}

bool ui_room_mute(UiRoom *r, enum mute_source source, bool on)
{
	return ui_room_act(r, CONTROL_MUTE_SELF,
		json_pack("{s:s, s:b}", "kind", mute_source_name(source), "on", on),
		mute_words(source, on));
}

bool ui_room_raise_hand(UiRoom *r, bool on, const char *reason)
{
	json_t *fields = json_pack("{s:b}", "on", on);

	if (on && reason && *reason)
		json_object_set_new(fields, "reason", json_string(reason));
	return ui_room_act(
		r, CONTROL_RAISE_HAND, fields, on ? _("Raise the hand") : _("Lower the hand"));
}

void ui_room_share_screen(UiRoom *r, bool on)
{
	r->out.share_screen(r->out.user, on);
}

void ui_room_show(UiRoom *r, const char *seat, enum mute_source source, int width, int height)
{
	r->out.show(r->out.user, seat, source, width, height);
}
