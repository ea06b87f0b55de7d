/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PROJECT_HOLDER_H
#define SERVER_ACT_PROJECT_HOLDER_H

/*
 * The key holders (密钥保管人) of a project. Each makes the key on the own machine and registers
 * its public half; a project is bound to the newest one. The tender notice publishes the keys, so
 * that they stand in the ledger before anybody can bid.
 */
#include "server/act/act.h"
#include "server/store/account_store.h"
#include "server/store/project_store.h"

/* The newest key of an account that may be holder number no. 0, REFUSED about `field` or a fault.
 */
int project_holder_key(struct act *a, const char *field, const char *account_id, int64_t no,
	char ret_kid[static 65]);

/* [{"no", "name", "kid", "public_key"}] */
int project_holders_json(struct act *a, const char *project_id, json_t **ret_list);

/* {"threshold", "window_minutes", "rescue", "holders"}: what a bid is sealed by and opened under.
 */
int project_sealing_json(struct act *a, const char *project_id, json_t **ret);

#endif
