/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What work.c (acts and facts), work_session.c (what the session says), work_papers.c,
 * work_report.c and work_sign.c share; nobody else includes it. */

#include "proto/json_text.h"
#include "room-client/ui/work.h"

/* What could not be had is asked for again, after a while that grows. */
struct work_retry {
	void (*again)(void *user);
	void *user;
	guint timer; /* 0: nothing waits */
	unsigned n_failures;
};

struct _UiWork {
	GObject parent;
	struct ui_work_out out;
	struct work_facts facts;

	json_t *session; /* as the server gave it; NULL: not yet */
	bool asking, ask_again;
	struct work_retry session_retry;
	char *turn_key; /* what facts.turn stands for */
	unsigned last_turn;
	GArray *candidates; /* struct work_candidate, of the session's texts */
	GArray *lots;       /* struct work_lot, likewise */
	GPtrArray *bidders;
	GPtrArray *steps_back; /* borrowed of the session */
	GHashTable *openings; /* lots whose bidders came or are on their way */
	struct work_retry openings_retry;

	GHashTable *papers; /* name → struct paper */
	/* How often the session, papers and report were forgotten: an answer about one that is
	 * gone says nothing about the one of the same name that is here now. */
	unsigned session_no, papers_no;

	bool questions_wanted; /* somebody looked at them */
	json_t *questions;     /* as the server gave them; NULL: not yet */

	bool report_asked, report_shown;
	json_t *report;
	GBytes *pdf;
	char pdf_sha256[65];
	struct work_retry report_retry;
	struct work_signing *signing; /* work_sign.c; NULL: nothing is being signed */
	unsigned last_signing;
};

enum work_signal {
	WORK_CHANGED,
	WORK_PAPER,
	WORK_QUESTIONS,
	WORK_REPORT,
	WORK_REFUSED,
	N_WORK_SIGNALS
};
extern guint work_signals[N_WORK_SIGNALS];

/* One call under way: what it is for. */
struct work_asked {
	UiWork *work;
	unsigned session_no, papers_no; /* when it was asked */
	char paper[WORK_PAPER_SIZE];    /* or the lot */
	char *text;                     /* work_sign.c: the opinion */
	char account[IDENT_SIZE];       /* work_sign.c: who signs */
	unsigned signing;               /* work_sign.c: which signing */
	unsigned edit;                  /* work_papers.c: which edit was sent */
	int64_t version;                /* work_papers.c: the one that was known */
};

struct work_asked *work_asked_new(UiWork *w, const char *paper);
/* It was about a session, or papers and report, that are forgotten. */
bool work_session_is_gone(const struct work_asked *asked);
bool work_papers_are_gone(const struct work_asked *asked);

/* Sends; frees asked if it cannot. path may be freed afterwards. */
bool work_send(const char *method, const char *path, int64_t version, const json_t *body,
	work_answered *answered, struct work_asked *asked);
/* True for 2xx; otherwise "refused" is emitted. */
bool work_is_good(UiWork *w, int status, const json_t *body);
/* No answer, or trouble that passes: the same may go well later. */
bool work_may_pass(int status);
void work_refuse(UiWork *w, const char *code, const char *title);
/* An act of the expert is on its way, or over. */
void work_set_busy(UiWork *w, bool busy);

void work_retry_later(UiWork *w, struct work_retry *retry);
/* Nothing waits any more; what failed counts on. */
void work_retry_hold(struct work_retry *retry);
/* It went well, or is not wanted any more. */
void work_retry_stop(struct work_retry *retry);
/* After so many failures. */
guint work_retry_ms(UiWork *w, unsigned n_failures);

/* work_session.c */
void work_session_init(UiWork *w);
void work_session_forget(UiWork *w);
/* Asks for the session anew. */
void work_refresh(UiWork *w);

/* work_papers.c: for struct _UiWork. */
GHashTable *work_papers_new(void);
/* Another step, other papers: they are asked for when they are shown. */
void work_papers_forget(UiWork *w);
/* Bids or lots are others, or what was given is undone: the papers are asked for anew, and what was
 * typed stays. */
void work_papers_renew(UiWork *w);
/* After a pause: drafts that wait are saved. */
void work_papers_resume(UiWork *w);

/* work_questions.c */
void work_questions_notice(UiWork *w, const char *kind);
void work_questions_forget(UiWork *w);

/* work_sign.c */
void work_sign_forget(UiWork *w);

/* work_report.c */
void work_report_init(UiWork *w);
void work_report_forget(UiWork *w);
