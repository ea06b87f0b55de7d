/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_DATETIME_H
#define DB_DATETIME_H

/*
 * Inside of db/ only: microseconds since the epoch and DATETIME(6), both UTC. Pure.
 */
#include <mysql.h>
#include <stdint.h>

/* 0, or -ERANGE outside of the years 1 to 9999. */
int db_datetime_from_us(int64_t time_us, MYSQL_TIME *ret);

/* 0, or -ERANGE for what is no date, such as 0000-00-00. */
int db_datetime_to_us(const MYSQL_TIME *time, int64_t *ret_us);

#endif
