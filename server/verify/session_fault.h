/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_FAULT_H
#define SERVER_VERIFY_SESSION_FAULT_H

/* Faults (故障) in the record of a session, and the dissolution of its committee (DOMAIN 5.4). */
#include "server/verify/session_record.h"

/* Whether the committee was dissolved between two event indices: what it found before is void. */
bool session_was_dissolved(const struct session_record *rec, guint from, guint before);

/*
 * Each fault has the time the rules give it, held the session up while nobody judged, went on or
 * was decided on as its clock allowed; a session that ended as dissolved was.
 */
void session_fault_check(const struct session_record *rec);

#endif
