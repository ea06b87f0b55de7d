/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/score_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/prompt.h"
#include "room-client/ui/score_grid.h"

struct _UiScorePage {
	GtkBox parent;
	GtkDropDown *lots;
	GtkLabel *progress, *draft, *commitment;
	GtkWidget *submit, *how;
	UiScoreGrid *grid;
	UiWork *work;
	char lot[IDENT_SIZE]; /* that is shown; "" none */
	char *names;          /* of the lots in the list */
	unsigned serial;      /* of the sheet in the grid; 0 none */
};

G_DEFINE_FINAL_TYPE(UiScorePage, ui_score_page, GTK_TYPE_BOX)

static const char *draft_words(enum work_draft draft)
{
	switch (draft) {
	case DRAFT_WAITING:
	case DRAFT_SAVING:
		return _("Saving…");
	case DRAFT_SAVED:
		return _("Draft saved");
	case DRAFT_FAILED:
		return _("The draft is not saved");
	default:
		return "";
	}
}

static void commitment_show(UiScorePage *p, const struct score_sheet *s)
{
	g_autofree char *text =
		g_strdup_printf(_("Commitment in the ledger: %s"), score_sheet_commitment(s));

	gtk_label_set_text(p->commitment, text);
	gtk_widget_set_visible(GTK_WIDGET(p->commitment), *score_sheet_commitment(s) != '\0');
}

/* A sheet without cells is the member's word that he has judged. */
static void sheet_show(UiScorePage *p)
{
	const struct score_sheet *s = *p->lot ? ui_work_sheet(p->work, p->lot) : NULL;
	bool submitted = s && score_sheet_is_submitted(s);
	unsigned of = 0, n = s ? score_sheet_filled(s, &of) : 0;
	g_autofree char *progress = submitted ? g_strdup(_("Submitted"))
					      : g_strdup_printf(_("%u of %u filled in"), n, of);

	if ((s ? score_sheet_serial(s) : 0) != p->serial)
		ui_score_grid_fill(p->grid, s);
	else if (s)
		ui_score_grid_update(p->grid, s);
	p->serial = s ? score_sheet_serial(s) : 0;
	gtk_label_set_text(p->progress, s ? progress : _("Loading…"));
	gtk_label_set_text(
		p->draft, s && !submitted ? draft_words(ui_work_draft(p->work, p->lot)) : "");
	gtk_widget_set_visible(p->submit, !submitted);
	gtk_widget_set_visible(p->how, !submitted);
	gtk_widget_set_sensitive(p->submit, s && n == of && !ui_work_facts(p->work)->busy);
	if (s)
		commitment_show(p, s);
}

/* ---- which lot ---- */

static void lot_chosen(GtkDropDown *lots, GParamSpec *spec, UiScorePage *p)
{
	guint at = gtk_drop_down_get_selected(lots);

	if (!p->work || at >= ui_work_n_lots(p->work))
		return;
	g_strlcpy(p->lot, ui_work_lot(p->work, at).lot, sizeof(p->lot));
	sheet_show(p);
}

static void lots_show(UiScorePage *p)
{
	GtkStringList *list = gtk_string_list_new(NULL);
	g_autoptr(GString) names = g_string_new(NULL);
	guint at = gtk_drop_down_get_selected(p->lots);

	for (unsigned i = 0; i < ui_work_n_lots(p->work); i++) {
		const struct work_lot lot = ui_work_lot(p->work, i);
		g_autofree char *name =
			lot.submitted ? g_strdup_printf(_("%d · %s (submitted)"), lot.no, lot.name)
				      : g_strdup_printf("%d · %s", lot.no, lot.name);

		gtk_string_list_append(list, name);
		g_string_append_printf(names, "%s\n", name);
	}
	if (g_strcmp0(names->str, p->names) == 0) {
		g_object_unref(list);
		return;
	}
	g_free(p->names);
	p->names = g_strdup(names->str);
	gtk_drop_down_set_model(p->lots, G_LIST_MODEL(list));
	if (at < ui_work_n_lots(p->work))
		gtk_drop_down_set_selected(p->lots, at);
	lot_chosen(p->lots, NULL, p);
	g_object_unref(list);
}

/* ---- the sheet ---- */

static void typed(UiScoreGrid *grid, guint bid, guint item, const char *text, UiScorePage *p)
{
	ui_work_score(p->work, p->lot, bid, item, text);
}

static void submit_answered(void *user, const char *unused, const char *unused_too)
{
	UiScorePage *p = user;

	ui_work_submit(p->work, p->lot);
}

static void submit_asked(GtkButton *button, UiScorePage *p)
{
	const struct prompt prompt = {
		.title = _("Submit the sheet?"),
		.question =
			_("It cannot be changed afterwards; its commitment goes into the ledger."),
		.yes = _("Submit"),
	};

	prompt_ask(GTK_WIDGET(p), &prompt, submit_answered, G_OBJECT(p), p);
}

static void sheet_came(UiWork *work, const char *lot, UiScorePage *p)
{
	if (strcmp(lot, p->lot) == 0)
		sheet_show(p);
}

static void changed(UiWork *work, UiScorePage *p)
{
	if (ui_work_facts(work)->task != WORK_SCORE) {
		p->lot[0] = '\0';
		g_clear_pointer(&p->names, g_free);
		return;
	}
	lots_show(p);
	sheet_show(p);
}

void ui_score_page_set_work(UiScorePage *p, UiWork *work)
{
	p->work = g_object_ref(work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	g_signal_connect(work, "sheet", G_CALLBACK(sheet_came), p);
	g_signal_connect(p->grid, "typed", G_CALLBACK(typed), p);
	changed(work, p);
}

static void ui_score_page_dispose(GObject *object)
{
	UiScorePage *p = UI_SCORE_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	g_clear_pointer(&p->names, g_free);
	G_OBJECT_CLASS(ui_score_page_parent_class)->dispose(object);
}

static void ui_score_page_class_init(UiScorePageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_score_page_dispose;
	g_type_ensure(UI_TYPE_SCORE_GRID);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/score_page.ui");
	gtk_widget_class_bind_template_child(widget, UiScorePage, lots);
	gtk_widget_class_bind_template_child(widget, UiScorePage, progress);
	gtk_widget_class_bind_template_child(widget, UiScorePage, draft);
	gtk_widget_class_bind_template_child(widget, UiScorePage, submit);
	gtk_widget_class_bind_template_child(widget, UiScorePage, how);
	gtk_widget_class_bind_template_child(widget, UiScorePage, grid);
	gtk_widget_class_bind_template_child(widget, UiScorePage, commitment);
	gtk_widget_class_bind_template_callback(widget, lot_chosen);
	gtk_widget_class_bind_template_callback(widget, submit_asked);
}

static void ui_score_page_init(UiScorePage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
}
