/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/ballot_grid.h"

#include <glib/gi18n.h>

#include "room-client/ui/rows.h"

#define REASON_WIDTH 24 /* characters */

struct _UiBallotGrid {
	GtkBox parent;
	GtkBox *rows;
	GPtrArray *cells; /* struct cell, row by row */
	char *shape;      /* of the ballot the rows were made for */
	bool filling;
};

G_DEFINE_FINAL_TYPE(UiBallotGrid, ui_ballot_grid, GTK_TYPE_BOX)

enum { VOTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* One vote: lives as long as its row. */
struct cell {
	UiBallotGrid *grid;
	unsigned bid, item;
	GtkWidget *row;
	GtkCheckButton *pass, *fail;
	GtkEditable *reason;
};

static void voted(GtkWidget *widget, struct cell *c)
{
	bool fails = gtk_check_button_get_active(c->fail);
	enum ballot_vote vote = fails                                  ? VOTE_FAIL
				: gtk_check_button_get_active(c->pass) ? VOTE_PASS
								       : VOTE_NONE;

	gtk_widget_set_visible(GTK_WIDGET(c->reason), fails);
	if (!c->grid->filling)
		g_signal_emit(c->grid, signals[VOTED], 0, c->bid, c->item, (int)vote,
			gtk_editable_get_text(c->reason));
}

static void name_set(GtkWidget *widget, const char *name)
{
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkCheckButton *choice_add(
	GtkBox *row, struct cell *c, const char *label, const char *bidder, const char *item)
{
	GtkWidget *button = gtk_check_button_new_with_label(label);
	g_autofree char *name = g_strdup_printf(_("%s, %s: %s"), bidder, item, label);

	name_set(button, name);
	gtk_box_append(row, button);
	return GTK_CHECK_BUTTON(button);
}

static void reason_add(GtkBox *row, struct cell *c, const char *bidder, const char *item)
{
	GtkWidget *entry = gtk_entry_new();
	g_autofree char *name = g_strdup_printf(_("%s, %s: why it fails"), bidder, item);

	c->reason = GTK_EDITABLE(entry);
	gtk_entry_set_max_length(GTK_ENTRY(entry), BALLOT_REASON_MAX);
	gtk_entry_set_placeholder_text(GTK_ENTRY(entry), _("Why it fails"));
	gtk_editable_set_width_chars(c->reason, REASON_WIDTH);
	gtk_widget_set_hexpand(entry, TRUE);
	name_set(entry, name);
	name_set(GTK_WIDGET(gtk_editable_get_delegate(c->reason)), name);
	gtk_box_append(row, entry);
}

static GtkWidget *label_new(const char *text, const char *class)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_widget_add_css_class(label, class);
	return label;
}

static void cell_add(UiBallotGrid *g, const struct ballot *b, unsigned bid, unsigned item)
{
	const struct ballot_item what = ballot_item(b, item);
	const char *bidder = ballot_bidder(b, bid);
	g_autofree char *text = g_strdup_printf("%s · %s", what.name, what.clause);
	GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
	struct cell *c = g_new0(struct cell, 1);

	*c = (struct cell){.grid = g, .bid = bid, .item = item, .row = row};
	gtk_box_append(g->rows, label_new(text, "caption"));
	c->pass = choice_add(GTK_BOX(row), c, _("Passes"), bidder, what.name);
	c->fail = choice_add(GTK_BOX(row), c, _("Fails"), bidder, what.name);
	gtk_check_button_set_group(c->fail, c->pass);
	reason_add(GTK_BOX(row), c, bidder, what.name);
	g_signal_connect(c->pass, "toggled", G_CALLBACK(voted), c);
	g_signal_connect(c->fail, "toggled", G_CALLBACK(voted), c);
	g_signal_connect(c->reason, "changed", G_CALLBACK(voted), c);
	g_object_set_data_full(G_OBJECT(row), "cell", c, g_free);
	g_ptr_array_add(g->cells, c);
	gtk_box_append(g->rows, row);
}

/* Who bids and on what the votes are. */
static char *shape_of(const struct ballot *b)
{
	g_autoptr(GString) shape = g_string_new(NULL);

	for (unsigned bid = 0; b && bid < ballot_n_bids(b); bid++)
		g_string_append_printf(shape, "%s\n", ballot_bid_id(b, bid));
	for (unsigned item = 0; b && item < ballot_n_items(b); item++)
		g_string_append_printf(shape, "%s\n", ballot_item(b, item).id);
	return g_strdup(shape->str);
}

static void rows_make(UiBallotGrid *g, const struct ballot *b)
{
	rows_clear(g->rows);
	g_ptr_array_set_size(g->cells, 0);
	for (unsigned bid = 0; b && bid < ballot_n_bids(b); bid++) {
		gtk_box_append(g->rows, label_new(ballot_bidder(b, bid), "heading"));
		for (unsigned item = 0; item < ballot_n_items(b); item++)
			cell_add(g, b, bid, item);
	}
}

static void cell_show(const struct cell *c, const struct ballot *b)
{
	enum ballot_vote vote = ballot_vote(b, c->bid, c->item);

	gtk_check_button_set_active(c->pass, vote == VOTE_PASS);
	gtk_check_button_set_active(c->fail, vote == VOTE_FAIL);
	gtk_editable_set_text(c->reason, ballot_reason(b, c->bid, c->item));
	gtk_widget_set_visible(GTK_WIDGET(c->reason), vote == VOTE_FAIL);
	gtk_widget_set_sensitive(c->row, ballot_is_open(b));
}

void ui_ballot_grid_fill(UiBallotGrid *g, const struct ballot *b)
{
	g_autofree char *shape = shape_of(b);

	g->filling = true;
	if (g_strcmp0(shape, g->shape) != 0) {
		rows_make(g, b);
		g_free(g->shape);
		g->shape = g_steal_pointer(&shape);
	}
	for (guint i = 0; b && i < g->cells->len; i++)
		cell_show(g_ptr_array_index(g->cells, i), b);
	g->filling = false;
}

static void ui_ballot_grid_finalize(GObject *object)
{
	UiBallotGrid *g = UI_BALLOT_GRID(object);

	g_ptr_array_unref(g->cells);
	g_free(g->shape);
	G_OBJECT_CLASS(ui_ballot_grid_parent_class)->finalize(object);
}

static void ui_ballot_grid_class_init(UiBallotGridClass *class)
{
	G_OBJECT_CLASS(class)->finalize = ui_ballot_grid_finalize;
	signals[VOTED] = g_signal_new("voted", UI_TYPE_BALLOT_GRID, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_INT, G_TYPE_STRING);
}

static void ui_ballot_grid_init(UiBallotGrid *g)
{
	GtkWidget *scroll = gtk_scrolled_window_new();

	g->cells = g_ptr_array_new();
	g->rows = GTK_BOX(gtk_box_new(GTK_ORIENTATION_VERTICAL, 4));
	gtk_widget_set_margin_start(GTK_WIDGET(g->rows), 12);
	gtk_widget_set_margin_end(GTK_WIDGET(g->rows), 12);
	gtk_scrolled_window_set_policy(
		GTK_SCROLLED_WINDOW(scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroll), GTK_WIDGET(g->rows));
	gtk_widget_set_vexpand(scroll, TRUE);
	gtk_widget_set_hexpand(scroll, TRUE);
	gtk_box_append(GTK_BOX(g), scroll);
}
