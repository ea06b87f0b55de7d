/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_REPORT_H
#define SERVER_VERIFY_SESSION_REPORT_H

/* The report (评标报告): the printed file, the data it was printed from, the members' signatures.
 */
#include "server/verify/session_record.h"

void session_report_check(const struct session_record *rec);

#endif
