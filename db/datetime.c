/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/datetime.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define US_PER_S 1000000

int db_datetime_from_us(int64_t time_us, MYSQL_TIME *ret)
{
	time_t s = time_us / US_PER_S;
	int64_t us = time_us % US_PER_S;
	struct tm tm;

	if (us < 0) {
		us += US_PER_S;
		s--;
	}
	if (!gmtime_r(&s, &tm) || tm.tm_year < 1 - 1900 || tm.tm_year > 9999 - 1900)
		return -ERANGE;
	memset(ret, 0, sizeof *ret);
	ret->year = (unsigned)tm.tm_year + 1900;
	ret->month = (unsigned)tm.tm_mon + 1;
	ret->day = (unsigned)tm.tm_mday;
	ret->hour = (unsigned)tm.tm_hour;
	ret->minute = (unsigned)tm.tm_min;
	ret->second = (unsigned)tm.tm_sec;
	ret->second_part = (unsigned long)us;
	ret->time_type = MYSQL_TIMESTAMP_DATETIME;
	return 0;
}

int db_datetime_to_us(const MYSQL_TIME *time, int64_t *ret_us)
{
	struct tm tm = {
		.tm_year = (int)time->year - 1900,
		.tm_mon = (int)time->month - 1,
		.tm_mday = (int)time->day,
		.tm_hour = (int)time->hour,
		.tm_min = (int)time->minute,
		.tm_sec = (int)time->second,
	};
	bool is_date = time->year >= 1 && time->year <= 9999 && time->month >= 1 &&
		       time->month <= 12 && time->day >= 1 && time->day <= 31 && !time->neg;

	if (!is_date || time->second_part >= US_PER_S)
		return -ERANGE;
	*ret_us = (int64_t)timegm(&tm) * US_PER_S + (int64_t)time->second_part;
	return 0;
}
