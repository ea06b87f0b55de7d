/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/promise_page.h"

#include <glib/gi18n.h>

#include "room-client/ui/prompt.h"

/* DOMAIN: grounds for avoidance, as the API names them. */
static const struct {
	const char *code, *words;
} GROUNDS[] = {
	{"relative", N_("Close relative of a bidder's person in charge")},
	{"employed", N_("Employed by a bidder within three years")},
	{"director", N_("Director or supervisor of a bidder within three years")},
	{"shareholder", N_("Shareholder or controller within three years")},
	{"regulator", N_("Works for the regulator of the project")},
	{"interest", N_("Economic interest with a bidder")},
	{"punished", N_("Punished before for conduct in bidding")},
};
#define N_GROUNDS G_N_ELEMENTS(GROUNDS)

struct _UiPromisePage {
	GtkBox parent;
	GtkLabel *bidders, *reading;
	GtkCheckButton *clean, *ground[N_GROUNDS];
	GtkBox *grounds;
	GtkWidget *give, *back;
	UiWork *work;
	unsigned turn; /* the ticks belong to */
	guint second;  /* while the promise is to be read */
};

G_DEFINE_FINAL_TYPE(UiPromisePage, ui_promise_page, GTK_TYPE_BOX)

static bool any_ground(UiPromisePage *p)
{
	for (size_t i = 0; i < N_GROUNDS; i++) {
		if (gtk_check_button_get_active(p->ground[i]))
			return true;
	}
	return false;
}

/* Seconds left to read it, begun ones too. */
static int wait_s(UiPromisePage *p)
{
	int64_t left_us = p->work ? ui_work_facts(p->work)->promise_at_us - g_get_monotonic_time() : 0;

	return left_us > 0 ? (int)((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
}

static void chosen(GtkCheckButton *button, UiPromisePage *p)
{
	bool busy = p->work && ui_work_facts(p->work)->busy, any = any_ground(p);

	gtk_widget_set_sensitive(p->give,
		!busy && !any && !wait_s(p) && gtk_check_button_get_active(p->clean));
	gtk_widget_set_sensitive(p->back, !busy && any);
}

static void promise(GtkButton *button, UiPromisePage *p)
{
	ui_work_promise(p->work);
}

static void back_answered(void *user, const char *unused, const char *unused_too)
{
	UiPromisePage *p = user;
	const char *codes[N_GROUNDS + 1] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < N_GROUNDS; i++) {
		if (gtk_check_button_get_active(p->ground[i]))
			codes[n++] = GROUNDS[i].code;
	}
	ui_work_recuse(p->work, codes);
}

static void step_back(GtkButton *button, UiPromisePage *p)
{
	const struct prompt prompt = {
		.title = _("Step back?"),
		.question = _("You leave this evaluation, and a standby takes your place."),
		.yes = _("Step back"),
		.destructive = true,
	};

	prompt_ask(GTK_WIDGET(p), &prompt, back_answered, G_OBJECT(p), p);
}

static void ticks_clear(UiPromisePage *p)
{
	gtk_check_button_set_active(p->clean, FALSE);
	for (size_t i = 0; i < N_GROUNDS; i++)
		gtk_check_button_set_active(p->ground[i], FALSE);
}

static void reading_show(UiPromisePage *p)
{
	g_autofree char *text =
		g_strdup_printf(_("Please read the promise; it can be given in %d s."), wait_s(p));

	gtk_label_set_text(p->reading, text);
	gtk_widget_set_visible(GTK_WIDGET(p->reading), wait_s(p) > 0);
	chosen(NULL, p);
}

static gboolean second_over(void *user)
{
	UiPromisePage *p = user;

	reading_show(p);
	if (wait_s(p))
		return G_SOURCE_CONTINUE;
	p->second = 0;
	return G_SOURCE_REMOVE;
}

static void changed(UiWork *work, UiPromisePage *p)
{
	const GPtrArray *names = ui_work_bidders(work);
	g_autoptr(GString) text = g_string_new(NULL);

	if (p->turn != ui_work_facts(work)->turn)
		ticks_clear(p);
	p->turn = ui_work_facts(work)->turn;

	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%u. %s", i ? "\n" : "", i + 1,
			(const char *)g_ptr_array_index(names, i));
	gtk_label_set_text(p->bidders, text->str);
	reading_show(p);
	if (wait_s(p) && !p->second)
		p->second = g_timeout_add_seconds(1, second_over, p);
}

void ui_promise_page_set_work(UiPromisePage *p, UiWork *work)
{
	p->work = g_object_ref(work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	changed(work, p);
}

static void ui_promise_page_dispose(GObject *object)
{
	UiPromisePage *p = UI_PROMISE_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	g_clear_handle_id(&p->second, g_source_remove);
	G_OBJECT_CLASS(ui_promise_page_parent_class)->dispose(object);
}

static void ui_promise_page_class_init(UiPromisePageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_promise_page_dispose;
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/promise_page.ui");
	gtk_widget_class_bind_template_child(widget, UiPromisePage, bidders);
	gtk_widget_class_bind_template_child(widget, UiPromisePage, clean);
	gtk_widget_class_bind_template_child(widget, UiPromisePage, reading);
	gtk_widget_class_bind_template_child(widget, UiPromisePage, grounds);
	gtk_widget_class_bind_template_child(widget, UiPromisePage, give);
	gtk_widget_class_bind_template_child(widget, UiPromisePage, back);
	gtk_widget_class_bind_template_callback(widget, chosen);
	gtk_widget_class_bind_template_callback(widget, promise);
	gtk_widget_class_bind_template_callback(widget, step_back);
}

static void ui_promise_page_init(UiPromisePage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	for (size_t i = 0; i < N_GROUNDS; i++) {
		GtkWidget *button = gtk_check_button_new_with_label(_(GROUNDS[i].words));

		p->ground[i] = GTK_CHECK_BUTTON(button);
		g_signal_connect(button, "toggled", G_CALLBACK(chosen), p);
		gtk_box_append(p->grounds, button);
	}
}
