/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the recorder makes of what it is given, on a good disk; the others are in
 * recorder_disk_test.c. */
#include "server/record/recorder.h"

#include "tests/unit/server/record/scene.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/record/mark.h"
#include "server/record/recover.h"
#include "server/record/reels.h"

static void test_two_tracks(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct inbox in;
	struct record_session *s;
	struct record_track *a, *b;
	struct reel_head head_a = test_head(7), head_b = test_head(8);
	struct recorder_figures figures;

	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 5);
	a = recorder_track_add(in.recorder, s, &head_a);
	b = recorder_track_add(in.recorder, s, &head_b);
	for (uint32_t seq = 0; seq < 40; seq++) {
		put(&in, a, 7, seq);
		if (seq < 25)
			put(&in, b, 8, seq);
		if (seq % 10 == 9)
			wait_until(&in, has_blocks, seq + 1 + MIN(seq + 1, 25));
	}
	recorder_track_remove(in.recorder, b);
	recorder_session_close(in.recorder, s);
	wait_until(&in, has_blocks, 65);
	recorder_stop(in.recorder, WAIT_MS);
	for (guint i = 0; i < in.numbers->len; i++)
		assert_int_equal(g_array_index(in.numbers, uint64_t, i), 5 + i);
	assert_true(in.numbers->len >= 4);
	assert_int_equal(in.n_gaps, 0);
	assert_recorded(&in, dir, 7, 40);
	assert_recorded(&in, dir, 8, 25);
	recorder_figures(in.recorder, &figures);
	assert_int_equal(figures.n_messages, 65);
	assert_int_equal(figures.n_parts_waiting, 0);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* Each kind of answer: none keeps the next part back, "not committed" brings the same one again. */
static void test_parts_wait_in_order(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	struct recorder_figures figures;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;
	uint32_t seq = 0;

	inbox_init(&in, &options);
	in.answer = false;
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	do {
		put(&in, t, 7, seq++);
		g_usleep(1000);
		recorder_figures(in.recorder, &figures);
	} while (figures.n_parts < 3);
	assert_int_equal(in.n_calls, 1);
	assert_int_equal(figures.n_parts_waiting, figures.n_parts);
	recorder_part_done(in.recorder, "s1", 2, true); /* not handed up yet: means nothing */
	recorder_part_done(in.recorder, "other", 1, true);
	recorder_part_done(in.recorder, "s1", 1, false);
	wait_until(&in, has_calls, 2);
	recorder_part_done(in.recorder, "s1", 1, true);
	wait_until(&in, has_calls, 3);
	g_mutex_lock(&in.lock);
	in.answer = true;
	g_mutex_unlock(&in.lock);
	recorder_part_done(in.recorder, "s1", 2, true);
	recorder_stop(in.recorder, WAIT_MS);
	for (guint i = 0; i < in.numbers->len; i++)
		assert_int_equal(g_array_index(in.numbers, uint64_t, i), i ? i : 1);
	recorder_figures(in.recorder, &figures);
	assert_int_equal(figures.n_parts_waiting, 0);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* With nobody to take the parts, stopping still makes the reels whole. */
static void test_stop_without_answers(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	g_autoptr(GBytes) reel = NULL;
	struct reel_entry *last;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;

	inbox_init(&in, &options);
	in.answer = false;
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	for (uint32_t seq = 0; seq < 12; seq++)
		put(&in, t, 7, seq);
	recorder_stop(in.recorder, 50);
	reel = test_file(dir, "7.webm");
	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	last = &g_array_index(entries, struct reel_entry, entries->len - 1);
	assert_int_equal(last->offset + last->length, g_bytes_get_size(reel));
	assert_int_equal(last->last_ms, 1000 + 11 * 40);
	inbox_done(&in);
	test_dir_remove(dir);
}

static void test_full_queue_is_a_gap(void **state)
{
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir), .queue_max = 300};
	struct reel_head head = test_head(7);
	struct recorder_figures figures;
	struct record_session *s;
	struct record_track *t;
	struct inbox in;
	uint32_t seq = 0;

	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	put(&in, t, 7, seq++);
	wait_until(&in, has_blocks, 1);
	for (;;) {
		g_autoptr(GBytes) object = test_object(7, seq++);

		if (!recorder_put(in.recorder, t, object))
			break;
	}
	do
		recorder_figures(in.recorder, &figures);
	while (figures.queue_bytes);
	put(&in, t, 7, seq);
	wait_until(&in, has_gaps, 1);
	assert_int_equal(in.gap_error, -ENOBUFS);
	assert_int_equal(in.gap_from_ms, 1000 + (seq - 2) * 40);
	assert_int_equal(in.gap_to_ms, 1000 + seq * 40);
	recorder_figures(in.recorder, &figures);
	assert_int_equal(figures.n_dropped, 1);
	recorder_stop(in.recorder, WAIT_MS);
	inbox_done(&in);
	test_dir_remove(dir);
}

static int key_get(
	void *user, const char *dir, const char *session, uint8_t ret_key[RECORD_KEY_LEN])
{
	assert_string_equal(session, "s1");
	memset(ret_key, 9, RECORD_KEY_LEN);
	return *(int *)user;
}

/* An original is never written plain: sealed, or not at all. */
static void test_originals_are_sealed(void **state)
{
	for (int error = 0; error >= -EACCES; error -= EACCES) {
		char *dir = test_dir_new();
		const struct record_keys keys = {key_get, &error};
		struct recorder_options options = {.dirs = TEST_DIRS(dir), .keys = &keys};
		struct reel_head masked = test_head(7), original = test_head(8), head;
		struct record_session *s;
		struct record_track *a, *b;
		struct inbox in;

		g_strlcpy(masked.mask, "masked", sizeof(masked.mask));
		g_strlcpy(original.mask, "original", sizeof(original.mask));
		inbox_init(&in, &options);
		s = recorder_session_open(in.recorder, "s1", 1);
		a = recorder_track_add(in.recorder, s, &masked);
		b = recorder_track_add(in.recorder, s, &original);
		for (uint32_t seq = 0; seq < 20; seq++) {
			put(&in, a, 7, seq);
			put(&in, b, 8, seq);
		}
		wait_until(&in, has_blocks, error ? 20 : 40);
		recorder_stop(in.recorder, WAIT_MS);
		assert_int_equal(record_head_read(TEST_DIRS(dir), "s1", 7, &head), 0);
		assert_false(head.is_sealed);
		assert_recorded(&in, dir, 7, 20);
		if (error) {
			assert_int_equal(in.n_gaps, 1);
			assert_int_equal(in.gap_error, error);
			assert_null(record_dir_of(TEST_DIRS(dir), "s1", 8));
		} else {
			assert_int_equal(record_head_read(TEST_DIRS(dir), "s1", 8, &head), 0);
			assert_true(head.is_sealed);
			assert_recorded(&in, dir, 8, 20);
		}
		inbox_done(&in);
		test_dir_remove(dir);
	}
}

/* A session goes on where it was; the mark stands as long as it is recorded. */
static void test_directories_and_mark(void **state)
{
	char *a = test_dir_new(), *b = test_dir_new();
	const char *const dirs[] = {a, b, NULL};
	struct recorder_options options = {.dirs = dirs};
	g_autofree char *folder = g_build_filename(b, "s1", NULL);
	struct reel_head head = test_head(7);
	struct record_session *s;
	struct record_track *t;
	struct inbox in;

	assert_int_equal(g_mkdir(folder, 0750), 0);
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	put(&in, t, 7, 0);
	wait_until(&in, has_blocks, 1);
	assert_ptr_equal(record_dir_of(dirs, "s1", 7), b);
	assert_int_equal(record_mark_get(b, "s1"), RECORD_MARK_THIS_BOOT);
	recorder_session_close(in.recorder, s);
	recorder_stop(in.recorder, WAIT_MS);
	assert_int_equal(record_mark_get(b, "s1"), RECORD_MARK_NONE);
	inbox_done(&in);
	test_dir_remove(a);
	test_dir_remove(b);
}

/* An object every 20 s of a session from the evening to the next morning, as its clock tells it. */
static void test_twelve_hours(void **state)
{
	const uint32_t n = 12 * 3600 / 20 + 1;
	char *dir = test_dir_new();
	struct recorder_options options = {.dirs = TEST_DIRS(dir)};
	struct reel_head head = test_head(7);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct record_session *s;
	struct record_track *t;
	struct inbox in;
	uint32_t last_ms = 0;

	head.session_start_us = INT64_C(1793385000) * G_USEC_PER_SEC; /* 2026-10-30 20:30 UTC */
	inbox_init(&in, &options);
	s = recorder_session_open(in.recorder, "s1", 1);
	t = recorder_track_add(in.recorder, s, &head);
	for (uint32_t i = 0; i < n; i++) {
		g_autoptr(GBytes) object = test_object_at(7, i, i * 20000);

		assert_true(recorder_put(in.recorder, t, object));
	}
	wait_until(&in, has_blocks, n);
	recorder_stop(in.recorder, WAIT_MS);
	assert_recorded(&in, dir, 7, n);
	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	for (guint i = 1; i < entries->len; i++) {
		struct reel_entry *e = &g_array_index(entries, struct reel_entry, i);

		assert_true(e->time_ms >= last_ms && e->last_ms - e->time_ms <= INT16_MAX);
		last_ms = e->last_ms;
	}
	assert_int_equal(last_ms, 12 * 3600 * 1000);
	inbox_done(&in);
	test_dir_remove(dir);
}

/* A process that records until it is killed and tells its parent each part. */
struct child {
	int fd;
	struct recorder *recorder;
};

static void child_part(void *user, const struct record_part *part)
{
	struct child *child = user;
	size_t len = part->clusters->len * sizeof(struct media_cluster);

	if (write(child->fd, part->clusters->data, len) != (ssize_t)len)
		_exit(1);
	recorder_part_done(child->recorder, part->session, part->no, true);
}

static void child_gap(
	void *user, const struct reel_head *of, uint32_t from_ms, uint32_t to_ms, int error)
{
	_exit(2);
}

static void child_space(void *user, const char *dir, uint64_t free_bytes, enum record_space space)
{
	_exit(4);
}

static void child_run(const char *dir, int fd)
{
	struct recorder_options options = {.dirs = TEST_DIRS(dir), .tick_ms = TICK_MS};
	struct child child = {.fd = fd};
	struct record_out out = {child_part, child_gap, child_space, &child};
	struct reel_head head = test_head(7);
	struct record_session *s;
	struct record_track *t;

	if (recorder_new(&options, &out, &child.recorder))
		_exit(3);
	s = recorder_session_open(child.recorder, "s1", 1);
	t = recorder_track_add(child.recorder, s, &head);
	for (uint32_t seq = 0;; seq++) {
		g_autoptr(GBytes) object = test_object(7, seq);

		recorder_put(child.recorder, t, object);
		g_usleep(500);
	}
}

static void note_found(void *user, const struct record_found *found)
{
	*(struct record_found *)user = *found;
}

/* kill -9: every cluster that came up in a part is there, and what follows it is cut to whole
 * blocks. */
static void test_survives_kill(void **state)
{
	char *dir = test_dir_new();
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	g_autoptr(GBytes) reel = NULL;
	struct record_found found;
	struct media_cluster c;
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		child_run(dir, fds[1]);
	close(fds[1]);
	while (read(fds[0], &c, sizeof(c)) == sizeof(c)) {
		g_array_append_val(told, c);
		if (told->len == 12)
			assert_int_equal(kill(pid, SIGKILL), 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	close(fds[0]);
	assert_true(told->len >= 12);

	assert_int_equal(record_recover(TEST_DIRS(dir), note_found, &found), 0);
	assert_int_not_equal(found.state, RECORD_DAMAGED);
	reel = test_file(dir, "7.webm");
	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	assert_true(entries->len >= told->len);
	for (guint i = 0; i < entries->len; i++) {
		struct reel_entry *e = &g_array_index(entries, struct reel_entry, i);

		assert_int_equal(
			reel_entry_check(e, g_bytes_get_data(reel, NULL), g_bytes_get_size(reel)),
			0);
		if (i < told->len)
			assert_memory_equal(e->sha256,
				g_array_index(told, struct media_cluster, i).entry.sha256, 32);
	}
	test_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_survives_kill), /* first: it forks */
		cmocka_unit_test(test_two_tracks),
		cmocka_unit_test(test_parts_wait_in_order),
		cmocka_unit_test(test_stop_without_answers),
		cmocka_unit_test(test_full_queue_is_a_gap),
		cmocka_unit_test(test_originals_are_sealed),
		cmocka_unit_test(test_directories_and_mark),
		cmocka_unit_test(test_twelve_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
