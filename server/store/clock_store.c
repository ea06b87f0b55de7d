/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/clock_store.h"

#include <errno.h>

#include "db/stmt.h"
#include "server/core/clock.h"

int clock_store_get(struct db_txn *txn, struct legal_clock *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT is_demo, offset_us FROM legal_clock WHERE clock_id = 1",
		DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	ret->is_demo = db_col_int(rows, 0);
	ret->offset_us = db_col_int(rows, 1);
	return 0;
}

int clock_store_advance(struct db_txn *txn, int64_t by_us)
{
	int r = db_exec(txn, "UPDATE legal_clock SET offset_us = offset_us + ? WHERE clock_id = 1",
		DB_PARAMS(db_int(by_us)), NULL);

	return r <= 0 ? r : -EIO;
}

int clock_store_drift_us(struct db_txn *txn, int64_t *ret_drift_us)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT UTC_TIMESTAMP(6)", DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*ret_drift_us = db_col_time(rows, 0) - clock_real_us();
	return 0;
}
