/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	const char *text;
	int refusal;
	enum media_source_kind kind;
	const char *detail;
} CASES[] = {
	{"test", 0, MEDIA_SOURCE_TEST, NULL},
	{"test:ball", 0, MEDIA_SOURCE_TEST, "ball"},
	{"test:pink-noise", 0, MEDIA_SOURCE_TEST, "pink-noise"},
	{"test:", MEDIA_SOURCE_E_PATTERN},
	{"test:ball ! filesink location=x", MEDIA_SOURCE_E_PATTERN},
	{"device", 0, MEDIA_SOURCE_DEVICE, NULL},
	{"device:/dev/video0", 0, MEDIA_SOURCE_DEVICE, "/dev/video0"},
	{"file:/a b/c:d.webm", 0, MEDIA_SOURCE_FILE, "/a b/c:d.webm"},
	{"file", MEDIA_SOURCE_E_PATH},
	{"file:", MEDIA_SOURCE_E_PATH},
	{"none", 0, MEDIA_SOURCE_NONE, NULL},
	{"none:x", MEDIA_SOURCE_E_KIND},
	{"", MEDIA_SOURCE_E_KIND},
	{"tes", MEDIA_SOURCE_E_KIND},
	{"tests", MEDIA_SOURCE_E_KIND},
};

static void parses(void **state)
{
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct media_source source = {.kind = MEDIA_SOURCE_NONE};

		print_message("%s\n", CASES[i].text);
		assert_int_equal(media_source_parse(CASES[i].text, &source), CASES[i].refusal);
		if (CASES[i].refusal)
			continue;
		assert_int_equal(source.kind, CASES[i].kind);
		if (CASES[i].detail)
			assert_string_equal(source.detail, CASES[i].detail);
		else
			assert_null(source.detail);
		media_source_done(&source);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(parses)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
