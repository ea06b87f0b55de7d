/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/rollback_dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/words.h"

#define YES "yes"
#define REASON_MAX 500

/* The codes of the supervision data set, and those it has none for. */
static const struct {
	const char *code, *label;
} CASES[] = {
	{"other", N_("Other")},
	{"01", N_("Qualification judged wrongly")},
	{"02", N_("Responsiveness judged wrongly")},
	{"03", N_("Sum calculated wrongly")},
	{"04", N_("A score outside its range")},
	{"05", N_("Objective scores differ")},
	{"outlier", N_("Scores far too high or low")},
};

struct asked {
	AdwMessageDialog *dialog;
	AdwComboRow *step, *reason_case;
	GtkEditable *reason;
	UiWork *work; /* a reference */
};

static void asked_free(void *p, GClosure *closure)
{
	struct asked *a = p;

	g_object_unref(a->work);
	g_free(a);
}

static void responded(AdwMessageDialog *dialog, const char *response, struct asked *a)
{
	g_autofree char *reason = g_strstrip(g_strdup(gtk_editable_get_text(a->reason)));

	if (strcmp(response, YES) == 0)
		ui_work_ask_back(a->work, adw_combo_row_get_selected(a->step),
			CASES[adw_combo_row_get_selected(a->reason_case)].code, reason);
}

static void reason_changed(GtkEditable *reason, struct asked *a)
{
	g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(reason)));

	adw_message_dialog_set_response_enabled(a->dialog, YES, *text != '\0');
}

static AdwComboRow *row_add(GtkWidget *list, const char *title, const char *const *words)
{
	g_autoptr(GtkStringList) model = gtk_string_list_new(words);
	GtkWidget *row = adw_combo_row_new();

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(model));
	gtk_list_box_append(GTK_LIST_BOX(list), row);
	return ADW_COMBO_ROW(row);
}

static void rows_make(struct asked *a)
{
	const GPtrArray *steps = ui_work_steps_back(a->work);
	const char *cases[G_N_ELEMENTS(CASES) + 1] = {NULL};
	g_autofree const char **names = g_new0(const char *, steps->len + 1);
	GtkWidget *list = gtk_list_box_new(), *reason = adw_entry_row_new();

	for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++)
		cases[i] = _(CASES[i].label);
	for (guint i = 0; i < steps->len; i++)
		names[i] = words_step(g_ptr_array_index(steps, i));
	gtk_widget_add_css_class(list, "boxed-list");
	gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
	a->step = row_add(list, _("Back to"), names);
	adw_combo_row_set_selected(a->step, steps->len - 1);
	a->reason_case = row_add(list, _("Case"), cases);
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(reason), _("Reason"));
	gtk_text_set_max_length(
		GTK_TEXT(gtk_editable_get_delegate(GTK_EDITABLE(reason))), REASON_MAX);
	gtk_list_box_append(GTK_LIST_BOX(list), reason);
	a->reason = GTK_EDITABLE(reason);
	g_signal_connect(reason, "changed", G_CALLBACK(reason_changed), a);
	adw_message_dialog_set_extra_child(a->dialog, list);
}

void rollback_dialog_show(GtkWidget *near, UiWork *work)
{
	GtkRoot *root = gtk_widget_get_root(near);
	struct asked *a;

	if (!ui_work_steps_back(work)->len)
		return;
	a = g_new0(struct asked, 1);
	a->work = g_object_ref(work);
	a->dialog = ADW_MESSAGE_DIALOG(adw_message_dialog_new(
		GTK_IS_WINDOW(root) ? GTK_WINDOW(root) : NULL, _("Ask for a step back"),
		_("The evaluation then waits for the supervisor. Once approved, what was "
		  "concluded in that step and later ones is void but kept, and is done "
		  "again.")));
	adw_message_dialog_add_response(a->dialog, "cancel", _("Cancel"));
	adw_message_dialog_add_response(a->dialog, YES, _("Ask"));
	adw_message_dialog_set_response_appearance(a->dialog, YES, ADW_RESPONSE_DESTRUCTIVE);
	adw_message_dialog_set_close_response(a->dialog, "cancel");
	adw_message_dialog_set_response_enabled(a->dialog, YES, false);
	rows_make(a);
	g_signal_connect_data(a->dialog, "response", G_CALLBACK(responded), a, asked_free, 0);
	gtk_window_present(GTK_WINDOW(a->dialog));
}
