/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/prompt.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define YES "yes"
#define N_LINES 2

struct asked {
	AdwMessageDialog *dialog;
	GtkEditable *lines[N_LINES];
	AdwComboRow *choosers[N_LINES];
	char **values[N_LINES];
	bool required[N_LINES];
	prompt_answered *answered;
	GWeakRef owner;
	void *user;
};

static void asked_free(void *p, GClosure *closure)
{
	struct asked *a = p;

	for (int i = 0; i < N_LINES; i++)
		g_strfreev(a->values[i]);
	g_weak_ref_clear(&a->owner);
	g_free(a);
}

static const char *line_text(const struct asked *a, int i)
{
	if (a->choosers[i])
		return a->values[i][adw_combo_row_get_selected(a->choosers[i])];
	return a->lines[i] ? gtk_editable_get_text(a->lines[i]) : "";
}

static void line_changed(GtkEditable *line, struct asked *a)
{
	bool complete = true;

	for (int i = 0; i < N_LINES; i++) {
		g_autofree char *text = g_strstrip(g_strdup(line_text(a, i)));

		complete = complete && (!a->required[i] || *text);
	}
	adw_message_dialog_set_response_enabled(a->dialog, YES, complete);
}

static void responded(AdwMessageDialog *dialog, const char *response, struct asked *a)
{
	g_autoptr(GObject) owner = g_weak_ref_get(&a->owner);

	if (owner && strcmp(response, YES) == 0)
		a->answered(a->user, line_text(a, 0), line_text(a, 1));
}

static GtkWidget *chooser_make(struct asked *a, const struct prompt *prompt, int i)
{
	g_autoptr(GtkStringList) words = gtk_string_list_new(prompt->lines[i].choices);
	GtkWidget *row = adw_combo_row_new();

	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(words));
	a->choosers[i] = ADW_COMBO_ROW(row);
	a->values[i] = g_strdupv((char **)prompt->lines[i].values);
	return row;
}

static GtkWidget *entry_make(struct asked *a, const struct prompt *prompt, int i)
{
	GtkWidget *row = adw_entry_row_new();

	gtk_text_set_max_length(
		GTK_TEXT(gtk_editable_get_delegate(GTK_EDITABLE(row))), prompt->lines[i].max);
	adw_entry_row_set_activates_default(ADW_ENTRY_ROW(row), TRUE);
	g_signal_connect(row, "changed", G_CALLBACK(line_changed), a);
	a->lines[i] = GTK_EDITABLE(row);
	return row;
}

static void lines_make(struct asked *a, const struct prompt *prompt)
{
	GtkWidget *box = gtk_list_box_new();

	gtk_widget_add_css_class(box, "boxed-list");
	gtk_list_box_set_selection_mode(GTK_LIST_BOX(box), GTK_SELECTION_NONE);
	for (int i = 0; i < N_LINES; i++) {
		GtkWidget *row;

		if (!prompt->lines[i].label)
			continue;
		row = prompt->lines[i].choices ? chooser_make(a, prompt, i)
					       : entry_make(a, prompt, i);
		adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), prompt->lines[i].label);
		gtk_list_box_append(GTK_LIST_BOX(box), row);
		a->required[i] = prompt->lines[i].required;
	}
	adw_message_dialog_set_extra_child(a->dialog, box);
}

void prompt_ask(GtkWidget *near, const struct prompt *prompt, prompt_answered *answered,
	GObject *owner, void *user)
{
	GtkRoot *root = gtk_widget_get_root(near);
	GtkWidget *dialog = adw_message_dialog_new(
		GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, prompt->title, prompt->question);
	struct asked *a = g_new0(struct asked, 1);

	a->dialog = ADW_MESSAGE_DIALOG(dialog);
	a->answered = answered;
	a->user = user;
	g_weak_ref_init(&a->owner, owner);
	adw_message_dialog_add_response(a->dialog, "cancel", _("Cancel"));
	adw_message_dialog_add_response(a->dialog, YES, prompt->yes);
	adw_message_dialog_set_response_appearance(a->dialog, YES,
		prompt->destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
	adw_message_dialog_set_close_response(a->dialog, "cancel");
	adw_message_dialog_set_default_response(a->dialog, YES);
	if (prompt->lines[0].label)
		lines_make(a, prompt);
	line_changed(NULL, a);
	g_signal_connect_data(dialog, "response", G_CALLBACK(responded), a, asked_free, 0);
	gtk_window_present(GTK_WINDOW(dialog));
}
