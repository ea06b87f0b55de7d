/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Who signed the opening record (开标记录签署情况), as the bidders' own events tell it, beside what the
 * event that closes the record says of them in lists and in words.
 */
#include <glib.h>

#include "server/verify/findings.h"

/* events: const struct ledger_event * of the lot, proven, in the order of the ledger. A record that
 * is not closed has no lists to compare. */
void opening_lists_check(const GPtrArray *events, struct findings *findings);
