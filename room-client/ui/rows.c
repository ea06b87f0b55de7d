/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/rows.h"

#define INDENT 14
#define LINES 3

void rows_leave(GtkWidget *container)
{
	GtkRoot *root = gtk_widget_get_root(container);
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

	if (focus && gtk_widget_is_ancestor(focus, container))
		gtk_root_set_focus(root, NULL);
}

void rows_clear(GtkBox *box)
{
	GtkWidget *child;

	rows_leave(GTK_WIDGET(box));
	while ((child = gtk_widget_get_first_child(GTK_WIDGET(box))))
		gtk_box_remove(box, child);
}

GtkWidget *rows_add(GtkBox *box, const char *text, int indent)
{
	GtkWidget *label = gtk_label_new(NULL), *button = gtk_button_new();

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_lines(GTK_LABEL(label), LINES);
	gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
	gtk_widget_set_margin_start(label, INDENT * indent);
	gtk_button_set_child(GTK_BUTTON(button), label);
	gtk_widget_add_css_class(button, "flat");
	rows_set_text(button, text);
	gtk_box_append(box, button);
	return button;
}

void rows_set_text(GtkWidget *row, const char *text)
{
	gtk_label_set_text(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(row))), text);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}
