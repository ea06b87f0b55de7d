/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_LOG_H
#define SERVER_CORE_LOG_H

/*
 * One JSON object per line on stderr, with the "<N>" priority the journal understands:
 *
 *	log_event(LOG_INFO, "net.listen", log_str("address", a), log_int("port", port));
 *
 * Only the edges log (net, api, ws, act, main). Never a password, token, key or sealed content.
 * Thread-safe; one write(2) per line.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

/* One key and its value; keys and string values must live until log_event returns. */
struct log_field {
	const char *key;
	const char *text; /* NULL: the number counts, unless null_text */
	int64_t number;
	bool null_text;
};

static inline struct log_field log_str(const char *key, const char *text)
{
	return (struct log_field){.key = key, .text = text, .null_text = !text};
}

static inline struct log_field log_int(const char *key, int64_t number)
{
	return (struct log_field){.key = key, .number = number};
}

/* Levels are syslog's: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG. */
#define log_event(level, event, ...)       \
	log_event_fields((level), (event), \
		(const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){.key = NULL}})

/* `fields` ends with a NULL key. Invalid UTF-8 in values is replaced. */
void log_event_fields(int level, const char *event, const struct log_field *fields);

/* A fault in words: adds "errno" and "error" for a negative errno value. */
void log_fault(const char *event, int error, const char *where);

/* Lines above this level are dropped; LOG_INFO at start. */
void log_set_level(int level);

/* "error", "warning", "notice", "info" or "debug", as in the configuration; -1: none of them. */
int log_level_from_name(const char *name);

/*
 * For lines a remote can trigger: true for at most `burst` calls per `interval_us`. When a new
 * interval begins after some were dropped, *ret_dropped gets their number, else 0. Zero-initialise
 * the struct; thread-safe.
 */
struct log_limit {
	_Atomic int64_t start_us;
	_Atomic uint32_t n;
};
bool log_limit_pass(struct log_limit *l, int64_t now_us, int64_t interval_us, uint32_t burst,
	uint32_t *ret_dropped);

/* For tests: lines go to this function instead of stderr; NULL restores stderr. */
void log_capture(void (*sink)(void *ctx, int level, const char *line), void *ctx);

#endif
