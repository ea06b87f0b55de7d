/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_CLOCK_H
#define SERVER_CORE_CLOCK_H

/*
 * The two clocks. Real time is for leases, tickets, TOTP, TLS and media; legal time is for
 * deadlines and publicity. Legal time is real time plus an offset that only a demo database sets.
 * All times are microseconds since the epoch, UTC. Reading is allowed from every thread.
 */
#include <stdint.h>

#define CLOCK_SECOND_US INT64_C(1000000)
#define CLOCK_DAY_US (INT64_C(86400) * CLOCK_SECOND_US)

/* Bytes for a formatted time, terminator included: 2026-03-01T08:00:00.000000+08:00. */
#define CLOCK_TEXT_SIZE 40

/* Owned by the server (or a test); zero-initialised it runs with the real time. */
struct clock {
	_Atomic int64_t offset_us;
	_Atomic int64_t fake_real_us; /* 0: ask the system */
};

/* System clock and monotonic clock. */
int64_t clock_real_us(void);
int64_t clock_mono_us(void);

/* Legal time now. */
int64_t clock_legal_us(const struct clock *c);

/*
 * Takes over the demo offset, which the audited act above alone moves, and only forward: one that is
 * behind what is known was read before that act, and is passed over. Any thread.
 */
void clock_follow_offset_us(struct clock *c, int64_t offset_us);
int64_t clock_offset_us(const struct clock *c);

/* For tests: legal time stands still at real_us + offset until set again; 0 releases it. */
void clock_set_fake_us(struct clock *c, int64_t real_us);

/*
 * RFC 3339. The UTC form is "2026-03-01T00:00:00Z", with ".ffffff" only if the microseconds are not
 * zero; the Beijing form has "+08:00" (中国标准时间, no summer time). Years 0000 to 9999 only;
 * other times are clamped. Both return buf.
 */
char *clock_format_utc(int64_t t_us, char buf[static CLOCK_TEXT_SIZE]);
char *clock_format_beijing(int64_t t_us, char buf[static CLOCK_TEXT_SIZE]);

/*
 * The same for people, "2026-03-01 08:00:00" without fraction or zone (中国标准时间 throughout);
 * whoever wants it to the minute cuts it at CLOCK_MINUTE_LEN. Returns buf.
 */
#define CLOCK_MINUTE_LEN 16
char *clock_format_beijing_plain(int64_t t_us, char buf[static CLOCK_TEXT_SIZE]);

/* The Beijing calendar date, "2026-03-01"; returns buf. */
char *clock_format_beijing_date(int64_t t_us, char buf[static CLOCK_TEXT_SIZE]);

/* Microseconds of the start (00:00 Beijing) of the Beijing day t_us lies in. */
int64_t clock_beijing_day_start_us(int64_t t_us);

/*
 * Strict RFC 3339 with upper-case T and Z, any numeric offset, up to six fraction digits; leap
 * seconds and impossible dates are refused. 0, or -EINVAL with *ret_us untouched.
 */
int clock_parse(const char *text, int64_t *ret_us);

#endif
