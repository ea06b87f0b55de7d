/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/paper_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/ballot_grid.h"
#include "room-client/ui/prompt.h"
#include "room-client/ui/score_grid.h"

struct _UiPaperPage {
	GtkBox parent;
	GtkDropDown *lots;
	GtkLabel *progress, *draft, *commitment;
	GtkWidget *submit, *how, *returned;
	GtkLabel *stage;
	UiScoreGrid *scores;
	UiBallotGrid *votes;
	UiWork *work;
	char lot[IDENT_SIZE];        /* that was chosen */
	char paper[WORK_PAPER_SIZE]; /* that is shown; "" none */
	char asked[WORK_PAPER_SIZE]; /* whether to submit it */
	unsigned asked_serial;       /* of it, as it was shown then */
	char *names;                 /* of the lots in the list */
	bool listing;                /* the list changes, not what is chosen */
	unsigned serial;             /* of the paper in the grid; 0 none */
	bool open;                   /* that paper */
};

G_DEFINE_FINAL_TYPE(UiPaperPage, ui_paper_page, GTK_TYPE_BOX)

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

static const char *stage_words(const char *paper)
{
	const char *slash = strchr(paper, '/');

	if (!slash)
		return "";
	if (strcmp(slash, "/qualification") == 0)
		return _("Qualification");
	return strcmp(slash, "/preliminary") == 0 ? _("Preliminary review") : _("Responsiveness");
}

/* What there is to say of a paper of either kind. */
struct paper_facts {
	unsigned serial, n, of; /* serial 0: it is not there yet */
	bool submitted, open, returned;
	const char *commitment;
};

static struct paper_facts scores_show(UiPaperPage *p)
{
	const struct score_sheet *s = ui_work_sheet(p->work, p->paper);
	struct paper_facts f = {.commitment = ""};

	if (s) {
		f.serial = score_sheet_serial(s);
		f.n = score_sheet_filled(s, &f.of);
		f.submitted = score_sheet_is_submitted(s);
		f.open = !f.submitted;
		f.returned = score_sheet_is_returned(s);
		f.commitment = score_sheet_commitment(s);
	}
	if (f.serial != p->serial || f.open != p->open)
		ui_score_grid_fill(p->scores, s);
	else if (s)
		ui_score_grid_update(p->scores, s);
	return f;
}

static struct paper_facts votes_show(UiPaperPage *p)
{
	const struct ballot *b = ui_work_ballot(p->work, p->paper);
	struct paper_facts f = {.commitment = ""};

	if (b) {
		f.serial = ballot_serial(b);
		f.n = ballot_given(b, &f.of);
		f.submitted = ballot_is_submitted(b);
		f.open = ballot_is_open(b);
	}
	if (f.serial != p->serial || f.open != p->open)
		ui_ballot_grid_fill(p->votes, b);
	return f;
}

static char *progress_words(const struct paper_facts *f)
{
	if (!f->serial)
		return g_strdup(_("Loading…"));
	if (f->submitted)
		return g_strdup(_("Submitted"));
	return g_strdup_printf(_("%u of %u filled in"), f->n, f->of);
}

/* A paper without cells is the member's word that he has judged. */
static void facts_show(UiPaperPage *p, const struct paper_facts *f)
{
	g_autofree char *progress = progress_words(f);
	g_autofree char *commitment =
		g_strdup_printf(_("Commitment in the ledger: %s"), f->commitment);

	gtk_label_set_text(p->progress, progress);
	gtk_label_set_text(p->draft, f->open ? draft_words(ui_work_draft(p->work, p->paper)) : "");
	gtk_widget_set_visible(p->submit, f->open);
	gtk_widget_set_visible(p->returned, f->open && f->returned);
	gtk_widget_set_visible(p->how, f->open && !strchr(p->paper, '/'));
	gtk_widget_set_sensitive(p->submit, f->n == f->of && !ui_work_facts(p->work)->busy);
	gtk_label_set_text(p->commitment, commitment);
	gtk_widget_set_visible(GTK_WIDGET(p->commitment), *f->commitment != '\0');
}

/* No trace of what was shown before stays. */
static void nothing_show(UiPaperPage *p)
{
	p->paper[0] = p->asked[0] = '\0';
	p->serial = 0;
	ui_score_grid_fill(p->scores, NULL);
	ui_ballot_grid_fill(p->votes, NULL);
	gtk_label_set_text(p->progress, "");
	gtk_label_set_text(p->draft, "");
	gtk_label_set_text(p->stage, _("There is nothing to judge for this lot in this step"));
	gtk_widget_set_visible(GTK_WIDGET(p->stage), TRUE);
	gtk_widget_set_visible(p->submit, FALSE);
	gtk_widget_set_visible(p->how, FALSE);
	gtk_widget_set_visible(p->returned, FALSE);
	gtk_widget_set_visible(GTK_WIDGET(p->commitment), FALSE);
	gtk_widget_set_visible(GTK_WIDGET(p->scores), FALSE);
	gtk_widget_set_visible(GTK_WIDGET(p->votes), FALSE);
}

static void paper_show(UiPaperPage *p)
{
	bool is_ballot = strchr(p->paper, '/') != NULL;
	struct paper_facts f;

	if (!*p->paper) {
		nothing_show(p);
		return;
	}
	f = is_ballot ? votes_show(p) : scores_show(p);
	p->serial = f.serial;
	p->open = f.open;
	facts_show(p, &f);
	gtk_widget_set_visible(GTK_WIDGET(p->scores), !is_ballot);
	gtk_widget_set_visible(GTK_WIDGET(p->votes), is_ballot);
	gtk_label_set_text(p->stage, stage_words(p->paper));
	/* Where the step has one stage, it is called like the step. */
	gtk_widget_set_visible(GTK_WIDGET(p->stage),
		is_ballot && strcmp(strchr(p->paper, '/') + 1, ui_work_facts(p->work)->step) != 0);
}

/* ---- which lot ---- */

static void lot_show(UiPaperPage *p)
{
	if (ui_work_facts(p->work)->task == WORK_REVIEW)
		ui_work_ballot_of(p->work, p->lot, p->paper);
	else
		g_strlcpy(p->paper, p->lot, sizeof(p->paper));
	paper_show(p);
}

static void lot_chosen(GtkDropDown *lots, GParamSpec *spec, UiPaperPage *p)
{
	guint at = gtk_drop_down_get_selected(lots);

	if (!p->work || p->listing || at >= ui_work_n_lots(p->work))
		return;
	g_strlcpy(p->lot, ui_work_lot(p->work, at).lot, sizeof(p->lot));
	lot_show(p);
}

/* The lot that was chosen stays so while others fail; if it is gone itself, the first one is. */
static void lot_keep(UiPaperPage *p)
{
	guint at = 0, n = ui_work_n_lots(p->work);

	for (guint i = 0; i < n; i++)
		at = strcmp(ui_work_lot(p->work, i).lot, p->lot) == 0 ? i : at;
	g_strlcpy(p->lot, at < n ? ui_work_lot(p->work, at).lot : "", sizeof(p->lot));
	if (at < n && gtk_drop_down_get_selected(p->lots) != at)
		gtk_drop_down_set_selected(p->lots, at);
}

static void lots_show(UiPaperPage *p)
{
	GtkStringList *list = gtk_string_list_new(NULL);
	g_autoptr(GString) names = g_string_new(NULL);

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
	g_object_unref(list);
}

/* ---- the paper ---- */

static void typed(UiScoreGrid *grid, guint bid, guint item, const char *text, UiPaperPage *p)
{
	ui_work_score(p->work, p->paper, bid, item, text);
}

static void voted(
	UiBallotGrid *grid, guint bid, guint item, int vote, const char *reason, UiPaperPage *p)
{
	ui_work_vote_bid(p->work, p->paper, bid, item, (enum ballot_vote)vote, reason);
}

static void submit_answered(void *user, const char *unused, const char *unused_too)
{
	UiPaperPage *p = user;

	/* It may be another one that is shown now, or say something else. */
	if (*p->asked && strcmp(p->asked, p->paper) == 0 && p->asked_serial == p->serial)
		ui_work_submit(p->work, p->asked);
}

static void submit_asked(GtkButton *button, UiPaperPage *p)
{
	const struct prompt prompt = {
		.title = _("Submit?"),
		.question =
			_("It cannot be changed afterwards; its commitment goes into the ledger."),
		.yes = _("Submit"),
	};

	g_strlcpy(p->asked, p->paper, sizeof(p->asked));
	p->asked_serial = p->serial;
	prompt_ask(GTK_WIDGET(p), &prompt, submit_answered, G_OBJECT(p), p);
}

static void paper_came(UiWork *work, const char *paper, UiPaperPage *p)
{
	if (strcmp(paper, p->paper) == 0)
		paper_show(p);
}

static void changed(UiWork *work, UiPaperPage *p)
{
	enum work_task task = ui_work_facts(work)->task;

	if (task == WORK_HELD)
		return;
	if (task != WORK_SCORE && task != WORK_REVIEW) {
		nothing_show(p);
		return;
	}
	p->listing = true;
	lots_show(p);
	lot_keep(p);
	p->listing = false;
	lot_show(p); /* the lot may be at its next stage */
}

void ui_paper_page_set_work(UiPaperPage *p, UiWork *work)
{
	p->work = g_object_ref(work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	g_signal_connect(work, "paper", G_CALLBACK(paper_came), p);
	g_signal_connect(p->scores, "typed", G_CALLBACK(typed), p);
	g_signal_connect(p->votes, "voted", G_CALLBACK(voted), p);
	changed(work, p);
}

static void ui_paper_page_dispose(GObject *object)
{
	UiPaperPage *p = UI_PAPER_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	g_clear_pointer(&p->names, g_free);
	G_OBJECT_CLASS(ui_paper_page_parent_class)->dispose(object);
}

static void ui_paper_page_class_init(UiPaperPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_paper_page_dispose;
	g_type_ensure(UI_TYPE_SCORE_GRID);
	g_type_ensure(UI_TYPE_BALLOT_GRID);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/paper_page.ui");
	gtk_widget_class_bind_template_child(widget, UiPaperPage, lots);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, progress);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, draft);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, submit);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, how);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, returned);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, stage);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, scores);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, votes);
	gtk_widget_class_bind_template_child(widget, UiPaperPage, commitment);
	gtk_widget_class_bind_template_callback(widget, lot_chosen);
	gtk_widget_class_bind_template_callback(widget, submit_asked);
}

static void ui_paper_page_init(UiPaperPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
	/* The button inside has the focus, and by itself only the name of its class. */
	gtk_accessible_update_property(
		GTK_ACCESSIBLE(gtk_widget_get_first_child(GTK_WIDGET(p->lots))),
		GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lot"), -1);
}
