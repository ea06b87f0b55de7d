/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_SESSION_H
#define SERVER_VERIFY_VERIFY_SESSION_H

/*
 * Checks the record of one session (layout: server/publish/session_export.h): every event against
 * the ledger, the numbers without a gap, and the recording itself: each cluster against the digest
 * in the ledger, each group of pictures and sound against the stamp of the seat that sent it.
 */
#include "server/verify/findings.h"

struct note_key;

/* 0: done, see the findings. Negative errno: the directory cannot be read at all. */
int verify_session(const char *dir, const struct note_key *key, struct findings *findings);

#endif
