/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/score_grid.h"

#include <glib/gi18n.h>

#include "room-client/ui/rows.h"

#define CELL_WIDTH 7 /* characters */
#define TYPED_MAX 12
#define NAME_WIDTH 22

struct _UiScoreGrid {
	GtkBox parent;
	GtkGrid *grid;
	GtkLabel *fault; /* the first one, in words */
	unsigned n_bids, n_items;
	GPtrArray *cells;  /* GtkEntry, row by row */
	GPtrArray *totals; /* GtkLabel */
	bool filling;
};

G_DEFINE_FINAL_TYPE(UiScoreGrid, ui_score_grid, GTK_TYPE_BOX)

enum { TYPED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkEntry *cell_at(UiScoreGrid *g, unsigned bid, unsigned item)
{
	return g_ptr_array_index(g->cells, bid * g->n_items + item);
}

/* ---- moving ---- */

static bool go(UiScoreGrid *g, unsigned bid, unsigned item)
{
	if (bid >= g->n_bids || item >= g->n_items)
		return false;
	gtk_widget_grab_focus(GTK_WIDGET(cell_at(g, bid, item)));
	gtk_editable_select_region(GTK_EDITABLE(cell_at(g, bid, item)), 0, -1);
	return true;
}

/* Left and right are the text's own until the cursor is at its end. */
static gboolean key_pressed(GtkEventControllerKey *keys, guint key, guint code,
	GdkModifierType modifiers, UiScoreGrid *g)
{
	GtkWidget *cell = gtk_event_controller_get_widget(GTK_EVENT_CONTROLLER(keys));
	unsigned at = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(cell), "cell"));
	unsigned bid = at / g->n_items, item = at % g->n_items;
	int begin, end, length = (int)g_utf8_strlen(gtk_editable_get_text(GTK_EDITABLE(cell)), -1);
	bool all;

	if (!gtk_editable_get_selection_bounds(GTK_EDITABLE(cell), &begin, &end))
		begin = end = gtk_editable_get_position(GTK_EDITABLE(cell));
	all = begin == 0 && end == length;
	if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
		return FALSE;
	switch (key) {
	case GDK_KEY_Up:
		return go(g, bid - 1, item);
	case GDK_KEY_Down:
		return go(g, bid + 1, item);
	case GDK_KEY_Return:
	case GDK_KEY_KP_Enter:
		return go(g, bid + 1, item) || go(g, 0, item + 1);
	case GDK_KEY_Left:
		return (all || end == 0) && go(g, bid, item - 1);
	case GDK_KEY_Right:
		return (all || begin == length) && go(g, bid, item + 1);
	default:
		return FALSE;
	}
}

/* ---- cells ---- */

static void typed(GtkEditable *cell, UiScoreGrid *g)
{
	unsigned at = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(cell), "cell"));

	if (!g->filling)
		g_signal_emit(g, signals[TYPED], 0, at / g->n_items, at % g->n_items,
			gtk_editable_get_text(cell));
}

static GtkWidget *label_at(UiScoreGrid *g, int column, int row, const char *text, int width)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_max_width_chars(GTK_LABEL(label), width);
	gtk_label_set_width_chars(GTK_LABEL(label), width);
	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_grid_attach(g->grid, label, column, row, 1, 1);
	return label;
}

static void cell_add(UiScoreGrid *g, const struct score_sheet *s, unsigned bid, unsigned item)
{
	const struct score_item what = score_sheet_item(s, item);
	g_autofree char *name = g_strdup_printf(
		_("%s, %s, at most %s"), score_sheet_bidder(s, bid), what.name, what.max);
	GtkWidget *cell = gtk_entry_new();
	GtkEventController *keys = gtk_event_controller_key_new();

	g_object_set_data(G_OBJECT(cell), "cell", GUINT_TO_POINTER(bid * g->n_items + item));
	gtk_editable_set_width_chars(GTK_EDITABLE(cell), CELL_WIDTH);
	gtk_editable_set_max_width_chars(GTK_EDITABLE(cell), CELL_WIDTH);
	gtk_editable_set_alignment(GTK_EDITABLE(cell), 1);
	gtk_entry_set_max_length(GTK_ENTRY(cell), TYPED_MAX);
	gtk_editable_set_text(GTK_EDITABLE(cell), score_sheet_text(s, bid, item));
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(cell), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(gtk_editable_get_delegate(GTK_EDITABLE(cell))),
		GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
	gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
	g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), g);
	gtk_widget_add_controller(cell, keys);
	g_signal_connect(cell, "changed", G_CALLBACK(typed), g);
	gtk_grid_attach(g->grid, cell, (int)item + 1, (int)bid + 1, 1, 1);
	g_ptr_array_add(g->cells, cell);
}

static void head_add(UiScoreGrid *g, const struct score_sheet *s)
{
	label_at(g, 0, 0, _("Bidder"), NAME_WIDTH);
	for (unsigned i = 0; i < g->n_items; i++) {
		const struct score_item item = score_sheet_item(s, i);
		g_autofree char *text =
			item.objective ? g_strdup_printf(_("%s\nat most %s · objective"), item.name,
						 item.max)
				       : g_strdup_printf(_("%s\nat most %s"), item.name, item.max);

		gtk_widget_add_css_class(
			label_at(g, (int)i + 1, 0, text, CELL_WIDTH + 3), "caption");
	}
	label_at(g, (int)g->n_items + 1, 0, _("Total"), CELL_WIDTH);
}

void ui_score_grid_fill(UiScoreGrid *g, const struct score_sheet *s)
{
	GtkWidget *child;

	g->filling = true;
	rows_leave(GTK_WIDGET(g->grid));
	while ((child = gtk_widget_get_first_child(GTK_WIDGET(g->grid))))
		gtk_grid_remove(g->grid, child);
	g_ptr_array_set_size(g->cells, 0);
	g_ptr_array_set_size(g->totals, 0);
	g->n_bids = s ? score_sheet_n_bids(s) : 0;
	g->n_items = s ? score_sheet_n_items(s) : 0;
	if (s)
		head_add(g, s);
	for (unsigned b = 0; b < g->n_bids; b++) {
		label_at(g, 0, (int)b + 1, score_sheet_bidder(s, b), NAME_WIDTH);
		for (unsigned i = 0; i < g->n_items; i++)
			cell_add(g, s, b, i);
		g_ptr_array_add(
			g->totals, label_at(g, (int)g->n_items + 1, (int)b + 1, "", CELL_WIDTH));
	}
	g->filling = false;
	if (s)
		ui_score_grid_update(g, s);
}

/* ---- what is wrong ---- */

static const char *fault_words(enum score_cell fault)
{
	switch (fault) {
	case SCORE_MALFORMED:
		return _("not a number");
	case SCORE_BELOW:
		return _("less than nothing");
	case SCORE_ABOVE:
		return _("more than the highest score");
	case SCORE_PLACES:
		return _("more than two decimals");
	default:
		return NULL;
	}
}

static void cell_mark(GtkEntry *cell, const char *fault)
{
	if (fault)
		gtk_widget_add_css_class(GTK_WIDGET(cell), "error");
	else
		gtk_widget_remove_css_class(GTK_WIDGET(cell), "error");
	gtk_widget_set_tooltip_text(GTK_WIDGET(cell), fault);
	gtk_accessible_update_state(GTK_ACCESSIBLE(cell), GTK_ACCESSIBLE_STATE_INVALID,
		fault ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

void ui_score_grid_update(UiScoreGrid *g, const struct score_sheet *s)
{
	g_autofree char *first = NULL;
	char total[48];

	for (unsigned b = 0; b < g->n_bids; b++) {
		for (unsigned i = 0; i < g->n_items; i++) {
			const char *fault = fault_words(score_sheet_check(s, b, i));

			cell_mark(cell_at(g, b, i), fault);
			gtk_editable_set_editable(
				GTK_EDITABLE(cell_at(g, b, i)), score_sheet_may_change(s, b, i));
			if (fault && !first)
				first = g_strdup_printf(_("%s, %s: %s"), score_sheet_bidder(s, b),
					score_sheet_item(s, i).name, fault);
		}
		gtk_label_set_text(g_ptr_array_index(g->totals, b), score_sheet_total(s, b, total));
	}
	gtk_label_set_text(g->fault, first ? first : "");
	gtk_widget_set_visible(GTK_WIDGET(g->fault), first != NULL);
}

/* ---- making and ending ---- */

static void ui_score_grid_finalize(GObject *object)
{
	UiScoreGrid *g = UI_SCORE_GRID(object);

	g_ptr_array_unref(g->cells);
	g_ptr_array_unref(g->totals);
	G_OBJECT_CLASS(ui_score_grid_parent_class)->finalize(object);
}

static void ui_score_grid_class_init(UiScoreGridClass *class)
{
	G_OBJECT_CLASS(class)->finalize = ui_score_grid_finalize;
	signals[TYPED] = g_signal_new("typed", UI_TYPE_SCORE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
}

static void ui_score_grid_init(UiScoreGrid *g)
{
	GtkWidget *scroll = gtk_scrolled_window_new(), *fault = gtk_label_new("");

	g->cells = g_ptr_array_new();
	g->totals = g_ptr_array_new();
	g->grid = GTK_GRID(gtk_grid_new());
	g->fault = GTK_LABEL(fault);
	gtk_orientable_set_orientation(GTK_ORIENTABLE(g), GTK_ORIENTATION_VERTICAL);
	gtk_grid_set_row_spacing(g->grid, 4);
	gtk_grid_set_column_spacing(g->grid, 8);
	gtk_widget_set_margin_start(GTK_WIDGET(g->grid), 12);
	gtk_widget_set_margin_end(GTK_WIDGET(g->grid), 12);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroll), GTK_WIDGET(g->grid));
	gtk_widget_set_vexpand(scroll, TRUE);
	gtk_widget_add_css_class(fault, "refused");
	gtk_label_set_wrap(g->fault, TRUE);
	gtk_widget_set_visible(fault, FALSE);
	gtk_box_append(GTK_BOX(g), scroll);
	gtk_box_append(GTK_BOX(g), fault);
}
