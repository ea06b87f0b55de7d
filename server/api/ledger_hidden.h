/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_LEDGER_HIDDEN_H
#define SERVER_API_LEDGER_HIDDEN_H

/*
 * What even the auditor is not shown yet: who takes part, as long as bids are taken (20号令 26-28).
 *
 * Thread: a worker; blocks on the database.
 */
#include <stdbool.h>

#include "server/act/act.h"
#include "server/audit/event.h"

/* Whether an event shows its leaf hash alone, whoever asks but its own bidder. 0 or negative errno.
 */
int ledger_hidden(struct act *a, const struct event *e, bool *ret);

#endif
