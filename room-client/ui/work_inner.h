/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What work.c (step and task), work_papers.c and work_report.c share; nobody else includes it. */

#include "room-client/ui/work.h"

struct _UiWork {
	GObject parent;
	struct ui_work_out out;
	struct work_facts facts;
	json_t *session; /* as the server gave it; NULL: not yet */
	bool asking, ask_again;
	GPtrArray *bidders;
	bool bidders_asked;
	GArray *candidates; /* struct work_candidate, of the session's texts */
	GArray *lots;       /* struct work_lot, likewise */
	GHashTable *papers; /* name → struct paper */

	bool report_asked;
	json_t *report;
	GBytes *pdf;
	char pdf_sha256[65];
};

enum work_signal { WORK_CHANGED, WORK_PAPER, WORK_REPORT, WORK_REFUSED, N_WORK_SIGNALS };
extern guint work_signals[N_WORK_SIGNALS];

/* One call under way: what it is for. */
struct work_asked {
	UiWork *work;
	char paper[WORK_PAPER_SIZE];
	char *text;    /* work_report.c: the opinion */
	unsigned edit; /* work_papers.c: which edit was sent */
};

struct work_asked *work_asked_new(UiWork *w, const char *paper);

/* Sends; frees asked if it cannot. path may be freed afterwards. */
bool work_send(const char *method, const char *path, int64_t version, const json_t *body,
	work_answered *answered, struct work_asked *asked);
/* True for 2xx; otherwise "refused" is emitted. */
bool work_is_good(UiWork *w, int status, const json_t *body);
/* Asks for the session anew. */
void work_refresh(UiWork *w);
/* An act of the expert is on its way, or over. */
void work_set_busy(UiWork *w, bool busy);

const char *work_text(const json_t *object, const char *name);

/* work_papers.c: for struct _UiWork. */
GHashTable *work_papers_new(void);
/* Another step, other papers: they are asked for when they are shown. */
void work_papers_forget(UiWork *w);

/* work_report.c */
void work_report_forget(UiWork *w);
