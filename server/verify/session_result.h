/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_RESULT_H
#define SERVER_VERIFY_SESSION_RESULT_H

/* The results of a session's lots: ranked again from the members' sheets and the opened prices. */
#include "server/verify/session_record.h"

void session_result_check(const struct session_record *rec);

#endif
