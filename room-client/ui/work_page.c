/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/work_page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "room-client/ui/leader_page.h"
#include "room-client/ui/paper_page.h"
#include "room-client/ui/promise_page.h"
#include "room-client/ui/prompt.h"
#include "room-client/ui/question_dialog.h"
#include "room-client/ui/rollback_dialog.h"
#include "room-client/ui/sign_page.h"
#include "room-client/ui/words.h"

struct _UiWorkPage {
	GtkBox parent;
	GtkLabel *title, *refusal;
	GtkWidget *back, *questions, *time;
	GtkStack *tasks;
	AdwStatusPage *wait;
	UiPromisePage *promise;
	UiLeaderPage *leader;
	UiPaperPage *paper;
	UiSignPage *sign;
	UiWork *work;
	unsigned turn; /* that was shown last */
	bool of_paper; /* the refusal that is shown */
};

G_DEFINE_FINAL_TYPE(UiWorkPage, ui_work_page, GTK_TYPE_BOX)

enum { WANTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* The page of a task, or what is said while there is nothing to do. */
static const char *page_of(enum work_task task, bool done)
{
	switch (task) {
	case WORK_PROMISE:
		return done ? NULL : "promise";
	case WORK_LEADER:
		return done ? NULL : "leader";
	case WORK_REVIEW:
	case WORK_SCORE:
		return "paper";
	case WORK_SIGN:
		return "sign";
	default:
		return NULL;
	}
}

static const char *wait_words(const struct work_facts *f)
{
	switch (f->task) {
	case WORK_PROMISE:
		return _("You have given your promise. Please wait for the other experts.");
	case WORK_LEADER:
		return _("You have voted. Please wait for the others.");
	case WORK_OVER:
		return _("The evaluation is closed. Thank you.");
	case WORK_HELD:
		return f->rolling
			       ? _("A step back was asked for; the session waits for the supervisor")
			       : f->why;
	case WORK_OUT:
		return _("You do not take part in this evaluation any more.");
	default:
		return _("There is nothing for you to do in this step. Please wait for the host.");
	}
}

static void refusal_hide(UiWorkPage *p)
{
	gtk_widget_set_visible(GTK_WIDGET(p->refusal), FALSE);
	gtk_label_set_text(p->refusal, "");
	p->of_paper = false;
}

/* What was refused is told until it is tried again, went well after all, or there is something else
 * to do. */
static void refusal_update(UiWorkPage *p, bool is_new)
{
	const struct work_facts *f = ui_work_facts(p->work);

	if (is_new || f->busy || (p->of_paper && !f->paper_refused))
		refusal_hide(p);
}

/* The description is markup, and the reason what somebody typed. */
static void wait_show(UiWorkPage *p, const struct work_facts *f)
{
	g_autofree char *words = g_markup_escape_text(wait_words(f), -1);

	adw_status_page_set_title(
		p->wait, f->task == WORK_HELD ? _("The session is held up") : _("Please wait"));
	adw_status_page_set_description(p->wait, words);
}

/* From the first step at which the committee judges on there may be questions to read. */
static bool asks_bidders(const struct work_facts *f)
{
	static const char *const steps[] = {
		"qualification", "preliminary", "scoring", "summary", "signing", NULL};

	return f->task != WORK_NONE && f->task != WORK_OUT && g_strv_contains(steps, f->step);
}

static void changed(UiWork *work, UiWorkPage *p)
{
	const struct work_facts *f = ui_work_facts(work);
	const char *page = page_of(f->task, f->done);
	bool is_new = p->turn != f->turn;

	gtk_label_set_text(p->title, f->step[0] ? words_step(f->step) : "");
	wait_show(p, f);
	gtk_widget_set_visible(p->back, ui_work_steps_back(work)->len > 0);
	gtk_widget_set_sensitive(p->back, !f->busy);
	gtk_widget_set_visible(p->questions, asks_bidders(f));
	gtk_widget_set_visible(p->time, f->may_ask_time);
	gtk_widget_set_sensitive(p->time, !f->busy);
	gtk_stack_set_visible_child_name(p->tasks, page ? page : "wait");
	p->turn = f->turn;
	refusal_update(p, is_new);
	if (is_new && page && !f->done)
		g_signal_emit(p, signals[WANTED], 0);
}

static void time_answered(void *user, const char *unused, const char *unused_too)
{
	ui_work_ask_time(((UiWorkPage *)user)->work);
}

static void time_asked(GtkButton *button, UiWorkPage *p)
{
	const struct prompt prompt = {
		.title = _("The time is too short"),
		.question =
			_("With more than a third of the experts the time must be extended. Your "
			  "vote cannot be taken back."),
		.yes = _("The time is too short"),
	};

	prompt_ask(GTK_WIDGET(p), &prompt, time_answered, G_OBJECT(p), p);
}

static void questions_asked(GtkButton *button, UiWorkPage *p)
{
	question_dialog_show(GTK_WIDGET(p), p->work);
}

static void back_asked(GtkButton *button, UiWorkPage *p)
{
	rollback_dialog_show(GTK_WIDGET(p), p->work);
}

static void paper_came(UiWork *work, const char *paper, UiWorkPage *p)
{
	refusal_update(p, false);
}

static void refused(UiWork *work, const char *code, const char *title, UiWorkPage *p)
{
	gtk_label_set_text(p->refusal, words_refusal(code, title));
	gtk_widget_set_visible(GTK_WIDGET(p->refusal), TRUE);
	p->of_paper = ui_work_facts(work)->paper_refused;
}

static void ui_work_page_dispose(GObject *object)
{
	UiWorkPage *p = UI_WORK_PAGE(object);

	if (p->work)
		g_signal_handlers_disconnect_by_data(p->work, p);
	g_clear_object(&p->work);
	G_OBJECT_CLASS(ui_work_page_parent_class)->dispose(object);
}

static void ui_work_page_class_init(UiWorkPageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_work_page_dispose;
	signals[WANTED] = g_signal_new("wanted", UI_TYPE_WORK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 0);
	g_type_ensure(UI_TYPE_PROMISE_PAGE);
	g_type_ensure(UI_TYPE_LEADER_PAGE);
	g_type_ensure(UI_TYPE_PAPER_PAGE);
	g_type_ensure(UI_TYPE_SIGN_PAGE);
	gtk_widget_class_set_template_from_resource(widget, "/org/bidroom/Client/work_page.ui");
	gtk_widget_class_bind_template_child(widget, UiWorkPage, title);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, back);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, questions);
	gtk_widget_class_bind_template_callback(widget, questions_asked);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, time);
	gtk_widget_class_bind_template_callback(widget, time_asked);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, refusal);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, tasks);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, wait);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, promise);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, leader);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, paper);
	gtk_widget_class_bind_template_child(widget, UiWorkPage, sign);
	gtk_widget_class_bind_template_callback(widget, back_asked);
}

static void ui_work_page_init(UiWorkPage *p)
{
	gtk_widget_init_template(GTK_WIDGET(p));
}

GtkWidget *ui_work_page_new(UiWork *work)
{
	UiWorkPage *p = g_object_new(UI_TYPE_WORK_PAGE, NULL);

	p->work = g_object_ref(work);
	ui_promise_page_set_work(p->promise, work);
	ui_leader_page_set_work(p->leader, work);
	ui_paper_page_set_work(p->paper, work);
	ui_sign_page_set_work(p->sign, work);
	g_signal_connect(work, "changed", G_CALLBACK(changed), p);
	g_signal_connect(work, "paper", G_CALLBACK(paper_came), p);
	g_signal_connect(work, "refused", G_CALLBACK(refused), p);
	changed(work, p);
	return GTK_WIDGET(p);
}
