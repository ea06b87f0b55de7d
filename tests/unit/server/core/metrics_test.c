/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static void test_text(void **state)
{
	struct metric *ok = metric_counter("t_requests_total", "Requests.", "status", "200");
	struct metric *bad = metric_counter("t_requests_total", "Requests.", "status", "404");
	struct metric *open = metric_gauge("t_open", "Open now.", NULL, NULL);
	struct metric *time = metric_histogram("t_seconds", "Time.", "lane", "acts");
	g_autofree char *text = NULL;

	assert_ptr_equal(ok, metric_counter("t_requests_total", "Requests.", "status", "200"));
	assert_ptr_not_equal(ok, bad);
	metric_add(ok, 2);
	metric_add(ok, 1);
	metric_set(open, 9);
	metric_add(open, -2);
	metric_observe_us(time, 500);
	metric_observe_us(time, 700);
	metric_observe_us(time, 20000000);
	assert_int_equal(metric_value(ok), 3);
	assert_int_equal(metric_value(time), 3);
	text = metrics_text();
	assert_non_null(strstr(text, "# TYPE t_requests_total counter\n"
				     "t_requests_total{status=\"200\"} 3\n"
				     "t_requests_total{status=\"404\"} 0\n"));
	assert_non_null(strstr(text, "# HELP t_open Open now.\n# TYPE t_open gauge\nt_open 7\n"));
	assert_non_null(strstr(text, "t_seconds_bucket{lane=\"acts\",le=\"0.000500\"} 1\n"));
	assert_non_null(strstr(text, "t_seconds_bucket{lane=\"acts\",le=\"0.001000\"} 2\n"));
	assert_non_null(strstr(text, "t_seconds_bucket{lane=\"acts\",le=\"10.000000\"} 2\n"));
	assert_non_null(strstr(text, "t_seconds_bucket{lane=\"acts\",le=\"+Inf\"} 3\n"
				     "t_seconds_sum{lane=\"acts\"} 20.001200\n"
				     "t_seconds_count{lane=\"acts\"} 3\n"));
	metrics_clear();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
