/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recorder when its disks are slow, full, broken or in the way. */
#include "server/record/recorder.h"

#include "tests/unit/server/record/scene.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "server/record/reels.h"

static void test_reels_that_cannot_be_made(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)},
				nowhere = {.dirs = TEST_DIRS("/nonexistent")};
	g_autofree char *path = g_build_filename(dir, "s1", NULL);
	struct reel_head head = test_head(7);
	struct record_session *s;
	struct record_track *t;
	struct recorder *none;
	struct inbox in;

	assert_int_equal(recorder_new(&nowhere, &(struct record_out){0}, &none), -ENOENT);
	assert_true(g_file_set_contents(path, "in the way", -1, NULL));
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	wait_until(&in, has_gaps, 1);
	assert_int_equal(in.gap_error, -ENOTDIR);
	assert_int_equal(in.gap_to_ms, 0);
	put(&in, t, 7, 0); /* goes nowhere, harms nothing */
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_mkdir(path, 0750), 0);
	recorder_track_add(in.recorder, s, &head);
	recorder_track_add(in.recorder, s, &head);
	wait_until(&in, has_gaps, 2);
	assert_int_equal(in.gap_error, -EEXIST);
	recorder_stop(in.recorder, WAIT_MS);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* A disk that takes no more: the reel ends, what was durable stays, the others go on. */
static void test_write_fails(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	struct rlimit before, small;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	for (uint32_t seq = 0; seq < 5; seq++)
		put(&in, t, 7, seq);
	wait_until(&in, has_blocks, 5);
	small = (struct rlimit){.rlim_cur = 1500, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (uint32_t seq = 5; seq < 20; seq++)
		put(&in, t, 7, seq);
	wait_until(&in, has_gaps, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(in.gap_error, -EFBIG);
	assert_int_equal(in.gap_to_ms, 0);
	recorder_stop(in.recorder, WAIT_MS);
	assert_true(has_blocks(&in, 5));
	assert_false(has_blocks(&in, 20));
	inbox_done(&in);
	test_dir_remove(dir);
}

static guint n_indexed(const char *dir, uint16_t track)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));

	record_index_read(TEST_DIRS(dir), "s1", track, entries);
	return entries->len;
}

/* While a sync takes for ever, everything goes on into the files and nothing into the ledger. */
static void test_slow_disk(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	struct recorder_figures figures;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;
	uint32_t seq = 0;
	guint before;

	disk_set(true, 0, 0);
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	put(&in, t, 7, seq++);
	disk_wait_sync();
	before = n_indexed(dir, 7);
	while (n_indexed(dir, 7) < before + 5) {
		put(&in, t, 7, seq++);
		g_usleep(TICK_MS * 1000);
	}
	recorder_figures(in.recorder, &figures);
	assert_int_equal(figures.n_parts, 0);
	assert_int_equal(in.n_calls, 0);
	assert_int_equal(disk.n_syncs, 1);
	disk_set(false, 0, 0);
	wait_until(&in, has_blocks, seq);
	assert_int_equal(in.n_gaps, 0);
	recorder_stop(in.recorder, WAIT_MS);
	assert_recorded(&in, dir, 7, seq);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* A track that ends while the disk is busy, and the disk is ready before the next tick: what was
 * not yet in an entry is not lost. */
static void test_end_during_a_sync(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir), .tick_ms = 1000};
	struct reel_head head = test_head(7);
	struct recorder_figures figures;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;
	uint32_t seq = 0;

	disk_set(true, 0, 0);
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	put(&in, t, 7, seq++);
	disk_wait_sync();
	while (seq < 10)
		put(&in, t, 7, seq++);
	recorder_track_remove(in.recorder, t);
	do {
		g_usleep(1000);
		recorder_figures(in.recorder, &figures);
	} while (figures.n_messages < seq);
	disk_set(false, 0, 0);
	wait_until(&in, has_blocks, seq);
	assert_int_equal(in.n_gaps, 0);
	recorder_stop(in.recorder, WAIT_MS);
	assert_recorded(&in, dir, 7, seq);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* Not all of a disk need have failed: each reel is asked by itself. */
static void test_sync_of_the_disk_fails(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	struct record_session *s;
	struct record_track *t;
	struct inbox in;

	disk_set(false, EIO, 0);
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	for (uint32_t seq = 0; seq < 5; seq++)
		put(&in, t, 7, seq);
	wait_until(&in, has_blocks, 5);
	assert_int_equal(in.n_gaps, 0);
	assert_true(disk.n_file_syncs >= 2);
	disk_set(false, EIO, EIO);
	put(&in, t, 7, 5);
	wait_until(&in, has_gaps, 1);
	assert_int_equal(in.gap_error, -EIO);
	assert_int_equal(in.gap_from_ms, 1000 + 4 * 40); /* up to what is known to be there */
	assert_int_equal(in.gap_to_ms, 0);
	put(&in, t, 7, 6);
	disk_set(false, 0, 0);
	recorder_stop(in.recorder, WAIT_MS);
	assert_false(has_blocks(&in, 6));
	inbox_done(&in);
	test_dir_remove(dir);
}

static void test_room_on_disks(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir), .low_bytes = UINT64_MAX / 4};
	struct reel_head head = test_head(7);
	struct record_session *s;
	struct record_track *t;
	struct inbox in;

	inbox_init(&in, &options);
	wait_until(&in, has_spaces, 1);
	assert_int_equal(in.space, RECORD_SPACE_LOW);
	assert_true(recorder_has_room(in.recorder));
	recorder_stop(in.recorder, WAIT_MS);
	inbox_done(&in);
	options.stop_bytes = UINT64_MAX / 4;
	inbox_init(&in, &options);
	assert_false(recorder_has_room(in.recorder));
	wait_until(&in, has_spaces, 1);
	assert_int_equal(in.space, RECORD_SPACE_NONE);
	/* Who asks all the same is recorded. */
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	put(&in, t, 7, 0);
	wait_until(&in, has_blocks, 1);
	recorder_stop(in.recorder, WAIT_MS);
	inbox_done(&in);
	test_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reels_that_cannot_be_made),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_slow_disk),
		cmocka_unit_test(test_end_during_a_sync),
		cmocka_unit_test(test_sync_of_the_disk_fails),
		cmocka_unit_test(test_room_on_disks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
