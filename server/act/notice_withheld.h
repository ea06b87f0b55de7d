/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_WITHHELD_H
#define SERVER_ACT_NOTICE_WITHHELD_H

/* How a field of a notice is held back, and what of it is shown in its place. */
#include "server/act/act.h"
#include "server/store/notice_store.h"

/*
 * Reads `withheld` ([{field, reason, until?}]) of the input: takes each value out of the row's
 * fields and puts it away under the notice's id. A value that is not sent again stays as it was,
 * and without `withheld` what was withheld stays so: it is given free by an empty list only. Called
 * after the row's text was read, before it is stored. 0, REFUSED or negative errno.
 */
int notice_withheld_take(struct act *a, const json_t *in, struct notice_row *row);

/* Of which rows `text` and `salt` are shown. */
enum withheld_shown {
	WITHHELD_NONE,
	WITHHELD_DISCLOSED,
	WITHHELD_ALL,
};

/* [{field, reason, until?, digest, disclosed_at?, text?, salt?}] by field. */
int notice_withheld_json(const struct act_env *env, struct db_txn *txn, const char *notice_id,
	enum withheld_shown shown, json_t **ret_list);

/* Fills `withheld` of the rows with what everybody may see of it. 0 or negative errno. */
int notice_withheld_publish(const struct act_env *env, struct db_txn *txn, const GPtrArray *rows);

/* {field: {…}} of those rows, as notice_check() wants them; a new object. */
json_t *notice_withheld_by_field(const json_t *list);

#endif
