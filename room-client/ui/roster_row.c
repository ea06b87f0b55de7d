/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/roster_row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "proto/json_text.h"
#include "room-client/ui/moderation.h"
#include "room-client/ui/prompt.h"

struct _UiRosterRow {
	GtkListBoxRow parent;
	AdwAvatar *avatar;
	GtkLabel *title, *status, *reason;
	GtkImage *hand, *camera, *mic;
	GtkMenuButton *menu;
	UiRoom *room;
	UiPerson *person;
	unsigned offers; /* in the menu */
	enum moderation asked;
};

G_DEFINE_FINAL_TYPE(UiRosterRow, ui_roster_row, GTK_TYPE_LIST_BOX_ROW)

/* ---- what is done about the seat ---- */

static void answered(void *user, const char *first, const char *second)
{
	UiRosterRow *r = user;

	moderation_perform(r->room, r->asked, ui_person_facts(r->person), first, second);
}

/* Where the session's experts sit: what people call it, and by what the server knows it. */
static void venues_split(const json_t *venues, GStrvBuilder *names, GStrvBuilder *ids)
{
	size_t i;
	json_t *venue;

	json_array_foreach (venues, i, venue) {
		g_strv_builder_add(names, json_text(venue, "name"));
		g_strv_builder_add(ids, json_text(venue, "venue"));
	}
}

static void ask(UiRosterRow *r, enum moderation m)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new(), ids = g_strv_builder_new();
	g_autofree char *title =
		g_strdup_printf("%s: %s", ui_person_facts(r->person)->name, moderation_label(m));
	struct prompt prompt = {
		.title = title,
		.question = moderation_question(m),
		.yes = moderation_label(m),
		.destructive = moderation_question(m) != NULL,
	};

	venues_split(ui_room_venues(r->room), names, ids);
	g_auto(GStrv) name = g_strv_builder_end(names), id = g_strv_builder_end(ids);
	if (m == MODERATION_CALL) {
		prompt.lines[0].label = _("What for");
		prompt.lines[0].max = CONTROL_NOTE_MAX;
	} else if (m == MODERATION_MOVE) {
		prompt.lines[0].label = _("Venue");
		prompt.lines[0].choices = (const char *const *)name;
		prompt.lines[0].values = (const char *const *)id;
		prompt.lines[1].label = _("Booth");
		prompt.lines[1].max = 64;
	}
	r->asked = m;
	prompt_ask(GTK_WIDGET(r), &prompt, answered, G_OBJECT(r), r);
}

static void moderate(GtkWidget *widget, const char *action, GVariant *parameter)
{
	UiRosterRow *r = UI_ROSTER_ROW(widget);
	int m = g_variant_get_int32(parameter);

	if (m < 0 || m >= MODERATION_N)
		return;
	if (m == MODERATION_CALL || m == MODERATION_MOVE || moderation_question((enum moderation)m))
		ask(r, (enum moderation)m);
	else
		moderation_perform(
			r->room, (enum moderation)m, ui_person_facts(r->person), NULL, NULL);
}

static GMenuModel *menu_of(unsigned offers)
{
	GMenu *menu = g_menu_new();

	for (int m = 0; m < MODERATION_N; m++) {
		g_autofree char *action = g_strdup_printf("row.moderate(%d)", m);

		if (offers & (1u << m))
			g_menu_append(menu, moderation_label((enum moderation)m), action);
	}
	return G_MENU_MODEL(menu);
}

static void menu_update(UiRosterRow *r)
{
	bool may = ui_room_may(r->room, RIGHT_MODERATE);
	unsigned offers = may ? moderation_offers(ui_person_facts(r->person),
					json_array_size(ui_room_venues(r->room)) > 0)
			      : 0;

	if (offers == r->offers)
		return;
	r->offers = offers;
	gtk_widget_set_visible(GTK_WIDGET(r->menu), offers != 0);
	if (offers) {
		g_autoptr(GMenuModel) menu = menu_of(offers);

		gtk_menu_button_set_menu_model(r->menu, menu);
	}
}

/* ---- what is shown ---- */

static void person_changed(UiPerson *person, UiRosterRow *r)
{
	const struct person_facts *f = ui_person_facts(person);
	g_autofree char *title = person_facts_title(f);
	g_autofree char *status = person_facts_status(f);
	g_autofree char *spoken = g_strdup_printf("%s, %s", title, status);
	g_autofree char *menu = g_strdup_printf(_("Acts about %s"), f->name);
	bool here = f->presence == PRESENCE_PRESENT;

	adw_avatar_set_text(r->avatar, f->name);
	gtk_label_set_text(r->title, title);
	gtk_label_set_text(r->status, status);
	gtk_label_set_text(r->reason, f->reason);
	gtk_widget_set_visible(GTK_WIDGET(r->reason), f->hand && f->reason[0]);
	gtk_widget_set_visible(GTK_WIDGET(r->hand), f->hand);
	gtk_widget_set_visible(GTK_WIDGET(r->camera), here && f->cam_muted);
	gtk_widget_set_visible(GTK_WIDGET(r->mic), here && (f->mic_muted || f->mic_dead));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(r), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(r->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
	menu_update(r);
}

static void room_changed(UiRoom *room, UiRosterRow *r)
{
	menu_update(r);
}

static void ui_roster_row_dispose(GObject *object)
{
	UiRosterRow *r = UI_ROSTER_ROW(object);

	if (r->person)
		g_signal_handlers_disconnect_by_data(r->person, r);
	if (r->room)
		g_signal_handlers_disconnect_by_data(r->room, r);
	g_clear_object(&r->person);
	g_clear_object(&r->room);
	G_OBJECT_CLASS(ui_roster_row_parent_class)->dispose(object);
}

static void ui_roster_row_class_init(UiRosterRowClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_roster_row_dispose;
	gtk_widget_class_install_action(widget, "row.moderate", "i", moderate);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/roster_row.ui");
	gtk_widget_class_bind_template_child(widget, UiRosterRow, avatar);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, title);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, status);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, reason);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, hand);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, camera);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, mic);
	gtk_widget_class_bind_template_child(widget, UiRosterRow, menu);
}

static void ui_roster_row_init(UiRosterRow *r)
{
	gtk_widget_init_template(GTK_WIDGET(r));
}

UiRosterRow *ui_roster_row_new(UiRoom *room, UiPerson *person)
{
	UiRosterRow *r = g_object_new(UI_TYPE_ROSTER_ROW, NULL);

	r->room = g_object_ref(room);
	r->person = g_object_ref(person);
	g_signal_connect(person, "changed", G_CALLBACK(person_changed), r);
	g_signal_connect(room, "changed", G_CALLBACK(room_changed), r);
	person_changed(person, r);
	return r;
}
