/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_question.h"

#include <string.h>

#include "proto/answer_statement.h"
#include "proto/p256.h"
#include "server/core/fields.h"
#include "server/eval/question.h"
#include "server/verify/session_sheets.h"

#define SECOND_US INT64_C(1000000)

/* The event of a kind about the same question, before event index `before`; NULL: none. */
static const struct session_event *earlier(
	const struct session_record *rec, const char *kind, const char *question, guint before)
{
	const struct session_event *row;

	for (guint at = 0; question && (row = record_find(rec, kind, at, &at)) && at < before; at++)
		if (g_strcmp0(in_text(row->event.body, "question"), question) == 0)
			return row;
	return NULL;
}

/* As the bidder's own account registered it before he answered. */
static bool read_key(const struct session_record *rec, const struct session_event *answer,
	struct p256_public *ret)
{
	g_autofree char *subject = g_strdup_printf("account:%s", answer->event.actor);
	const char *kid = in_text(answer->event.body, "key");
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "account.key_registered", at, &at)); at++)
		if (strcmp(row->event.subject, subject) == 0 &&
			g_strcmp0(in_text(row->event.body, "kid"), kid) == 0 &&
			row->event.real_us <= answer->event.real_us)
			return p256_spki_from_text(in_text(row->event.body, "public_key"), ret) ==
			       0;
	return false;
}

/* Records of before have no keys of bidders. */
static bool is_of_before(const struct session_event *answer)
{
	return !in_has(answer->event.body, "public_key");
}

static const char *signature_fault(const struct session_record *rec,
	const struct session_event *asked, const struct session_event *answer)
{
	const char *text = in_text(asked->event.body, "text");
	const char *said = in_text(answer->event.body, "answer");
	g_autoptr(GBytes) signature = in_base64(answer->event.body, "signature");
	g_autoptr(GString) statement = NULL;
	struct p256_public key;

	if (is_of_before(answer))
		return NULL;
	if (!read_key(rec, answer, &key))
		return "no event registers the key the answer was signed with";
	if (!text || !said || !signature || g_bytes_get_size(signature) != P256_SIG_LEN)
		return "the answer is not signed";
	statement = answer_statement(in_text(asked->event.body, "question"), text, said);
	return p256_verify(
		       &key, statement->str, statement->len, g_bytes_get_data(signature, NULL)) == 0
		       ? NULL
		       : "the signature does not hold for this question and answer";
}

static int64_t deadline_of(const struct session_event *passed)
{
	return in_time_us(passed->event.body, "deadline", 0);
}

/* To explain a low price a bidder has what the tender file gives, at least; deadlines are whole seconds. */
static const char *passed_fault(const struct session_record *rec, guint at)
{
	const struct session_event *passed = record_event(rec, at);
	const char *question = in_text(passed->event.body, "question");
	const struct session_event *asked = earlier(rec, "question.asked", question, at);
	struct session_lot *lot;
	unsigned minutes;

	if (!asked)
		return "was not asked";
	if (!in_bool(asked->event.body, "low_price", false))
		return NULL;
	lot = session_lot_read(rec, in_text(asked->event.body, "lot") ?: "-", "question.asked");
	minutes = lot && lot->criteria->low_price.kind ? lot->criteria->low_price.minutes : 0;
	session_lot_free(lot);
	return deadline_of(passed) + SECOND_US > passed->event.at_us + minutes * 60 * SECOND_US
		       ? NULL
		       : "gives less time to explain a price than the tender file";
}

static const char *answer_fault(const struct session_record *rec, guint at)
{
	const struct session_event *answer = record_event(rec, at);
	const char *question = in_text(answer->event.body, "question");
	const struct session_event *asked = earlier(rec, "question.asked", question, at);
	const struct session_event *passed = earlier(rec, "question.passed", question, at);

	if (!asked || !passed)
		return "answers what was not asked and passed on";
	if (earlier(rec, "question.answered", question, at))
		return "is not the first answer";
	if (answer->event.at_us > deadline_of(passed))
		return "came after the deadline (E09)";
	return signature_fault(rec, asked, answer);
}

static const char *outcome_fault(const struct session_record *rec, guint at)
{
	const struct session_event *row = record_event(rec, at);
	const char *question = in_text(row->event.body, "question");
	const struct session_event *passed = earlier(rec, "question.passed", question, at);
	const char *outcome = in_text(row->event.body, "outcome");

	if (!passed)
		return "settles what was not passed on";
	if (earlier(rec, "question.settled", question, at))
		return "was settled already";
	const struct session_event *asked = earlier(rec, "question.asked", question, at);
	const struct question_state state = {.reviewed = true,
		.passed = true,
		.explains = asked && in_bool(asked->event.body, "low_price", false),
		.answered = earlier(rec, "question.answered", question, at) != NULL,
		.deadline_us = deadline_of(passed)};
	return question_may_settle(&state, question_outcome_from_name(outcome ? outcome : ""),
		       row->event.at_us) == 0
		       ? NULL
		       : "does not fit the answer, or its silence";
}

void session_question_check(const struct session_record *rec)
{
	for (guint at = 0; at < rec->events->len; at++) {
		const struct session_event *row = record_event(rec, at);
		const char *fault = NULL;

		if (strcmp(row->event.kind, "question.passed") == 0)
			fault = passed_fault(rec, at);
		else if (strcmp(row->event.kind, "question.answered") == 0)
			fault = answer_fault(rec, at);
		else if (strcmp(row->event.kind, "question.settled") == 0)
			fault = outcome_fault(rec, at);
		if (fault) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "%s", fault);
		}
	}
}
