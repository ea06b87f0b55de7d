/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_LEDGER_H
#define SERVER_VERIFY_VERIFY_LEDGER_H

/*
 * Checks an exported ledger (server/publish/ledger_export.h writes them) from its leaves up:
 * every leaf against its hash, every tile, every signed head, the numbers within each subject.
 */
#include "server/verify/findings.h"

struct note_key;

/* 0: done, see the findings. Negative errno: the directory cannot be read at all. */
int verify_ledger(const char *dir, const struct note_key *key, struct findings *findings);

#endif
