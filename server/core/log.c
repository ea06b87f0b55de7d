/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/log.h"

#include "server/core/clock.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static _Atomic int max_level = LOG_INFO;
static pthread_mutex_t capture_lock = PTHREAD_MUTEX_INITIALIZER;
static void (*capture_sink)(void *ctx, int level, const char *line);
static void *capture_ctx;

void log_set_level(int level)
{
	max_level = level;
}

int log_level_from_name(const char *name)
{
	static const char *const names[] = {
		[LOG_ERR] = "error",
		[LOG_WARNING] = "warning",
		[LOG_NOTICE] = "notice",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	for (int level = LOG_ERR; level <= LOG_DEBUG; level++)
		if (strcmp(names[level], name) == 0)
			return level;
	return -1;
}

void log_capture(void (*sink)(void *ctx, int level, const char *line), void *ctx)
{
	pthread_mutex_lock(&capture_lock);
	capture_sink = sink;
	capture_ctx = ctx;
	pthread_mutex_unlock(&capture_lock);
}

static void append_json(GString *line, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	g_string_append_c(line, '"');
	for (const char *p = valid; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_printf(line, "\\%c", *p);
		else if ((unsigned char)*p < 0x20 || *p == 0x7f)
			g_string_append_printf(line, "\\u%04x", (unsigned)*p);
		else
			g_string_append_c(line, *p);
	}
	g_string_append_c(line, '"');
}

static void append_field(GString *line, const struct log_field *f)
{
	g_string_append_c(line, ',');
	append_json(line, f->key);
	g_string_append_c(line, ':');
	if (f->text)
		append_json(line, f->text);
	else if (f->null_text)
		g_string_append(line, "null");
	else
		g_string_append_printf(line, "%" G_GINT64_FORMAT, f->number);
}

static void put_line(int level, const char *line)
{
	g_autofree char *whole = NULL;
	ssize_t n;

	pthread_mutex_lock(&capture_lock);
	if (capture_sink) {
		capture_sink(capture_ctx, level, line);
		pthread_mutex_unlock(&capture_lock);
		return;
	}
	pthread_mutex_unlock(&capture_lock);
	whole = g_strdup_printf("<%d>%s\n", level, line);
	do
		n = write(STDERR_FILENO, whole, strlen(whole));
	while (n < 0 && errno == EINTR);
}

void log_event_fields(int level, const char *event, const struct log_field *fields)
{
	g_autoptr(GString) line = NULL;
	char now[CLOCK_TEXT_SIZE];

	if (level > max_level)
		return;
	line = g_string_sized_new(256);
	g_string_append_printf(
		line, "{\"time\":\"%s\",\"event\":", clock_format_utc(clock_real_us(), now));
	append_json(line, event);
	for (; fields->key; fields++)
		append_field(line, fields);
	g_string_append_c(line, '}');
	put_line(level, line->str);
}

void log_fault(const char *event, int error, const char *where)
{
	log_event(LOG_ERR, event, log_str("where", where), log_int("errno", error),
		log_str("error", g_strerror(error < 0 ? -error : error)));
}

bool log_limit_pass(struct log_limit *l, int64_t now_us, int64_t interval_us, uint32_t burst,
	uint32_t *ret_dropped)
{
	int64_t start = l->start_us;
	uint32_t n;

	*ret_dropped = 0;
	/* Whoever wins the exchange opens the interval and reports the former one. */
	if ((!start || now_us - start >= interval_us) &&
		atomic_compare_exchange_strong(&l->start_us, &start, now_us)) {
		n = atomic_exchange(&l->n, 1);
		*ret_dropped = n > burst ? n - burst : 0;
		return true;
	}
	return ++l->n <= burst;
}
