/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Questions to bidders (澄清) in the record of a session. */
#include "server/verify/session_record.h"

/*
 * An answer is to a question that was asked and passed on, came once and by its deadline, and holds
 * under a key its bidder had registered; what the committee made of it fits what there was.
 */
void session_question_check(const struct session_record *rec);
