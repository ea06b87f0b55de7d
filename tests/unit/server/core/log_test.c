/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <jansson.h>

#include "server/core/config.h"

static char *last;
static int last_level;

static void sink(void *ctx, int level, const char *line)
{
	g_free(last);
	last = g_strdup(line);
	last_level = level;
}

static int teardown(void **state)
{
	log_capture(NULL, NULL);
	g_clear_pointer(&last, g_free);
	return 0;
}

static int setup(void **state)
{
	log_capture(sink, NULL);
	return 0;
}

static void test_line_is_json(void **state)
{
	json_t *line;

	log_event(LOG_WARNING, "net.test", log_str("who", "开\"标\\\n\x7f"), log_int("n", -5),
		log_str("none", NULL),
		log_str("bad", "a\xff"
			       "b"));
	assert_int_equal(last_level, LOG_WARNING);
	line = json_loads(last, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(line);
	assert_null(strchr(last, '\n'));
	assert_string_equal(json_string_value(json_object_get(line, "event")), "net.test");
	assert_string_equal(json_string_value(json_object_get(line, "who")), "开\"标\\\n\x7f");
	assert_int_equal(json_integer_value(json_object_get(line, "n")), -5);
	assert_true(json_is_null(json_object_get(line, "none")));
	assert_string_equal(json_string_value(json_object_get(line, "bad")), "a\xef\xbf\xbd"
									     "b");
	json_decref(line);
	log_event(LOG_INFO, "net.bare");
	assert_non_null(strstr(last, "\"event\":\"net.bare\"}"));
	log_fault("store.fault", -5, "here");
	assert_non_null(strstr(last, "\"errno\":-5"));
	assert_non_null(strstr(last, "Input/output error"));
}

static void test_levels(void **state)
{
	log_event(LOG_INFO, "first");
	log_event(LOG_DEBUG, "second");
	assert_non_null(strstr(last, "first"));
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "second");
	assert_non_null(strstr(last, "second"));
	log_set_level(LOG_INFO);
}

/* What the configuration offers is what is known here. */
static void test_level_names(void **state)
{
	size_t n;
	const struct config_key *keys = config_keys(&n), *level = NULL;
	int expected = LOG_ERR;

	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].key, "log_level") == 0)
			level = &keys[i];
	assert_non_null(level);
	g_auto(GStrv) names = g_strsplit(level->choices, "|", -1);
	for (char **name = names; *name; name++)
		assert_int_equal(log_level_from_name(*name), expected++);
	assert_int_equal(expected, LOG_DEBUG + 1);
	assert_int_equal(log_level_from_name(level->value), LOG_INFO);
	assert_int_equal(log_level_from_name("loud"), -1);
}

static void test_limit(void **state)
{
	struct log_limit l = {0};
	uint32_t dropped;
	unsigned passed = 0;

	for (int i = 0; i < 10; i++)
		passed += log_limit_pass(&l, 1000 + i, 1000, 3, &dropped);
	assert_int_equal(passed, 3);
	assert_true(log_limit_pass(&l, 2000, 1000, 3, &dropped));
	assert_int_equal(dropped, 7);
	assert_true(log_limit_pass(&l, 3000, 1000, 3, &dropped));
	assert_int_equal(dropped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_line_is_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_levels, setup, teardown),
		cmocka_unit_test(test_level_names),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
