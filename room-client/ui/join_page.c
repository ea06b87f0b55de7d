/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/join_page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "proto/json_text.h"
#include "room-client/ui/words.h"

struct _UiJoinPage {
	GtkBox parent;
	GtkToggleButton *by_pass, *by_account, *by_ticket;
	AdwComboRow *choice;
	GtkEditable *pass, *login, *password, *code, *ticket, *session;
	GtkEditable *server, *ca_file, *expert_key_file;
	AdwActionRow *device_key;
	AdwExpanderRow *connection;
	GtkLabel *problem;
	GtkButton *enter;
	AdwHeaderBar *header;
	struct ui_out out;
	json_t *sessions; /* to choose from; NULL: there is no choice */
	bool waits;       /* for the server's answer */
};

G_DEFINE_FINAL_TYPE(UiJoinPage, ui_join_page, GTK_TYPE_BOX)

static enum join_way way_of(UiJoinPage *p)
{
	if (gtk_toggle_button_get_active(p->by_pass))
		return JOIN_PASS;
	return gtk_toggle_button_get_active(p->by_account) ? JOIN_ACCOUNT : JOIN_TICKET;
}

static struct join_form form_of(UiJoinPage *p)
{
	return (struct join_form){
		.way = way_of(p),
		.server = gtk_editable_get_text(p->server),
		.session = gtk_editable_get_text(p->session),
		.pass = gtk_editable_get_text(p->pass),
		.login = gtk_editable_get_text(p->login),
		.password = gtk_editable_get_text(p->password),
		.code = gtk_editable_get_text(p->code),
		.ticket = gtk_editable_get_text(p->ticket),
		.ca_file = gtk_editable_get_text(p->ca_file),
		.expert_key_file = gtk_editable_get_text(p->expert_key_file),
	};
}

static void problem_show(UiJoinPage *p, const char *text)
{
	gtk_label_set_text(p->problem, text);
	gtk_widget_set_visible(GTK_WIDGET(p->problem), *text != '\0');
}

static void enter_update(UiJoinPage *p)
{
	gtk_widget_set_sensitive(GTK_WIDGET(p->enter), !p->waits);
	gtk_button_set_label(p->enter, p->waits ? _("Signing in…") : _("Continue"));
}

static void typed(GtkEditable *entry, UiJoinPage *p)
{
	problem_show(p, "");
}

static void enter(GtkWidget *widget, UiJoinPage *p)
{
	struct join_form form = form_of(p);
	enum join_problem problem = join_form_check(&form);

	if (p->waits)
		return;
	if (problem != JOIN_OK) {
		problem_show(p, join_problem_words(problem));
		if (problem == JOIN_NO_SERVER || problem == JOIN_BAD_SERVER)
			adw_expander_row_set_expanded(p->connection, TRUE);
		return;
	}
	problem_show(p, "");
	p->waits = true;
	enter_update(p);
	p->out.prepare(p->out.user, &form);
}

static void choices_forget(UiJoinPage *p)
{
	g_clear_pointer(&p->sessions, json_decref);
	gtk_widget_set_visible(GTK_WIDGET(p->choice), FALSE);
}

static void way_changed(GtkToggleButton *button, UiJoinPage *p)
{
	enum join_way way = way_of(p);

	gtk_widget_set_visible(GTK_WIDGET(p->pass), way == JOIN_PASS);
	gtk_widget_set_visible(GTK_WIDGET(p->login), way == JOIN_ACCOUNT);
	gtk_widget_set_visible(GTK_WIDGET(p->password), way == JOIN_ACCOUNT);
	gtk_widget_set_visible(GTK_WIDGET(p->code), way == JOIN_ACCOUNT);
	gtk_widget_set_visible(GTK_WIDGET(p->ticket), way == JOIN_TICKET);
	gtk_widget_set_visible(GTK_WIDGET(p->session), way == JOIN_TICKET);
	choices_forget(p);
	problem_show(p, "");
}

static void choice_changed(GObject *row, GParamSpec *spec, UiJoinPage *p)
{
	const json_t *session = json_array_get(p->sessions, adw_combo_row_get_selected(p->choice));

	if (session)
		gtk_editable_set_text(p->session, json_text(session, "session_id"));
}

static void copy_key(GtkButton *button, UiJoinPage *p)
{
	gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(p)),
		adw_action_row_get_subtitle(p->device_key));
}

void ui_join_page_choose(UiJoinPage *p, const json_t *sessions)
{
	g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);
	size_t i;
	json_t *session;

	p->waits = false;
	enter_update(p);
	json_array_foreach (sessions, i, session)
		gtk_string_list_append(titles, json_text(session, "title"));
	g_clear_pointer(&p->sessions, json_decref);
	p->sessions = json_deep_copy(sessions);
	adw_combo_row_set_model(p->choice, G_LIST_MODEL(titles));
	gtk_widget_set_visible(GTK_WIDGET(p->choice), TRUE);
	choice_changed(NULL, NULL, p);
	problem_show(p, _("Choose the session"));
}

void ui_join_page_refused(UiJoinPage *p, const char *code, const char *title)
{
	p->waits = false;
	enter_update(p);
	problem_show(p, words_refusal(code, title));
}

void ui_join_page_reset(UiJoinPage *p)
{
	p->waits = false;
	enter_update(p);
	gtk_editable_set_text(p->pass, "");
	gtk_editable_set_text(p->password, "");
	gtk_editable_set_text(p->code, "");
	gtk_editable_set_text(p->ticket, "");
	choices_forget(p);
	problem_show(p, "");
}

static void entry_fill(GtkEditable *entry, const char *text)
{
	gtk_editable_set_text(entry, text ? text : "");
}

void ui_join_page_set_up(
	UiJoinPage *p, const struct ui_out *out, const struct ui_defaults *defaults)
{
	p->out = *out;
	entry_fill(p->server, defaults->server);
	entry_fill(p->session, defaults->session);
	entry_fill(p->ticket, defaults->ticket);
	entry_fill(p->ca_file, defaults->ca_file);
	entry_fill(p->expert_key_file, defaults->expert_key_file);
	adw_action_row_set_subtitle(p->device_key, defaults->device_key);
	adw_expander_row_set_expanded(p->connection, !defaults->server);
	adw_header_bar_set_show_end_title_buttons(p->header, !defaults->kiosk);
	if (defaults->ticket)
		gtk_toggle_button_set_active(p->by_ticket, TRUE);
}

static void ui_join_page_finalize(GObject *object)
{
	json_decref(UI_JOIN_PAGE(object)->sessions);
	G_OBJECT_CLASS(ui_join_page_parent_class)->finalize(object);
}

static void children_bind(GtkWidgetClass *widget)
{
	gtk_widget_class_bind_template_child(widget, UiJoinPage, by_pass);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, by_account);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, by_ticket);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, choice);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, pass);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, login);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, password);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, code);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, ticket);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, session);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, server);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, ca_file);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, expert_key_file);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, device_key);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, connection);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, problem);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, enter);
	gtk_widget_class_bind_template_child(widget, UiJoinPage, header);
}

static void ui_join_page_class_init(UiJoinPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = ui_join_page_finalize;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/join_page.ui");
	children_bind(widget);
	gtk_widget_class_bind_template_callback(widget, typed);
	gtk_widget_class_bind_template_callback(widget, enter);
	gtk_widget_class_bind_template_callback(widget, way_changed);
	gtk_widget_class_bind_template_callback(widget, choice_changed);
	gtk_widget_class_bind_template_callback(widget, copy_key);
}

static void ui_join_page_init(UiJoinPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	way_changed(NULL, p);
}
