/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_LOW_PRICES_H
#define SERVER_ACT_REPORT_LOW_PRICES_H

/* Abnormally low prices (异常低价) of a session in its report. */
#include "server/act/act.h"

struct eval_session;

/*
 * A table beside the questions to bidders, where a bid had to explain its price: by which numbers,
 * what it said, and what the committee made of it.
 */
int report_add_low_prices(struct act *a, const struct eval_session *s, json_t *model);

#endif
