/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The expert's own part of the evaluation: the promise (承诺), the vote for the leader (组长), the
 * ballots of the review (资格审查、符合性审查), the score sheets (评分表) and the signature under
 * the report (评标报告). What the server says becomes facts that widgets show, what the expert does
 * becomes calls of the API under the seat's sign-in. No GTK.
 *
 * Signals: "changed" when the task or what it needs is another; "paper" (name) when a sheet or
 * ballot came, was saved, was not, or is submitted; "questions" when those to bidders came; "report"
 * when the report came; "refused" (code, title).
 */

#include <gio/gio.h>
#include <jansson.h>
#include <stdbool.h>

#include "proto/ed25519.h"
#include "proto/ident.h"
#include "room-client/ui/ballot.h"
#include "room-client/ui/score_sheet.h"

#define WORK_PAPER_SIZE (2 * IDENT_SIZE)

/* status 0: no answer came. body and bytes (the same as it came) are borrowed and may be NULL. */
typedef void work_answered(void *user, int status, const json_t *body, GBytes *bytes);

struct work_call {
	const char *method, *path; /* what follows "/api/v1" */
	int64_t version;           /* that is changed; -1: any */
	const json_t *body;        /* NULL: none */
};

struct work_signature {
	bool given; /* the key was made elsewhere, and is not ours to make known */
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
};

/* What the work asks of the client; see room-client/app.h. */
struct ui_work_out {
	void *user;
	/* answered comes later, or not at all once the client is gone; then done frees data. */
	bool (*call)(void *user, const struct work_call *call, work_answered *answered, void *data,
		GDestroyNotify done); /* false: there is no sign-in, data is freed */
	guint pause_ms, again_ms; /* of typing, before a draft is saved; after what failed first */
	/* By the key of this account. 0, a refusal or a fault. */
	int (*sign)(void *user, const char *account, const void *data, size_t len,
		struct work_signature *ret);
};

enum work_task {
	WORK_NONE, /* this seat judges nothing, or has no sign-in */
	WORK_WAIT, /* nothing to do in this step */
	WORK_PROMISE,
	WORK_LEADER,
	WORK_REVIEW,
	WORK_SCORE,
	WORK_SIGN,
	WORK_OVER,
	WORK_HELD, /* the session is paused or adjourned */
	WORK_OUT,  /* recused or replaced */
};

#define WORK_PAUSE_MS 800
#define WORK_AGAIN_MS 3000

struct work_facts {
	enum work_task task;
	/* Another one for whatever is new to do: session, step, task or round. It outlives a
	 * pause. 0: there is no work. What was filled in belongs to one turn. */
	unsigned turn;
	bool done; /* the own part of this step is given */
	bool busy; /* an answer is awaited */
	/* A paper did not come yet or its draft is not saved yet, as "refused" told. */
	bool paper_refused;
	char session[IDENT_SIZE];
	char step[IDENT_SIZE];
	int member_no;
	char alias[64];       /* as the others call this member */
	int round, votes, of; /* WORK_LEADER */
	const char *why;      /* WORK_HELD: the reason, or ""; valid until "changed" */
	int64_t promise_at_us; /* WORK_PROMISE: read until then, by g_get_monotonic_time() */
	bool may_ask_time;    /* it may say that the time of this step is too short, and has not */
	bool rolling;         /* WORK_HELD: a step back waits for the supervisor */
};

struct work_candidate {
	int member_no;
	const char *name;
};

struct work_lot {
	const char *lot, *name;
	int no;
	bool submitted;
};

enum work_draft {
	DRAFT_CLEAN,
	DRAFT_WAITING,
	DRAFT_SAVING,
	DRAFT_SAVED,
	DRAFT_FAILED, /* tried again later */
};

struct work_report {
	bool there;
	bool same;          /* what came is what the server says it is */
	bool shown;         /* see ui_work_report_shown */
	const char *sha256; /* of what came, in hex */
	GBytes *pdf;
	int n_signatures, of;
};

#define UI_TYPE_WORK (ui_work_get_type())
G_DECLARE_FINAL_TYPE(UiWork, ui_work, UI, WORK, GObject)

/* Copies out. */
UiWork *ui_work_new(const struct ui_work_out *out);

/* As the client tells it; state is what app_state gives after the notice. */
void ui_work_notice(UiWork *w, const char *name, const json_t *fields, const json_t *state);
/* The client is gone, and with it everything. */
void ui_work_clear(UiWork *w);

const struct work_facts *ui_work_facts(UiWork *w);

/* Texts are valid until "changed". */
const GPtrArray *ui_work_bidders(UiWork *w); /* names; empty until they came */
unsigned ui_work_n_candidates(UiWork *w);
struct work_candidate ui_work_candidate(UiWork *w, unsigned i);
unsigned ui_work_n_lots(UiWork *w); /* those that are judged */
struct work_lot ui_work_lot(UiWork *w, unsigned i);

/* The steps the session can go back to, by name: only the leader may ask, and while it is held up
 * nobody. */
const GPtrArray *ui_work_steps_back(UiWork *w);
/* step: of that list. code: as the API names it. */
void ui_work_ask_back(UiWork *w, unsigned step, const char *code, const char *reason);

/* The time of this step is too short (C09). */
void ui_work_ask_time(UiWork *w);
void ui_work_promise(UiWork *w);
/* grounds: codes as the API names them. */
void ui_work_recuse(UiWork *w, const char *const *grounds);
void ui_work_vote(UiWork *w, int member_no);

/*
 * ---- papers: score sheets and ballots ----
 *
 * A sheet is named by its lot, a ballot "LOT/STAGE".
 */

/* NULL: not there yet; it is asked for, and "paper" follows. */
const struct score_sheet *ui_work_sheet(UiWork *w, const char *lot);
const struct ballot *ui_work_ballot(UiWork *w, const char *paper);
/* The ballot that a lot waits for in this step, or its last one; "" none. */
void ui_work_ballot_of(UiWork *w, const char *lot, char ret_paper[WORK_PAPER_SIZE]);
enum work_draft ui_work_draft(UiWork *w, const char *paper);
/* Saved by itself after a pause of typing. */
void ui_work_score(UiWork *w, const char *lot, unsigned bid, unsigned item, const char *typed);
void ui_work_vote_bid(UiWork *w, const char *paper, unsigned bid, unsigned item,
	enum ballot_vote vote, const char *reason);
/* For good: the commitment is in the ledger when "paper" follows. */
void ui_work_submit(UiWork *w, const char *paper);

/* ---- questions to bidders (澄清) ---- */

/* Texts as the API names them, "" for what there is not; valid until "questions". */
struct work_question {
	const char *bidder, *text, *state, *note, *answer, *outcome, *outcome_note;
};

/* "questions" follows, and again with every event about one. */
void ui_work_ask_questions(UiWork *w);
unsigned ui_work_n_questions(UiWork *w);
struct work_question ui_work_question(UiWork *w, unsigned i);

/* ---- the report ---- */

/* Asks for it if need be; "report" follows. */
struct work_report ui_work_report(UiWork *w);
/* The expert has the pages before him: before that nothing is signed. */
void ui_work_report_shown(UiWork *w);
/* opinion: a dissenting one (不同意见), "" for none. */
void ui_work_sign(UiWork *w, const char *opinion);
