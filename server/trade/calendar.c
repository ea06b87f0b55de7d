/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/calendar.h"

#include <string.h>

#define SOURCE "# source: "

struct special_day {
	int32_t day;
	bool working;
};

struct calendar {
	GArray *days;  /* struct special_day, rising */
	GArray *years; /* int, rising */
	char *source;  /* NULL: it does not say */
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t day_of(int64_t t_us)
{
	return (int32_t)floor_div(t_us + CALENDAR_UTC_OFFSET_US, CALENDAR_DAY_US);
}

int64_t day_start_us(int32_t day)
{
	return day * CALENDAR_DAY_US - CALENDAR_UTC_OFFSET_US;
}

int64_t day_end_us(int32_t day)
{
	return day_start_us(day + 1) - 1000000;
}

/* Days before 1970-01-01 of the proleptic Gregorian calendar, years starting in March. */
int32_t day_from_date(int year, int month, int mday)
{
	int y = year - (month <= 2);
	int era = (int)floor_div(y, 400);
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void day_to_date(int32_t day, int *ret_year, int *ret_month, int *ret_mday)
{
	int z = day + 719468;
	int era = (int)floor_div(z, 146097);
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	int month = mp + (mp < 10 ? 3 : -9);

	*ret_mday = doy - (153 * mp + 2) / 5 + 1;
	*ret_month = month;
	*ret_year = yoe + era * 400 + (month <= 2);
}

bool time_is_plausible(int64_t t_us)
{
	return t_us >= day_start_us(day_from_date(2000, 1, 1)) &&
	       t_us < day_start_us(day_from_date(2200, 1, 1));
}

struct calendar *calendar_new_empty(void)
{
	struct calendar *cal = g_new0(struct calendar, 1);

	cal->days = g_array_new(FALSE, FALSE, sizeof(struct special_day));
	cal->years = g_array_new(FALSE, FALSE, sizeof(int));
	return cal;
}

struct calendar *calendar_free(struct calendar *cal)
{
	if (!cal)
		return NULL;
	g_array_unref(cal->days);
	g_array_unref(cal->years);
	g_free(cal->source);
	g_free(cal);
	return NULL;
}

static bool digits(const char *s, unsigned n, int *ret)
{
	int v = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!g_ascii_isdigit(s[i]))
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*ret = v;
	return true;
}

/* DATE,off or DATE,work, then nothing or a comma and a name for people. */
static bool parse_line(const char *line, size_t len, struct special_day *ret)
{
	int y, m, d, back_y, back_m, back_d;
	size_t word;

	if (len < 14 || !digits(line, 4, &y) || line[4] != '-' || !digits(line + 5, 2, &m) ||
		line[7] != '-' || !digits(line + 8, 2, &d) || line[10] != ',' || m < 1 || m > 12)
		return false;
	ret->day = day_from_date(y, m, d);
	day_to_date(ret->day, &back_y, &back_m, &back_d);
	if (back_y != y || back_m != m || back_d != d)
		return false;
	if (strncmp(line + 11, "off", 3) == 0)
		word = 3;
	else if (len >= 15 && strncmp(line + 11, "work", 4) == 0)
		word = 4;
	else
		return false;
	ret->working = word == 4;
	return len == 11 + word || line[11 + word] == ',';
}

static void take_source(struct calendar *cal, const char *line, size_t len)
{
	size_t begins = strlen(SOURCE);

	if (!cal->source && len > begins && !memcmp(line, SOURCE, begins) &&
		g_utf8_validate_len(line, len, NULL))
		cal->source = g_strndup(line + begins, len - begins);
}

const char *calendar_source(const struct calendar *cal)
{
	return cal->source ? cal->source : "";
}

static int add_line(struct calendar *cal, const char *line, size_t len)
{
	struct special_day row;
	int y, m, d;

	if (!parse_line(line, len, &row))
		return CALENDAR_E_SYNTAX;
	if (cal->days->len &&
		g_array_index(cal->days, struct special_day, cal->days->len - 1).day >= row.day)
		return CALENDAR_E_ORDER;
	g_array_append_val(cal->days, row);
	day_to_date(row.day, &y, &m, &d);
	if (!cal->years->len || g_array_index(cal->years, int, cal->years->len - 1) != y)
		g_array_append_val(cal->years, y);
	return 0;
}

int calendar_parse(const char *text, size_t len, struct calendar **ret, unsigned *ret_line)
{
	__attribute__((cleanup(calendar_freep))) struct calendar *cal = NULL;
	const char *end = text + len;
	unsigned line = 0;

	if (len > CALENDAR_TEXT_MAX)
		return CALENDAR_E_TOO_LONG;
	cal = calendar_new_empty();
	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((eol ? eol : end) - text);
		int r = 0;

		line++;
		if (n && text[n - 1] == '\r')
			n--;
		take_source(cal, text, n);
		if (n && text[0] != '#')
			r = add_line(cal, text, n);
		if (r) {
			if (ret_line)
				*ret_line = line;
			return r;
		}
		text = eol ? eol + 1 : end;
	}
	*ret = g_steal_pointer(&cal);
	return 0;
}

static int compare_days(const void *a, const void *b)
{
	int32_t x = ((const struct special_day *)a)->day, y = ((const struct special_day *)b)->day;

	return (x > y) - (x < y);
}

bool calendar_is_working_day(const struct calendar *cal, int32_t day)
{
	struct special_day key = {.day = day};
	guint at;

	if (g_array_binary_search(cal->days, &key, compare_days, &at))
		return g_array_index(cal->days, struct special_day, at).working;
	/* 1970-01-01 was a Thursday: 0 is Monday here. */
	return floor_div(day + 3, 7) * 7 + 5 > day + 3;
}

int32_t calendar_roll_forward(const struct calendar *cal, int32_t day)
{
	while (!calendar_is_working_day(cal, day))
		day++;
	return day;
}

int64_t calendar_roll_forward_us(const struct calendar *cal, int64_t t_us)
{
	int32_t day = day_of(t_us);

	return t_us + (calendar_roll_forward(cal, day) - day) * CALENDAR_DAY_US;
}

int32_t calendar_add_working_days(const struct calendar *cal, int32_t day, unsigned n)
{
	while (n-- > 0)
		day = calendar_roll_forward(cal, day + 1);
	return day;
}

int calendar_working_days_between(const struct calendar *cal, int32_t from, int32_t to)
{
	int n = 0;

	if (to < from)
		return -calendar_working_days_between(cal, to, from);
	for (int32_t day = from + 1; day <= to; day++)
		n += calendar_is_working_day(cal, day);
	return n;
}

int64_t calendar_after_days(int64_t start_us, unsigned n, enum day_count count)
{
	if (count == DAY_COUNT_WHOLE)
		return day_end_us(day_of(start_us) + (int32_t)n);
	return start_us + n * CALENDAR_DAY_US;
}

int64_t calendar_after_working_days(
	const struct calendar *cal, int64_t start_us, unsigned n, enum day_count count)
{
	int32_t day = day_of(start_us), first;

	if (count == DAY_COUNT_WHOLE)
		return day_end_us(calendar_add_working_days(cal, day, n));
	first = calendar_roll_forward(cal, day);
	if (first != day)
		start_us = day_start_us(first);
	return start_us + (calendar_add_working_days(cal, first, n) - first) * CALENDAR_DAY_US;
}

int calendar_missing_year(const struct calendar *cal, int64_t from_us, int64_t to_us)
{
	int first, last, month, mday;

	day_to_date(day_of(from_us), &first, &month, &mday);
	day_to_date(day_of(to_us), &last, &month, &mday);
	for (int year = first; year <= last; year++) {
		bool known = false;

		for (guint i = 0; i < cal->years->len; i++)
			known |= g_array_index(cal->years, int, i) == year;
		if (!known)
			return year;
	}
	return 0;
}
