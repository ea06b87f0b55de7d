/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_LEAVE_H
#define SERVER_VERIFY_SESSION_LEAVE_H

/* Members who left in the record of a session, and the ranks and the report that go with them. */
#include "server/verify/session_record.h"

/*
 * Whether the ranks the event at index `at` tells of stood no more before event index `before`: by
 * a step back, or since a member left whose scores made them (C08).
 */
bool session_ranks_are_void(const struct session_record *rec, guint at, guint before);

/* The same of the report made at index `at`, and of what is signed of it. */
bool session_report_is_void(const struct session_record *rec, guint at, guint before);

/* Who left took the ranks he had a part in with him, and who had summed up went back. */
void session_leave_check(const struct session_record *rec);

#endif
