/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The committee's questions to bidders (澄清) and what they answered, to be read. They are asked
 * for when somebody looks, and from then on with every event about one. */
#include <string.h>

#include "room-client/ui/work_inner.h"

static void questions_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	UiWork *w = asked->work;

	if (work_session_is_gone(asked))
		return;
	/* Whoever reads what came before need not be told. */
	if (status != 200 && w->questions)
		return;
	if (!work_is_good(w, status, body))
		return;
	json_decref(w->questions);
	w->questions = json_incref(json_object_get(body, "items"));
	g_signal_emit(w, work_signals[WORK_QUESTIONS], 0);
}

void ui_work_ask_questions(UiWork *w)
{
	g_autofree char *path = g_strdup_printf("/sessions/%s/questions", w->facts.session);

	if (!*w->facts.session)
		return;
	w->questions_wanted = true;
	work_send("GET", path, -1, NULL, questions_answered, work_asked_new(w, ""));
}

void work_questions_notice(UiWork *w, const char *kind)
{
	if (w->questions_wanted && g_str_has_prefix(kind, "question."))
		ui_work_ask_questions(w);
}

void work_questions_forget(UiWork *w)
{
	w->questions_wanted = false;
	json_decref(w->questions);
	w->questions = NULL;
}

unsigned ui_work_n_questions(UiWork *w)
{
	return (unsigned)json_array_size(w->questions);
}

struct work_question ui_work_question(UiWork *w, unsigned i)
{
	const json_t *row = json_array_get(w->questions, i);

	return (struct work_question){.bidder = json_text(row, "bidder_name"),
		.text = json_text(row, "text"),
		.state = json_text(row, "state"),
		.note = json_text(row, "note"),
		.answer = json_text(row, "answer"),
		.outcome = json_text(row, "outcome"),
		.outcome_note = json_text(row, "outcome_note")};
}
