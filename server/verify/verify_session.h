/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_SESSION_H
#define SERVER_VERIFY_VERIFY_SESSION_H

/*
 * Checks the record of one session (layout: proto/README.md, "Session record"): every event against
 * the ledger, the numbers without a gap; the recording, each cluster against the digest in the
 * ledger and each group against the stamp of the seat that sent it; the draw computed again; sheets
 * against their commitments and the ranking computed from them; the report and its signatures.
 */
#include "server/verify/findings.h"

struct note_key;
struct session_record;

/* 0: done, see the findings. Negative errno: the directory cannot be read at all. */
int verify_session(const char *dir, const struct note_key *key, struct findings *findings);

/*
 * The same over a record whose dir, findings and reel_states are filled; the rest of it is filled
 * here, and its events are the caller's to free.
 */
int verify_session_record(struct session_record *rec, const struct note_key *key);

#endif
