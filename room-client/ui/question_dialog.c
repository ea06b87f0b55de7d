/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/question_dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 560
#define HEIGHT 420

/* What the API calls it, and how it is said. */
static const struct {
	const char *name, *label;
} WORDS[] = {
	{"asked", N_("waits for the supervisor")},
	{"returned", N_("returned by the supervisor")},
	{"passed", N_("waits for the bidder")},
	{"answered", N_("answered")},
	{"accepted", N_("accepted")},
	{"substance", N_("changes the substance, ignored")},
	{"silent", N_("no answer in time")},
};

static const char *said(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(WORDS); i++)
		if (strcmp(WORDS[i].name, name) == 0)
			return _(WORDS[i].label);
	return name;
}

static void add_line(GString *text, const char *label, const char *line)
{
	if (*line)
		g_string_append_printf(text, "\n%s%s", label, line);
}

static GtkWidget *row_new(const struct work_question *q)
{
	g_autoptr(GString) text = g_string_new(q->bidder);
	GtkWidget *label;

	g_string_append_printf(text, " · %s", said(*q->outcome ? q->outcome : q->state));
	add_line(text, "", q->text);
	add_line(text, _("Supervisor: "), q->note);
	add_line(text, _("Answer: "), q->answer);
	add_line(text, _("Committee: "), q->outcome_note);
	label = gtk_label_new(text->str);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	gtk_widget_set_margin_top(label, 8);
	gtk_widget_set_margin_bottom(label, 8);
	gtk_widget_set_margin_start(label, 12);
	gtk_widget_set_margin_end(label, 12);
	return label;
}

static void fill(UiWork *work, GtkListBox *list)
{
	GtkWidget *row;

	while ((row = gtk_widget_get_first_child(GTK_WIDGET(list))))
		gtk_list_box_remove(list, row);
	for (unsigned i = 0; i < ui_work_n_questions(work); i++) {
		const struct work_question q = ui_work_question(work, i);

		gtk_list_box_append(list, row_new(&q));
	}
	if (!ui_work_n_questions(work))
		gtk_list_box_append(list, gtk_label_new(_("The committee has asked nothing yet.")));
}

void question_dialog_show(GtkWidget *near, UiWork *work)
{
	GtkRoot *root = gtk_widget_get_root(near);
	GtkWidget *list = gtk_list_box_new(), *scrolled = gtk_scrolled_window_new();
	GtkWidget *dialog = adw_message_dialog_new(
		GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, _("Questions to bidders"), NULL);

	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	gtk_widget_add_css_class(list, "boxed-list");
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), list);
	gtk_widget_set_size_request(scrolled, WIDTH, HEIGHT);
	adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), scrolled);
	adw_message_dialog_add_response(ADW_MESSAGE_DIALOG(dialog), "close", _("Close"));
	/* Gone with the list. */
	g_signal_connect_object(work, "questions", G_CALLBACK(fill), list, 0);
	fill(work, GTK_LIST_BOX(list));
	ui_work_ask_questions(work);
	gtk_window_present(GTK_WINDOW(dialog));
}
