/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_draw.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

/* Verifies a file of this content: the number of faults, or negative errno. */
static int check(const char *text, char **ret_out)
{
	struct findings findings = {0};
	g_autofree char *path = NULL;
	size_t len;
	int fd = g_file_open_tmp("draw-XXXXXX", &path, NULL), r;

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	findings.out = open_memstream(ret_out, &len);
	r = verify_draw(path, &findings);
	fclose(findings.out);
	remove(path);
	return r ? r : (int)findings.n_faults;
}

static void test_draw(void **state)
{
	struct record_kit *k = kit_new();
	json_t *selected = json_object_get(json_object_get(k->draw, "record"), "selected");
	char *text = json_dumps(k->draw, 0), *out = NULL;

	assert_int_equal(check(text, &out), 0);
	assert_non_null(strstr(out, "2 experts and 1 standbys from 9 eligible"));
	free(text);
	free(out);

	/* Two experts in each other's place. */
	json_array_insert(selected, 0, json_array_get(selected, 1));
	json_array_remove(selected, 2);
	text = json_dumps(k->draw, 0);
	assert_int_equal(check(text, &out), 1);
	assert_non_null(strstr(out, "draw.result: the experts are not those the seed draws"));
	free(text);
	free(out);
	kit_free(k);
}

static void test_no_draw(void **state)
{
	struct findings findings = {.out = stdout};
	char *out = NULL;

	assert_int_equal(verify_draw("/nonexistent", &findings), -ENOENT);
	assert_int_equal(check("no JSON", &out), -EBADMSG);
	free(out);
	assert_int_equal(check("{\"record\":[]}", &out), 1);
	free(out);
	assert_int_equal(check("{\"record\":{},\"snapshot\":\"x\"}", &out), 1);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draw),
		cmocka_unit_test(test_no_draw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
