/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/recover.h"

#include "tests/unit/server/record/objects.h"

#include <errno.h>
#include <unistd.h>

#include "server/record/mark.h"
#include "server/record/reel_file.h"
#include "server/record/reel_reader.h"
#include "server/record/reels.h"

struct seen {
	guint n;
	struct record_found last;
};

static void note(void *user, const struct record_found *found)
{
	struct seen *seen = user;

	seen->n++;
	seen->last = *found;
}

static struct record_found recover_one(const char *dir)
{
	struct seen seen = {0};

	assert_int_equal(record_recover(TEST_DIRS(dir), note, &seen), 0);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.last.session, "s1");
	assert_int_equal(seen.last.track, 7);
	return seen.last;
}

/* Thirty pictures, a synced tick after every five; n_loose more only written. */
static char *folder_with_reel(uint32_t n_loose)
{
	char *dir = test_dir_new();
	g_autofree char *session = g_build_filename(dir, "s1", NULL);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_file *f;

	assert_int_equal(g_mkdir(session, 0750), 0);
	assert_int_equal(reel_file_open(dir, &test_cam, NULL, &f), 0);
	for (uint32_t seq = 0; seq < 30 + n_loose; seq++) {
		g_autoptr(GBytes) object = test_object(7, seq);
		gsize len;
		const uint8_t *data = g_bytes_get_data(object, &len);

		assert_int_equal(reel_file_put(f, data, len), 0);
		assert_int_equal(reel_file_write(f), 0);
		if (seq % 5 == 4 && seq < 30) {
			assert_int_equal(reel_file_cut(f), 0);
			assert_int_equal(reel_file_write(f), 0);
			assert_true(reel_file_sync_begin(f));
			reel_file_sync_end(f, entries);
		}
	}
	assert_int_equal(entries->len, 7);
	reel_file_free(f);
	return dir;
}

static void append(const char *dir, const char *name, const void *data, size_t len)
{
	g_autofree char *path = g_build_filename(dir, "s1", name, NULL);
	FILE *file = g_fopen(path, "a");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void cut(const char *dir, const char *name, off_t len)
{
	g_autofree char *path = g_build_filename(dir, "s1", name, NULL);

	assert_int_equal(truncate(path, len), 0);
}

static void flip(const char *dir, const char *name, gsize at)
{
	g_autofree char *path = g_build_filename(dir, "s1", name, NULL);
	g_autoptr(GBytes) bytes = test_file(dir, name);
	gsize len;
	char *copy = g_memdup2(g_bytes_get_data(bytes, &len), g_bytes_get_size(bytes));

	len = g_bytes_get_size(bytes);
	copy[at] ^= 1;
	assert_true(g_file_set_contents(path, copy, (gssize)len, NULL));
	g_free(copy);
}

/* What a reel must be after recovery: index and file say the same and every hash holds. */
static void assert_whole(const char *dir, guint n_entries)
{
	g_autoptr(GBytes) reel = test_file(dir, "7.webm"), idx = test_file(dir, "7.idx");
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	gsize len = g_bytes_get_size(reel);
	uint64_t end = 0;

	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	assert_int_equal(entries->len, n_entries);
	assert_int_equal(g_bytes_get_size(idx), n_entries * REEL_ENTRY_LEN);
	for (guint i = 0; i < entries->len; i++) {
		struct reel_entry *e = &g_array_index(entries, struct reel_entry, i);

		assert_int_equal(reel_entry_check(e, g_bytes_get_data(reel, NULL), len), 0);
		end = e->offset + e->length;
	}
	assert_int_equal(end, len);
}

static void test_whole_reel(void **state)
{
	char *dir = folder_with_reel(0);
	struct record_found f = recover_one(dir);

	assert_int_equal(f.state, RECORD_WHOLE);
	assert_int_equal(f.n_entries, 7);
	assert_int_equal(f.last_ms, 1000 + 29 * 40);
	assert_whole(dir, 7);
	test_dir_remove(dir);
}

static void test_torn_tail(void **state)
{
	char *dir = folder_with_reel(3);
	g_autoptr(GBytes) reel = test_file(dir, "7.webm");
	struct record_found f;

	/* half a block more, and half an index entry */
	append(dir, "7.webm", "\xec\x98\x01\x00\x00\x07\x00", 7);
	append(dir, "7.idx", "\0\0\0", 3);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_RECOVERED);
	assert_int_equal(f.n_cut, 7);
	assert_int_equal(f.end, g_bytes_get_size(reel));
	assert_int_equal(f.n_recovered, 1);
	assert_int_equal(f.last_ms, 1000 + 32 * 40);
	assert_whole(dir, 8);
	assert_int_equal(recover_one(dir).state, RECORD_WHOLE);
	test_dir_remove(dir);
}

static void test_zeros_at_the_end(void **state)
{
	static const uint8_t zeros[8192];
	char *dir = folder_with_reel(3);
	struct record_found f;

	append(dir, "7.webm", zeros, sizeof(zeros));
	append(dir, "7.idx", zeros, 2 * REEL_ENTRY_LEN);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_RECOVERED);
	assert_int_equal(f.n_cut, sizeof(zeros));
	assert_whole(dir, 8);
	test_dir_remove(dir);
}

static void test_index_lost(void **state)
{
	char *dir = folder_with_reel(0);
	g_autoptr(GBytes) before = test_file(dir, "7.idx"), after = NULL;
	g_autofree char *path = g_build_filename(dir, "s1", "7.idx", NULL);
	struct record_found f;

	assert_int_equal(g_unlink(path), 0);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_RECOVERED);
	assert_int_equal(f.n_cut, 0);
	assert_int_equal(f.n_recovered, 7);
	after = test_file(dir, "7.idx");
	assert_true(g_bytes_equal(before, after));
	test_dir_remove(dir);
}

static void test_reel_shorter_than_index(void **state)
{
	char *dir = folder_with_reel(0);
	g_autoptr(GBytes) reel = test_file(dir, "7.webm");
	struct record_found f;

	cut(dir, "7.webm", (off_t)g_bytes_get_size(reel) - 1);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_RECOVERED);
	assert_int_equal(f.n_entries, 7);
	assert_int_equal(f.n_recovered, 1);
	assert_int_equal(f.last_ms, 1000 + 28 * 40);
	assert_whole(dir, 7);
	test_dir_remove(dir);
}

/* Damage is not thrown away: with the index it is not even looked at, without it the reel stays. */
static void test_damage_is_kept(void **state)
{
	char *dir = folder_with_reel(0);
	g_autofree char *path = g_build_filename(dir, "s1", "7.idx", NULL);
	g_autoptr(GBytes) reel = NULL, after = NULL;
	struct record_found f;
	struct reel_entry *third;
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));

	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	third = &g_array_index(entries, struct reel_entry, 3);
	flip(dir, "7.webm", third->offset + 18); /* no element begins so */
	reel = test_file(dir, "7.webm");
	assert_int_equal(recover_one(dir).state, RECORD_WHOLE);
	assert_int_equal(g_unlink(path), 0);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_DAMAGED);
	assert_int_equal(f.end, third->offset);
	assert_int_equal(f.n_cut, 0);
	after = test_file(dir, "7.webm");
	assert_true(g_bytes_equal(reel, after));
	test_dir_remove(dir);
}

static void test_killed_at_the_head(void **state)
{
	char *dir = folder_with_reel(0);

	cut(dir, "7.webm", 50);
	cut(dir, "7.idx", 0);
	assert_int_equal(recover_one(dir).n_cut, 50);
	assert_int_equal(recover_one(dir).state, RECORD_WHOLE);
	assert_int_equal(recover_one(dir).n_entries, 0);
	test_dir_remove(dir);
}

static void test_tracks_and_heads(void **state)
{
	char *dir = folder_with_reel(0);
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	struct reel_head head;

	record_tracks_list(TEST_DIRS(dir), "s1", tracks);
	record_tracks_list(TEST_DIRS(dir), "s2", tracks);
	assert_int_equal(tracks->len, 1);
	assert_int_equal(g_array_index(tracks, uint16_t, 0), 7);
	assert_int_equal(record_head_read(TEST_DIRS(dir), "s1", 7, &head), 0);
	assert_int_equal(head.track, 7);
	assert_string_equal(head.session, "s1");
	assert_int_equal(record_head_read(TEST_DIRS(dir), "s1", 8, &head), -ENOENT);
	cut(dir, "7.webm", 50);
	assert_int_equal(record_head_read(TEST_DIRS(dir), "s1", 7, &head), -EBADMSG);
	test_dir_remove(dir);
}

static void test_tail(void **state)
{
	char *dir = folder_with_reel(0);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	g_autoptr(GArray) got = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct record_extent extent;

	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, all), 0);
	append(dir, "7.idx", "\0\0\0", 3); /* being written */
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, 0, 3, got), 0);
	assert_int_equal(got->len, 3);
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, 3, 100, got), 0);
	assert_int_equal(got->len, 7);
	assert_memory_equal(got->data, all->data, 7 * sizeof(struct reel_entry));
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, 7, 100, got), 0);
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, UINT32_MAX, 100, got), 0);
	assert_int_equal(got->len, 7);
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 8, 0, 100, got), -ENOENT);
	record_extent_read(TEST_DIRS(dir), "s1", 7, &extent);
	assert_int_equal(extent.init_length, g_array_index(all, struct reel_entry, 0).length);
	assert_int_equal(extent.last_ms, 1000 + 29 * 40);
	record_extent_read(TEST_DIRS(dir), "s1", 8, &extent);
	assert_int_equal(extent.length, 0);
	flip(dir, "7.idx", 5 * REEL_ENTRY_LEN + 12); /* its offset */
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, 3, 100, got), 0);
	assert_int_equal(got->len, 9);
	test_dir_remove(dir);
}

static void test_growth(void **state)
{
	char *dir = folder_with_reel(0);
	struct reel_head head = test_head(8);
	struct reel_file *f;

	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 7), RECORD_COMPLETE);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 8), RECORD_ABSENT);
	assert_int_equal(reel_file_open(dir, &head, NULL, &f), 0);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 8), RECORD_GROWING);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 8), RECORD_GROWING);
	reel_file_free(f);
	assert_int_equal(record_growth(TEST_DIRS(dir), "s1", 8), RECORD_COMPLETE);
	test_dir_remove(dir);
}

/* The mark of a server that died; another boot: the machine did, too. */
static void mark(const char *dir, bool other_boot)
{
	g_autofree char *path = g_build_filename(dir, "s1", "open", NULL);

	if (other_boot)
		assert_true(g_file_set_contents(path, "another boot\n", -1, NULL));
	else
		record_mark_set(dir, "s1");
}

static void test_mark_goes_with_recovery(void **state)
{
	char *dir = folder_with_reel(3);

	mark(dir, false);
	assert_int_equal(record_mark_get(dir, "s1"), RECORD_MARK_THIS_BOOT);
	assert_int_equal(recover_one(dir).n_recovered, 1); /* as after any kill */
	assert_whole(dir, 8);
	assert_int_equal(record_mark_get(dir, "s1"), RECORD_MARK_NONE);
	test_dir_remove(dir);
}

/* Behind the index nothing proves itself, whatever it looks like. */
static void test_power_cut_drops_what_no_hash_covers(void **state)
{
	char *dir = folder_with_reel(3);

	mark(dir, true);
	assert_int_equal(recover_one(dir).state, RECORD_RECOVERED);
	assert_whole(dir, 7);
	assert_int_equal(recover_one(dir).state, RECORD_WHOLE);
	test_dir_remove(dir);
}

/* Size and index reached the disk, the last two clusters' bytes did not. */
static void test_power_cut_drops_what_its_hash_denies(void **state)
{
	static const uint8_t zeros[1000];
	char *dir = folder_with_reel(0);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_entry *fifth;
	struct record_found f;

	assert_int_equal(record_index_read(TEST_DIRS(dir), "s1", 7, entries), 0);
	fifth = &g_array_index(entries, struct reel_entry, 5);
	cut(dir, "7.webm", (off_t)(fifth->offset + fifth->length - 50));
	append(dir, "7.webm", zeros, 50 + fifth[1].length);
	assert_int_equal(recover_one(dir).state, RECORD_WHOLE); /* nobody suspects it */
	mark(dir, true);
	f = recover_one(dir);
	assert_int_equal(f.state, RECORD_RECOVERED);
	assert_int_equal(f.n_entries, 5);
	assert_int_equal(f.last_ms, 1000 + 19 * 40);
	assert_whole(dir, 5);
	test_dir_remove(dir);
}

/* No index reached the disk: nothing of it was promised, but what can be read is not thrown away.
 */
static void test_power_cut_without_index(void **state)
{
	char *dir = folder_with_reel(0);

	mark(dir, true);
	cut(dir, "7.idx", 0);
	assert_int_equal(recover_one(dir).n_recovered, 7);
	assert_whole(dir, 7);
	test_dir_remove(dir);
}

static const uint8_t session_key[32] = {3};

static char *folder_with_sealed_reel(void)
{
	char *dir = test_dir_new();
	g_autofree char *session = g_build_filename(dir, "s1", NULL);
	struct reel_file *f;

	assert_int_equal(g_mkdir(session, 0750), 0);
	assert_int_equal(reel_file_open(dir, &test_cam, session_key, &f), 0);
	for (uint32_t seq = 0; seq < 30; seq++) {
		g_autoptr(GBytes) object = test_object(7, seq);
		gsize len;
		const uint8_t *data = g_bytes_get_data(object, &len);

		assert_int_equal(reel_file_put(f, data, len), 0);
		if (seq % 5 == 4)
			assert_int_equal(reel_file_cut(f), 0);
		assert_int_equal(reel_file_write(f), 0);
	}
	reel_file_free(f);
	return dir;
}

/* Recovery needs no key. */
static void test_sealed_reel(void **state)
{
	char *dir = folder_with_sealed_reel();
	g_autoptr(GBytes) reel = test_file(dir, "7.webm"), before = test_file(dir, "7.idx");
	g_autoptr(GBytes) after = NULL;

	assert_int_equal(recover_one(dir).state, RECORD_WHOLE);
	assert_whole(dir, 7);
	cut(dir, "7.idx", 0);
	assert_int_equal(recover_one(dir).n_recovered, 7);
	after = test_file(dir, "7.idx");
	assert_true(g_bytes_equal(before, after));
	cut(dir, "7.webm", (off_t)g_bytes_get_size(reel) - 1);
	assert_int_equal(recover_one(dir).n_entries, 6);
	assert_whole(dir, 6);
	test_dir_remove(dir);
}

/* The reader gives, in whatever pieces, the reel that would have been written without a seal. */
static void test_sealed_reel_is_read(void **state)
{
	char *dir = folder_with_sealed_reel(), *plain_dir = folder_with_reel(0);
	g_autoptr(GBytes) plain = test_file(plain_dir, "7.webm");
	g_autoptr(GArray) index = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	g_autoptr(GArray) plain_index = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	uint8_t other_key[32] = {4};
	struct record_extent extent;
	struct reel_reader *r;
	GBytes *piece;

	assert_int_equal(reel_reader_open(dir, NULL, "s1", 7, session_key, &r), 0);
	assert_int_equal(reel_reader_size(r), g_bytes_get_size(plain));
	for (uint64_t step = 1; step < 3000; step += 331) {
		for (uint64_t at = 0; at < reel_reader_size(r); at += step) {
			gsize len;
			const uint8_t *data;

			assert_int_equal(reel_reader_read(r, at, step, &piece), 0);
			data = g_bytes_get_data(piece, &len);
			assert_true(len > 0 && len <= step);
			assert_memory_equal(
				data, (const uint8_t *)g_bytes_get_data(plain, NULL) + at, len);
			g_bytes_unref(piece);
		}
	}
	reel_reader_free(r);
	assert_int_equal(record_index_tail(TEST_DIRS(dir), "s1", 7, 0, 100, index), 0);
	assert_int_equal(record_index_read(TEST_DIRS(plain_dir), "s1", 7, plain_index), 0);
	assert_int_equal(index->len, plain_index->len);
	for (guint i = 0; i < index->len; i++)
		assert_int_equal(g_array_index(index, struct reel_entry, i).offset,
			g_array_index(plain_index, struct reel_entry, i).offset);
	record_extent_read(TEST_DIRS(dir), "s1", 7, &extent);
	assert_int_equal(extent.length, g_bytes_get_size(plain));
	assert_int_equal(reel_reader_open(dir, NULL, "s1", 7, other_key, &r), 0);
	assert_int_equal(reel_reader_read(r, g_bytes_get_size(plain) / 2, 10, &piece), -EBADMSG);
	reel_reader_free(r);
	assert_int_equal(reel_reader_open(plain_dir, NULL, "s1", 7, session_key, &r), -EBADMSG);
	assert_int_equal(reel_reader_open(dir, NULL, "s1", 8, session_key, &r), -ENOENT);
	test_dir_remove(dir);
	test_dir_remove(plain_dir);
}

/* One session on two disks. */
static void test_two_directories(void **state)
{
	char *a = folder_with_reel(0), *b = folder_with_reel(0);
	const char *const dirs[] = {a, b, NULL};
	g_autofree char *from = g_build_filename(b, "s1", "7.webm", NULL);
	g_autofree char *to = g_build_filename(b, "s1", "9.webm", NULL);
	g_autofree char *idx = g_build_filename(b, "s1", "7.idx", NULL);
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	struct seen seen = {0};
	struct reel_head head;

	assert_int_equal(g_rename(from, to), 0);
	assert_int_equal(g_unlink(idx), 0);
	assert_int_equal(record_recover(dirs, note, &seen), 0);
	assert_int_equal(seen.n, 2);
	record_tracks_list(dirs, "s1", tracks);
	assert_int_equal(tracks->len, 2);
	assert_int_equal(g_array_index(tracks, uint16_t, 1), 9);
	assert_ptr_equal(record_dir_of(dirs, "s1", 7), a);
	assert_ptr_equal(record_dir_of(dirs, "s1", 9), b);
	assert_null(record_dir_of(dirs, "s1", 8));
	assert_int_equal(record_head_read(dirs, "s1", 9, &head), 0);
	assert_null(record_dir_of(NULL, "s1", 7));
	test_dir_remove(a);
	test_dir_remove(b);
}

struct unreadable {
	guint n_whole, n_unreadable;
	struct record_found last;
};

static void sort_out(void *user, const struct record_found *found)
{
	struct unreadable *u = user;

	if (found->state != RECORD_UNREADABLE) {
		u->n_whole++;
		return;
	}
	u->n_unreadable++;
	u->last = *found;
}

/* One reel that cannot be read holds up neither the others nor the start. */
static void test_an_unreadable_reel_holds_up_nothing(void **state)
{
	char *dir = folder_with_reel(0);
	g_autofree char *reel = g_build_filename(dir, "s1", "9.webm", NULL);
	struct unreadable u = {0};

	assert_int_equal(g_mkdir(reel, 0750), 0);
	record_mark_set(dir, "s1");
	assert_int_equal(record_recover(TEST_DIRS(dir), sort_out, &u), 0);
	assert_int_equal(u.n_whole, 1);
	assert_int_equal(u.n_unreadable, 1);
	assert_string_equal(u.last.session, "s1");
	assert_int_equal(u.last.track, 9);
	assert_int_equal(u.last.error, -EIO);
	/* It is looked at again the next time. */
	assert_int_equal(record_mark_get(dir, "s1"), RECORD_MARK_THIS_BOOT);
	assert_int_equal(g_rmdir(reel), 0);
	test_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_reel),
		cmocka_unit_test(test_torn_tail),
		cmocka_unit_test(test_zeros_at_the_end),
		cmocka_unit_test(test_index_lost),
		cmocka_unit_test(test_reel_shorter_than_index),
		cmocka_unit_test(test_damage_is_kept),
		cmocka_unit_test(test_killed_at_the_head),
		cmocka_unit_test(test_tracks_and_heads),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_mark_goes_with_recovery),
		cmocka_unit_test(test_power_cut_drops_what_no_hash_covers),
		cmocka_unit_test(test_power_cut_drops_what_its_hash_denies),
		cmocka_unit_test(test_power_cut_without_index),
		cmocka_unit_test(test_sealed_reel),
		cmocka_unit_test(test_sealed_reel_is_read),
		cmocka_unit_test(test_two_directories),
		cmocka_unit_test(test_an_unreadable_reel_holds_up_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
