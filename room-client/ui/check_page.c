/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/check_page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/words.h"

#define PREVIEW_WIDTH 560
#define PREVIEW_HEIGHT 315
#define SLOW_MS 150

struct _UiCheckPage {
	GtkBox parent;
	GtkPicture *preview;
	GtkLabel *no_picture, *problem;
	GtkLevelBar *level;
	AdwActionRow *microphone, *loudspeaker, *network;
	GtkButton *enter;
	AdwHeaderBar *header;
	struct ui_out out;
	bool runs;
};

G_DEFINE_FINAL_TYPE(UiCheckPage, ui_check_page, GTK_TYPE_BOX)

static void problem_show(UiCheckPage *p, const char *text)
{
	gtk_label_set_text(p->problem, text);
	gtk_widget_set_visible(GTK_WIDGET(p->problem), *text != '\0');
}

static void measure(GtkButton *button, UiCheckPage *p)
{
	adw_action_row_set_subtitle(p->network, _("Measuring…"));
	p->out.measure(p->out.user);
}

static void chime(GtkButton *button, UiCheckPage *p)
{
	p->out.chime(p->out.user);
}

static void back(GtkButton *button, UiCheckPage *p)
{
	p->out.abandon(p->out.user);
}

static void waits_set(UiCheckPage *p, bool waits)
{
	gtk_widget_set_sensitive(GTK_WIDGET(p->enter), !waits);
	gtk_button_set_label(p->enter, waits ? _("Entering…") : _("Enter the room"));
}

static void enter(GtkButton *button, UiCheckPage *p)
{
	problem_show(p, "");
	waits_set(p, true);
	p->out.enter(p->out.user);
}

void ui_check_page_begin(UiCheckPage *p)
{
	p->runs = true;
	waits_set(p, false);
	problem_show(p, "");
	gtk_widget_set_visible(GTK_WIDGET(p->no_picture), TRUE);
	gtk_level_bar_set_value(p->level, 0);
	p->out.room.show(p->out.room.user, "", MUTE_CAM, PREVIEW_WIDTH, PREVIEW_HEIGHT);
	p->out.check_devices(p->out.user, true);
	measure(NULL, p);
}

void ui_check_page_end(UiCheckPage *p)
{
	if (!p->runs)
		return;
	p->runs = false;
	p->out.check_devices(p->out.user, false);
	p->out.room.show(p->out.room.user, "", MUTE_CAM, 0, 0);
	gtk_picture_set_paintable(p->preview, NULL);
}

void ui_check_page_picture(UiCheckPage *p, int width, int height, size_t stride, GBytes *pixels)
{
	g_autoptr(GdkTexture) texture =
		gdk_memory_texture_new(width, height, GDK_MEMORY_B8G8R8A8, pixels, stride);

	gtk_picture_set_paintable(p->preview, GDK_PAINTABLE(texture));
	gtk_widget_set_visible(GTK_WIDGET(p->no_picture), FALSE);
}

void ui_check_page_level(UiCheckPage *p, double level)
{
	gtk_level_bar_set_value(p->level, MAX(level, 0));
}

static void round_trip(UiCheckPage *p, const json_t *fields)
{
	int ms = (int)json_integer_value(json_object_get(fields, "ms"));
	g_autofree char *text = NULL;

	if (json_object_get(fields, "error"))
		text = g_strdup(_("The server does not answer"));
	else if (ms > SLOW_MS)
		text = g_strdup_printf(_("Slow: %d ms there and back"), ms);
	else
		text = g_strdup_printf(_("Good: %d ms there and back"), ms);
	adw_action_row_set_subtitle(p->network, text);
}

static void device_told(UiCheckPage *p, const char *kind, bool failed)
{
	if (strcmp(kind, "cam") == 0 && failed) {
		gtk_picture_set_paintable(p->preview, NULL);
		gtk_label_set_text(p->no_picture, _("The camera is gone or in use elsewhere"));
		gtk_widget_set_visible(GTK_WIDGET(p->no_picture), TRUE);
	} else if (strcmp(kind, "mic") == 0) {
		adw_action_row_set_subtitle(
			p->microphone, failed ? _("The microphone is gone or in use elsewhere")
					      : _("Say something: the bar must move"));
	} else if (strcmp(kind, "speaker") == 0) {
		adw_action_row_set_subtitle(
			p->loudspeaker, failed ? _("The loudspeaker is gone or in use elsewhere")
					       : _("You should hear a bell"));
	}
}

void ui_check_page_notice(UiCheckPage *p, const char *name, const json_t *fields)
{
	const char *kind = json_string_value(json_object_get(fields, "kind"));

	if (strcmp(name, "round_trip") == 0)
		round_trip(p, fields);
	else if (kind && strcmp(name, "source_failed") == 0)
		device_told(p, kind, true);
	else if (kind && strcmp(name, "source_recovered") == 0)
		device_told(p, kind, false);
}

void ui_check_page_refused(UiCheckPage *p, const char *code, const char *title)
{
	waits_set(p, false);
	problem_show(p, words_refusal(code, title));
}

void ui_check_page_set_up(UiCheckPage *p, const struct ui_out *out, bool kiosk)
{
	p->out = *out;
	adw_header_bar_set_show_end_title_buttons(p->header, !kiosk);
}

static void ui_check_page_class_init(UiCheckPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/check_page.ui");
	gtk_widget_class_bind_template_child(widget, UiCheckPage, preview);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, no_picture);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, level);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, microphone);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, loudspeaker);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, network);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, problem);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, enter);
	gtk_widget_class_bind_template_child(widget, UiCheckPage, header);
	gtk_widget_class_bind_template_callback(widget, back);
	gtk_widget_class_bind_template_callback(widget, chime);
	gtk_widget_class_bind_template_callback(widget, measure);
	gtk_widget_class_bind_template_callback(widget, enter);
}

static void ui_check_page_init(UiCheckPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
}
