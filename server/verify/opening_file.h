/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The opening record on paper (开标记录) beside what the ledger says of it: the file begins with what
 * was printed, and behind that stand the bidders' signatures and the centre's last seal, each where
 * its event says, and nothing else. Nobody signs twice or behind the close, and what the close says of
 * who did is what their own events say (opening_lists.h).
 */
#include <glib.h>

#include "server/verify/findings.h"

/* events: const struct ledger_event * of the lot, proven, in the order of the ledger. The file is
 * record.pdf in dir; without it only the events are looked at. */
void opening_file_check(const char *dir, const GPtrArray *events, struct findings *findings);
