/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_QUESTION_ACT_H
#define SERVER_ACT_QUESTION_ACT_H

/* What the acts about questions to bidders (澄清) share. The session is locked before its
 * questions. */
#include "server/act/act.h"
#include "server/eval/question.h"
#include "server/store/question_store.h"

struct eval_session;

struct question_state question_state_of(const struct question_row *q);

/* The question of the input, of its session; locked. REFUSED if there is none. */
int question_read(struct act *a, const json_t *in, struct question_row **ret);
/* 0, or REFUSED with the code of a refusal of server/eval/question, and E09 where it is the rule.
 */
int question_check(struct act *a, const struct eval_session *s, int refusal);
/* Keeps the row and appends the event, whose body is taken and gets the question's id. */
int question_keep(struct act *a, const struct question_row *q, const char *kind, json_t *body);

/* The committee's word on a question: the row and its event; note NULL: none. */
int question_settle(struct act *a, const struct eval_session *s, struct question_row *q,
	enum question_outcome outcome, const char *note);
/* Who has not answered by his deadline is put on record as silent; the session is locked. */
int question_settle_silent(struct act *a, const struct eval_session *s);
/* How many of the session are open, about bids that are judged. */
int question_count_open(struct act *a, const char *session_id, unsigned *ret);

/* As views tell it; `full` adds what the bidder is not told. */
json_t *question_json(const struct question_row *q, bool full);

#endif
