/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/trade/attachment.h"

static void expect_type(const char *bytes, size_t len, const char *name)
{
	const struct attachment_type *type = attachment_type_of(bytes, len);

	if (!name) {
		assert_null(type);
		return;
	}
	assert_non_null(type);
	assert_string_equal(type->name, name);
	assert_ptr_equal(attachment_type_find(name), type);
}

#define OF(text, name) expect_type(text, sizeof(text) - 1, name)

static void test_content_decides(void **state)
{
	OF("%PDF-1.7\n", "pdf");
	OF("%PDF", NULL);
	OF("\x89PNG\r\n\x1a\n....", "png");
	OF("\x89PNG\n\x1a\n", NULL); /* what a transfer as text makes of it */
	OF("\xff\xd8\xff\xe0", "jpg");
	OF("PK\x03\x04....word/document.xml", "docx");
	OF("PK\x03\x04....xl/workbook.xml", "xlsx");
	OF("PK\x03\x04....OFD.xml", "ofd");
	OF("PK\x03\x04....readme.txt", "zip");
	OF("word/document.xml", NULL);
	OF("<!doctype html><script>", NULL);
	OF("MZ\x90", NULL);
	OF("\x7f"
	   "ELF",
		NULL);
	OF("", NULL);
	assert_null(attachment_type_find("exe"));
}

static void test_the_name_says_what_it_is(void **state)
{
	static const struct {
		const char *name, *type;
		int refusal;
	} rows[] = {
		{"招标文件.pdf", "pdf", 0},
		{"图纸.PDF", "pdf", 0},
		{"a.b.pdf", "pdf", 0},
		{"照片.jpg", "jpg", 0},
		{"照片.jpeg", "jpg", 0},
		{"招标文件.docx", "zip", ATTACHMENT_E_ENDING},
		{"招标文件.html", "pdf", ATTACHMENT_E_ENDING},
		{"pdf", "pdf", ATTACHMENT_E_NAME},
		{".pdf", "pdf", ATTACHMENT_E_NAME},
		{"../a.pdf", "pdf", ATTACHMENT_E_NAME},
		{"a\\b.pdf", "pdf", ATTACHMENT_E_NAME},
		{"a\nb.pdf", "pdf", ATTACHMENT_E_NAME},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(
			attachment_check_name(rows[i].name, attachment_type_find(rows[i].type)),
			rows[i].refusal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content_decides),
		cmocka_unit_test(test_the_name_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
