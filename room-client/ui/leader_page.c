/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/leader_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/prompt.h"
#include "room-client/ui/rows.h"

struct _UiLeaderPage {
	GtkBox parent;
	GtkLabel *round;
	GtkBox *candidates;
	GtkWidget *vote;
	UiWork *work;
	int choice;    /* member number; 0: none yet */
	char *name;    /* of the choice */
	char *list;    /* who is shown, so that a choice outlives an unrelated change */
	unsigned turn; /* the choice belongs to */
};

G_DEFINE_FINAL_TYPE(UiLeaderPage, ui_leader_page, GTK_TYPE_BOX)

static void vote_update(UiLeaderPage *p)
{
	gtk_widget_set_sensitive(p->vote, p->choice && !ui_work_facts(p->work)->busy);
}

static void chosen(GtkCheckButton *button, UiLeaderPage *p)
{
	if (!gtk_check_button_get_active(button))
		return;
	p->choice = GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "member"));
	g_free(p->name);
	p->name = g_strdup(gtk_check_button_get_label(button));
	vote_update(p);
}

static void vote_answered(void *user, const char *unused, const char *unused_too)
{
	UiLeaderPage *p = user;

	if (p->choice)
		ui_work_vote(p->work, p->choice);
}

static void asked(GtkButton *button, UiLeaderPage *p)
{
	const struct prompt prompt = {.title = _("Vote"), .question = p->name, .yes = _("Vote")};

	prompt_ask(GTK_WIDGET(p), &prompt, vote_answered, G_OBJECT(p), p);
}

static char *list_of(UiWork *work)
{
	g_autoptr(GString) list = g_string_new(NULL);

	g_string_append_printf(list, "%d", ui_work_facts(work)->round);
	for (unsigned i = 0; i < ui_work_n_candidates(work); i++) {
		const struct work_candidate c = ui_work_candidate(work, i);

		g_string_append_printf(list, " %d %s", c.member_no, c.name);
	}
	return g_strdup(list->str);
}

static void candidates_show(UiLeaderPage *p)
{
	GtkCheckButton *first = NULL;

	rows_clear(p->candidates);
	p->choice = 0;
	for (unsigned i = 0; i < ui_work_n_candidates(p->work); i++) {
		const struct work_candidate c = ui_work_candidate(p->work, i);
		GtkWidget *button = gtk_check_button_new_with_label(c.name);

		gtk_check_button_set_group(GTK_CHECK_BUTTON(button), first);
		first = first ? first : GTK_CHECK_BUTTON(button);
		g_object_set_data(G_OBJECT(button), "member", GINT_TO_POINTER(c.member_no));
		g_signal_connect(button, "toggled", G_CALLBACK(chosen), p);
		gtk_box_append(p->candidates, button);
	}
}

static void changed(UiWork *work, UiLeaderPage *p)
{
	const struct work_facts *f = ui_work_facts(work);
	g_autofree char *list = list_of(work);
	g_autofree char *round =
		g_strdup_printf(_("Round %d: %d of %d have voted"), f->round, f->votes, f->of);

	gtk_label_set_text(p->round, round);
	if (g_strcmp0(list, p->list) != 0 || p->turn != f->turn) {
		g_free(p->list);
		p->list = g_steal_pointer(&list);
		candidates_show(p);
	}
	p->turn = f->turn;
	vote_update(p);
}

void ui_leader_page_set_work(UiLeaderPage *p, UiWork *work)
{
	p->work = g_object_ref(work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	changed(work, p);
}

static void ui_leader_page_dispose(GObject *object)
{
	UiLeaderPage *p = UI_LEADER_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	g_clear_pointer(&p->name, g_free);
	g_clear_pointer(&p->list, g_free);
	G_OBJECT_CLASS(ui_leader_page_parent_class)->dispose(object);
}

static void ui_leader_page_class_init(UiLeaderPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_leader_page_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/leader_page.ui");
	gtk_widget_class_bind_template_child(widget, UiLeaderPage, round);
	gtk_widget_class_bind_template_child(widget, UiLeaderPage, candidates);
	gtk_widget_class_bind_template_child(widget, UiLeaderPage, vote);
	gtk_widget_class_bind_template_callback(widget, asked);
}

static void ui_leader_page_init(UiLeaderPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
}
