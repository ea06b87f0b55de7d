/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DEPOSIT_ORDER_H
#define SERVER_ACT_DEPOSIT_ORDER_H

/* An order to the bank (退款指令) as its file: always the same bytes for the same order. */
#include "server/act/act.h"

/* *ret: a new CSV table; STORE_E_NONE: there is no such order. */
int deposit_order_file(struct act *a, const char *order_id, GBytes **ret);

#endif
