/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/call_bar.h"

struct word {
	char *title, *text;
	bool for_me;
};

struct _UiCallBar {
	GtkBox parent;
	GtkLabel *title, *text;
	GtkButton *done;
	GQueue words; /* struct word; the first is shown */
};

G_DEFINE_FINAL_TYPE(UiCallBar, ui_call_bar, GTK_TYPE_BOX)

static void word_free(void *p)
{
	struct word *w = p;

	g_free(w->title);
	g_free(w->text);
	g_free(w);
}

static void first_show(UiCallBar *b)
{
	const struct word *w = g_queue_peek_head(&b->words);

	if (!w) {
		gtk_widget_set_visible(GTK_WIDGET(b), FALSE);
		return;
	}
	gtk_label_set_text(b->title, w->title);
	gtk_label_set_text(b->text, w->text);
	gtk_widget_set_visible(GTK_WIDGET(b->text), *w->text != '\0');
	if (w->for_me)
		gtk_widget_add_css_class(GTK_WIDGET(b), "for-me");
	else
		gtk_widget_remove_css_class(GTK_WIDGET(b), "for-me");
	gtk_widget_set_visible(GTK_WIDGET(b), TRUE);
}

static void done_clicked(GtkButton *button, UiCallBar *b)
{
	struct word *w = g_queue_pop_head(&b->words);

	if (w)
		word_free(w);
	first_show(b);
}

/* What concerns the user himself goes before what concerns all. */
void ui_call_bar_add(UiCallBar *b, const char *title, const char *text, bool for_me)
{
	struct word *w = g_new0(struct word, 1);

	*w = (struct word){g_strdup(title), g_strdup(text), for_me};
	if (for_me)
		g_queue_push_head(&b->words, w);
	else
		g_queue_push_tail(&b->words, w);
	first_show(b);
}

void ui_call_bar_clear(UiCallBar *b)
{
	g_queue_clear_full(&b->words, word_free);
	first_show(b);
}

static void ui_call_bar_finalize(GObject *object)
{
	g_queue_clear_full(&UI_CALL_BAR(object)->words, word_free);
	G_OBJECT_CLASS(ui_call_bar_parent_class)->finalize(object);
}

static void ui_call_bar_class_init(UiCallBarClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = ui_call_bar_finalize;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_ALERT);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/call_bar.ui");
	gtk_widget_class_bind_template_child(widget, UiCallBar, title);
	gtk_widget_class_bind_template_child(widget, UiCallBar, text);
	gtk_widget_class_bind_template_child(widget, UiCallBar, done);
	gtk_widget_class_bind_template_callback(widget, done_clicked);
}

static void ui_call_bar_init(UiCallBar *b)
{
	g_queue_init(&b->words);
	gtk_widget_init_template(GTK_WIDGET(b));
}
