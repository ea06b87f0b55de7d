/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_ROLLBACK_H
#define SERVER_VERIFY_SESSION_ROLLBACK_H

/* Steps back (环节回退) in the record of a session, and what they make void. */
#include "server/eval/flow.h"
#include "server/eval/rollback.h"
#include "server/verify/session_record.h"

/* The step the session was at before event index `before`; 0 before the first one. */
enum flow_step session_step_at(const struct session_record *rec, guint before);

/* Whether the original committee evaluates again (重新评审): it was approved before event index `before`. */
bool session_is_reevaluated(const struct session_record *rec, guint before);

/*
 * Whether what the event at index `at` made was made void before event index `before`: by a step
 * back so far, if it was made at the step the session then went back to or after it.
 */
bool session_is_void(
	const struct session_record *rec, guint at, guint before, enum rollback_void made);

/* Whether a step back to `step` or before it was approved between two event indices, or the committee
 * was dissolved. */
bool session_went_back(
	const struct session_record *rec, enum flow_step step, guint from, guint before);

/* What the undoing back to `to` leaves that the event at index `at` demands; the events of it name that
 * one's id under `cause`. NULL: nothing. */
const char *session_undoing_fault(
	const struct session_record *rec, guint at, enum flow_step to, const char *cause);

/* Each was asked for and approved by two persons, held the session up, and undid all it had to. */
void session_rollback_check(const struct session_record *rec);

#endif
