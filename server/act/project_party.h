/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PROJECT_PARTY_H
#define SERVER_ACT_PROJECT_PARTY_H

/*
 * Who a project belongs to: the centre's staff, whoever registered it and the colleagues of that
 * person, and the agency (招标代理) and buyer (招标人/采购人) it names. A role alone makes nobody
 * one of them: there are many agencies.
 */
#include <stdbool.h>

#include "server/act/act.h"
#include "server/store/account_store.h"
#include "server/store/project_store.h"

/* Of one organisation; who is of none is nobody's colleague. */
bool account_colleagues(const struct account *a, const struct account *b);

/* 0 or negative errno. */
int project_is_party(struct act *a, const struct project *p, bool *ret);

/* 0, REFUSED with auth.denied (input.not_found: no such project) or negative errno. */
int project_require_party(struct act *a, const char *project_id);

#endif
