/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Days and working days (工作日) at the trading centre: Asia/Shanghai, weekends, public holidays
 * and the make-up working days (调休) that the State Council announces each November for the next
 * year.
 *
 * The holidays are a table loaded at run time, not compiled in: the next year's arrangement must
 * reach a running centre without a new binary, and the server must build where no node_modules
 * are. tools/holidays.mjs writes the table from the npm package chinese-days. A year without a
 * row in the table counts weekends only; callers warn (calendar_missing_year()).
 *
 * A struct calendar is immutable once made; any thread may read it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* No daylight saving since 1991: the offset is a constant for every time we handle. */
#define CALENDAR_UTC_OFFSET_US (INT64_C(8) * 3600 * 1000000)
#define CALENDAR_DAY_US (INT64_C(86400) * 1000000)
#define CALENDAR_TEXT_MAX (1024 * 1024)

enum {
	CALENDAR_E_TOO_LONG = 1, /* text above CALENDAR_TEXT_MAX */
	CALENDAR_E_SYNTAX,       /* a line that is not DATE,off|work[,NAME] */
	CALENDAR_E_ORDER,        /* dates must rise, none twice */
};

/*
 * How a number of days is counted. The texts say only "days"; practice differs.
 * ELAPSED: n times 24 h from the starting moment (working days: n working days later at the same
 *   time of day; from a non-working day the count starts when the next working day begins).
 * WHOLE: the starting day is not counted and n whole days must pass (民法典 201, 203), so the
 *   period ends with the last second of the n-th day.
 * WHOLE is never shorter than ELAPSED.
 */
enum day_count {
	DAY_COUNT_ELAPSED = 0,
	DAY_COUNT_WHOLE,
};

struct calendar;

/*
 * Reads a table: UTF-8 lines "2026-01-01,off,元旦" or "2026-01-04,work,元旦", dates rising; lines
 * that start with # and empty lines are skipped. On a refusal *ret_line (may be NULL) is the line.
 */
int calendar_parse(const char *text, size_t len, struct calendar **ret, unsigned *ret_line);

/* Where the table says it is from ("# source: …"); "" where it does not. */
const char *calendar_source(const struct calendar *cal);

/* Weekends only. */
struct calendar *calendar_new_empty(void);
struct calendar *calendar_free(struct calendar *cal);

/* A day is counted from 1970-01-01 in Shanghai; these need no table. */
int32_t day_of(int64_t t_us);
int64_t day_start_us(int32_t day);
/* The last whole second of the day, 23:59:59. */
int64_t day_end_us(int32_t day);
int32_t day_from_date(int year, int month, int mday);
void day_to_date(int32_t day, int *ret_year, int *ret_month, int *ret_mday);
/* Years 2000 to 2199: a time from outside is checked with this before any counting. */
bool time_is_plausible(int64_t t_us);

bool calendar_is_working_day(const struct calendar *cal, int32_t day);
/* The day itself if it is a working day, else the next one that is (rule T18). */
int32_t calendar_roll_forward(const struct calendar *cal, int32_t day);
/* The same time of day on the rolled day. */
int64_t calendar_roll_forward_us(const struct calendar *cal, int64_t t_us);
/* The n-th working day after the day, which is itself not counted; n >= 0. */
int32_t calendar_add_working_days(const struct calendar *cal, int32_t day, unsigned n);
/* Working days after `from` up to and with `to`; negative when `to` is before. */
int calendar_working_days_between(const struct calendar *cal, int32_t from, int32_t to);

/* The earliest moment at which n days, or n working days, have passed since start. */
int64_t calendar_after_days(int64_t start_us, unsigned n, enum day_count count);
int64_t calendar_after_working_days(
	const struct calendar *cal, int64_t start_us, unsigned n, enum day_count count);

/* The first year touched by the period that has no rows in the table, or 0. */
int calendar_missing_year(const struct calendar *cal, int64_t from_us, int64_t to_us);

static inline void calendar_freep(struct calendar **cal)
{
	*cal = calendar_free(*cal);
}
