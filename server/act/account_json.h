/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ACCOUNT_JSON_H
#define SERVER_ACT_ACCOUNT_JSON_H

/* An account as its owner is told about it; a new object. */
#include <jansson.h>

struct account;

json_t *account_to_json(const struct account *account);

#endif
