/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DEPOSIT_ROWS_H
#define SERVER_ACT_DEPOSIT_ROWS_H

/*
 * The rows of the bank's files as acts, for server/act/import: what came in, and what it gave back.
 * Each answers {"outcome"}, which the report of the import shows.
 */
#include "server/act/act.h"

extern const struct act_kind deposit_take_row;
extern const struct act_kind deposit_confirm_row;

#endif
