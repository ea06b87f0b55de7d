/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_RETURN_H
#define SERVER_VERIFY_SESSION_RETURN_H

/* Sheets that went back to the members since they differed on objective items, and void.json. */
#include "server/verify/session_record.h"

/*
 * What is kept as void was committed to; whoever differed got his sheet back, for the cells the
 * sheets of then differ in.
 */
void session_return_check(const struct session_record *rec);

#endif
