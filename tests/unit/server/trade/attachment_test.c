/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
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
	OF("word/document.xml", NULL);
	OF("<!doctype html><script>", NULL);
	OF("MZ\x90", NULL);
	OF("\x7f"
	   "ELF",
		NULL);
	OF("", NULL);
	assert_null(attachment_type_find("exe"));
}

/* An archive with one member. */
static size_t zip(char bytes[static 4096], const char *member, const char *content)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t len = 0;

	archive_write_set_format_zip(a);
	archive_write_set_options(a, "zip:compression=store");
	assert_int_equal(archive_write_open_memory(a, bytes, 4096, &len), ARCHIVE_OK);
	archive_entry_set_pathname(entry, member);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)strlen(content));
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, content, strlen(content)), strlen(content));
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(a);
	return len;
}

static void test_an_archive_is_what_its_directory_says(void **state)
{
	static const char *const rows[][3] = {
		{"word/document.xml", "<w/>", "docx"},
		{"xl/workbook.xml", "<x/>", "xlsx"},
		{"OFD.xml", "<o/>", "ofd"},
		{"readme.txt", "see word/document.xml and OFD.xml", "zip"},
		{"old/OFD.xml.bak", "no", "zip"},
		{"图纸.txt", "-", "zip"},
	};
	char bytes[4096];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect_type(bytes, zip(bytes, rows[i][0], rows[i][1]), rows[i][2]);
	/* Cut off, it has no directory. */
	expect_type(bytes, zip(bytes, "word/document.xml", "<w/>") - 30, NULL);
	OF("PK\x03\x04....word/document.xml", NULL);
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
		cmocka_unit_test(test_an_archive_is_what_its_directory_says),
		cmocka_unit_test(test_the_name_says_what_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
