/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BEIJING_OFFSET_US (INT64_C(8) * 3600 * CLOCK_SECOND_US)
/* 0000-01-01T00:00:00Z and the last microsecond of 9999. */
#define YEAR_0_US (INT64_C(-62167219200) * CLOCK_SECOND_US)
#define YEAR_9999_END_US (INT64_C(253402300800) * CLOCK_SECOND_US - 1)

static int64_t read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * CLOCK_SECOND_US + ts.tv_nsec / 1000;
}

int64_t clock_real_us(void)
{
	return read_us(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_legal_us(const struct clock *c)
{
	int64_t fake = c->fake_real_us;

	return (fake ? fake : clock_real_us()) + c->offset_us;
}

void clock_follow_offset_us(struct clock *c, int64_t offset_us)
{
	int64_t known = c->offset_us;

	while (offset_us > known &&
		!atomic_compare_exchange_weak(&c->offset_us, &known, offset_us))
		;
}

int64_t clock_offset_us(const struct clock *c)
{
	return c->offset_us;
}

void clock_set_fake_us(struct clock *c, int64_t real_us)
{
	c->fake_real_us = real_us;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Formats t_us shifted by offset_us, with the given zone text. */
static char *format_at(
	int64_t t_us, int64_t offset_us, const char *zone, char buf[static CLOCK_TEXT_SIZE])
{
	struct tm tm;
	int64_t shifted, s, us;
	int len;

	if (t_us < YEAR_0_US)
		t_us = YEAR_0_US;
	if (t_us > YEAR_9999_END_US - offset_us)
		t_us = YEAR_9999_END_US - offset_us;
	shifted = t_us + offset_us;
	s = floor_div(shifted, CLOCK_SECOND_US);
	us = shifted - s * CLOCK_SECOND_US;
	gmtime_r(&(time_t){s}, &tm);
	len = snprintf(buf, CLOCK_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u",
		(unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100,
		(unsigned)tm.tm_mday % 100, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
		(unsigned)tm.tm_sec % 100);
	if (us)
		len += snprintf(buf + len, (size_t)(CLOCK_TEXT_SIZE - len), ".%06u",
			(unsigned)us % 1000000);
	snprintf(buf + len, (size_t)(CLOCK_TEXT_SIZE - len), "%s", zone);
	return buf;
}

char *clock_format_utc(int64_t t_us, char buf[static CLOCK_TEXT_SIZE])
{
	return format_at(t_us, 0, "Z", buf);
}

char *clock_format_beijing(int64_t t_us, char buf[static CLOCK_TEXT_SIZE])
{
	return format_at(t_us, BEIJING_OFFSET_US, "+08:00", buf);
}

char *clock_format_beijing_plain(int64_t t_us, char buf[static CLOCK_TEXT_SIZE])
{
	format_at(t_us, BEIJING_OFFSET_US, "", buf);
	buf[strlen("2026-03-01")] = ' ';
	buf[strlen("2026-03-01 08:00:00")] = '\0';
	return buf;
}

char *clock_format_beijing_date(int64_t t_us, char buf[static CLOCK_TEXT_SIZE])
{
	format_at(t_us, BEIJING_OFFSET_US, "", buf);
	buf[strlen("2026-03-01")] = '\0';
	return buf;
}

int64_t clock_beijing_day_start_us(int64_t t_us)
{
	return floor_div(t_us + BEIJING_OFFSET_US, CLOCK_DAY_US) * CLOCK_DAY_US - BEIJING_OFFSET_US;
}

/* Reads exactly n digits; false leaves *p somewhere. */
static bool take_number(const char **p, unsigned n, int *ret)
{
	int v = 0;

	for (; n; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		v = v * 10 + (**p - '0');
	}
	*ret = v;
	return true;
}

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* ".f" to ".ffffff", or nothing. */
static bool take_fraction(const char **p, int64_t *ret_us)
{
	int64_t scale = CLOCK_SECOND_US;

	*ret_us = 0;
	if (!take_char(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		scale /= 10;
		if (!scale)
			return false;
		*ret_us += (**p - '0') * scale;
	}
	return true;
}

static bool take_zone(const char **p, int64_t *ret_offset_us)
{
	int sign, h, m;

	*ret_offset_us = 0;
	if (take_char(p, 'Z'))
		return true;
	sign = **p == '+' ? 1 : **p == '-' ? -1 : 0;
	if (!sign)
		return false;
	(*p)++;
	if (!take_number(p, 2, &h) || !take_char(p, ':') || !take_number(p, 2, &m) || h > 23 ||
		m > 59)
		return false;
	*ret_offset_us = sign * (h * 60 + m) * 60 * CLOCK_SECOND_US;
	return true;
}

int clock_parse(const char *text, int64_t *ret_us)
{
	struct tm tm = {0}, back;
	int64_t us, offset_us;
	time_t s;
	const char *p = text;

	if (!take_number(&p, 4, &tm.tm_year) || !take_char(&p, '-') ||
		!take_number(&p, 2, &tm.tm_mon) || !take_char(&p, '-') ||
		!take_number(&p, 2, &tm.tm_mday) || !take_char(&p, 'T') ||
		!take_number(&p, 2, &tm.tm_hour) || !take_char(&p, ':') ||
		!take_number(&p, 2, &tm.tm_min) || !take_char(&p, ':') ||
		!take_number(&p, 2, &tm.tm_sec) || !take_fraction(&p, &us) ||
		!take_zone(&p, &offset_us) || *p)
		return -EINVAL;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	back = tm;
	s = timegm(&back);
	/* timegm() normalises: what it changed was no possible date or time. */
	if (back.tm_year != tm.tm_year || back.tm_mon != tm.tm_mon || back.tm_mday != tm.tm_mday ||
		back.tm_hour != tm.tm_hour || back.tm_min != tm.tm_min || back.tm_sec != tm.tm_sec)
		return -EINVAL;
	*ret_us = s * CLOCK_SECOND_US + us - offset_us;
	return 0;
}
