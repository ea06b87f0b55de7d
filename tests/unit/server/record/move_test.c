/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be moved to a bucket, and who may not have it meanwhile. */
#include "server/record/move.h"

#include <errno.h>
#include <sys/stat.h>

#include "server/record/bucket_versions.h"
#include "server/record/destroy.h"
#include "server/record/reel_file.h"
#include "server/record/reels.h"
#include "tests/unit/server/record/objects.h"

static char *folder_with(uint16_t track, const char *ending, const char *bytes, char *dir)
{
	g_autofree char *folder = g_build_filename(dir, "s1", NULL);
	g_autofree char *path = reel_file_path(dir, "s1", track, ending);

	g_mkdir_with_parents(folder, 0750);
	assert_true(g_file_set_contents(path, bytes, -1, NULL));
	return dir;
}

static void test_empty_reel(void **state)
{
	char *dir = folder_with(1, "webm", "", test_dir_new());
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	struct record_move *m = NULL;

	(void)state;
	record_move_list(dir, "s1", tracks);
	assert_int_equal(tracks->len, 0);
	assert_int_equal(record_move_new(dir, "s1", 1, NULL, &m), -ENOENT);
	folder_with(3, "webm", "a reel", dir);
	folder_with(2, "webm", "another", dir);
	folder_with(2, "idx", "its index", dir);
	record_move_list(dir, "s1", tracks);
	assert_int_equal(tracks->len, 2);
	assert_int_equal(g_array_index(tracks, uint16_t, 0), 2);
	assert_int_equal(g_array_index(tracks, uint16_t, 1), 3);
	assert_int_equal(record_move_new(dir, "s1", 2, NULL, &m), 0);
	record_move_free(m);
	assert_int_equal(record_move_new(dir, "s1", 9, NULL, &m), -ENOENT);
	assert_int_equal(record_move_new(dir, "s2", 1, NULL, &m), -ENOENT);
	test_dir_remove(dir);
}

static void test_taken(void **state)
{
	char *dir = folder_with(1, "webm", "a reel", test_dir_new());
	struct record_move *m, *other = NULL;

	(void)state;
	folder_with(2, "webm", "another", dir);
	assert_int_equal(record_move_new(dir, "s1", 1, NULL, &m), 0);
	assert_int_equal(record_move_new(dir, "s1", 1, NULL, &other), -EBUSY);
	assert_int_equal(record_move_new(dir, "s1", 2, NULL, &other), -EBUSY);
	assert_int_equal(record_session_remove(TEST_DIRS(dir), NULL, "s1"), -EBUSY);
	/* It is not taken for one that still grows. */
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 1), RECORD_COMPLETE);
	record_move_free(m);
	/* What may lie in the bucket is not forgotten. */
	assert_int_equal(record_session_remove(TEST_DIRS(dir), NULL, "s1"), -EHOSTUNREACH);
	test_dir_remove(dir);
}

static void test_being_recorded(void **state)
{
	char *dir = folder_with(1, "webm", "a reel", test_dir_new());
	struct reel_head head = test_head(8);
	struct record_move *m = NULL;
	struct reel_file *f;

	(void)state;
	assert_int_equal(reel_file_open(dir, &head, NULL, &f), 0);
	assert_int_equal(reel_file_write(f), 0);
	assert_int_equal(record_move_new(dir, "s1", 8, NULL, &m), -EBUSY);
	reel_file_free(f);
	assert_int_equal(record_move_new(dir, "s1", 8, NULL, &m), 0);
	record_move_free(m);
	test_dir_remove(dir);
}

static void test_growth_of_what_is_not_there(void **state)
{
	char *dir = folder_with(1, "away", "{}", test_dir_new());
	g_autofree char *path = reel_file_path(dir, "s1", 2, "webm");

	(void)state;
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 1), RECORD_COMPLETE);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 3), RECORD_ABSENT);
	/* Something is there that cannot be opened: nobody knows that it is whole. */
	assert_int_equal(mknod(path, S_IFSOCK | 0600, 0), 0);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 2), RECORD_GROWING);
	test_dir_remove(dir);
}

static const char list[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListVersionsResult "
	"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Prefix>s1/1/000000</Prefix>"
	"<Version><Key>s1/1/000000</Key><VersionId>a&amp;b</VersionId><IsLatest>true</IsLatest>"
	"<Owner><ID>75a</ID><DisplayName>Key</DisplayName></Owner></Version>"
	"<Version><Key>s1/1/0000001</Key><VersionId>other</VersionId></Version>"
	"<Version><VersionId>nobody's</VersionId></Version>"
	"<DeleteMarker><VersionId>null</VersionId><Key>s1/1/000000</Key></DeleteMarker>"
	"</ListVersionsResult>";

static void test_versions(void **state)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	(void)state;
	assert_int_equal(bucket_versions_parse(list, sizeof(list) - 1, "s1/1/000000", ids), 0);
	assert_int_equal(ids->len, 2);
	assert_string_equal(ids->pdata[0], "a&b");
	assert_string_equal(ids->pdata[1], "null");
	/* Cut anywhere it is no list. */
	for (gssize len = 0; len < (gssize)sizeof(list) - 1; len++) {
		g_ptr_array_set_size(ids, 0);
		assert_int_equal(
			bucket_versions_parse(list, len, "s1/1/000000", ids), -EPROTO);
	}
	assert_int_equal(bucket_versions_parse("<Error/>", 8, "k", ids), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_reel),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_being_recorded),
		cmocka_unit_test(test_growth_of_what_is_not_there),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
