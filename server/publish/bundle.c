/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "server/publish/bundle_parts.h"
#include "server/store/event_store.h"

/* Room that stays free besides what the copies take: file system blocks, the manifest. */
#define SPARE_BYTES ((uint64_t)16 << 20)
#define PAGE "index.html"

int bundle_begin(struct bundle *b)
{
	g_autofree char *page = g_build_filename(b->page_dir, PAGE, NULL);
	g_autofree char *parent = g_path_get_dirname(b->dir);

	b->bids = g_ptr_array_new_with_free_func(bundle_bid_free);
	b->record = (struct session_export){.key = b->key,
		.scores = b->scores,
		.session_id = b->session_id,
		.data_dir = b->data_dir,
		.reel_dirs = b->reel_dirs,
		.reels_from = b->reels_from,
		.without_reels = true};
	if (!g_file_test(page, G_FILE_TEST_IS_REGULAR))
		return BUNDLE_E_PAGE;
	if (g_file_test(b->dir, G_FILE_TEST_EXISTS))
		return BUNDLE_E_EXISTS;
	if (g_mkdir_with_parents(parent, 0755) < 0)
		return -errno;
	b->work_dir = g_strconcat(b->dir, ".part", NULL);
	if (mkdir(b->work_dir, 0755) == 0) {
		b->record.dir = b->work_dir;
		return 0;
	}
	g_clear_pointer(&b->work_dir, g_free); /* it is not ours to remove */
	return errno == EEXIST ? BUNDLE_E_BUSY : -errno;
}

int bundle_collect(struct db_txn *txn, struct bundle *b)
{
	int r = session_export(txn, &b->record);

	g_ptr_array_set_size(b->bids, 0);
	if (r == STORE_E_NONE)
		return BUNDLE_E_SESSION;
	if (!r)
		r = bundle_write_cosigned(txn, b);
	return r ? r : bundle_read_bids(txn, b);
}

/* An upper bound of what is still to be written; what is not there yet counts in full. */
static uint64_t total_of(const struct bundle *b)
{
	uint64_t total = 0;

	for (guint i = 0; i < b->record.reels->len; i++) {
		const struct session_reel *reel = g_ptr_array_index(b->record.reels, i);
		/* An entry of the index and perhaps a cue. */
		if (!reel->is_withheld)
			total += session_reel_length(reel) +
				 (uint64_t)reel->entries->len * (REEL_ENTRY_LEN + 32);
	}
	for (guint i = 0; i < b->bids->len; i++)
		total += ((const struct bundle_bid *)g_ptr_array_index(b->bids, i))->size;
	return total;
}

static int check_space(struct bundle *b)
{
	struct statvfs fs;

	if (statvfs(b->work_dir, &fs) < 0)
		return -errno;
	b->total_bytes = total_of(b);
	b->need_bytes = b->total_bytes + SPARE_BYTES;
	b->free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return b->free_bytes < b->need_bytes ? BUNDLE_E_SPACE : 0;
}

static int copy_page_file(struct bundle *b, const char *name)
{
	g_autofree char *from = g_build_filename(b->page_dir, name, NULL);
	g_autofree char *content = NULL;
	struct bundle_file out;
	gsize len;

	if (!g_file_get_contents(from, &content, &len, NULL))
		return -EIO;
	int r = bundle_file_open(b, name, &out);
	return r ? r : bundle_file_close(&out, bundle_file_write(&out, content, len));
}

static int copy_page(struct bundle *b)
{
	g_autoptr(GPtrArray) names = NULL;
	int r = bundle_list(b->page_dir, &names);

	for (guint i = 0; !r && i < names->len; i++)
		r = copy_page_file(b, g_ptr_array_index(names, i));
	return r;
}

/* Entries of folders, and the files of the record, which were not forced when they were written. */
static int sync_tree(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;
	int r = d ? 0 : -EIO;

	while (!r && (name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			r = sync_tree(path);
			continue;
		}
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		r = fd < 0 || fsync(fd) < 0 ? -errno : 0;
		if (fd >= 0)
			close(fd);
	}
	int fd = r ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!r && (fd < 0 || fsync(fd) < 0))
		r = -errno;
	if (fd >= 0)
		close(fd);
	return r;
}

static int move_to_place(struct bundle *b)
{
	g_autofree char *parent = g_path_get_dirname(b->dir);
	int fd, r = sync_tree(b->work_dir);

	if (r)
		return r;
	/* Over an empty folder a rename would go. */
	if (g_file_test(b->dir, G_FILE_TEST_EXISTS))
		return BUNDLE_E_EXISTS;
	if (rename(b->work_dir, b->dir) < 0)
		return -errno;
	g_clear_pointer(&b->work_dir, g_free);
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		r = fsync(fd) < 0 ? -errno : 0;
		close(fd);
	}
	return r;
}

int bundle_write(struct bundle *b)
{
	int r = check_space(b);

	if (!r)
		r = copy_page(b);
	if (!r)
		r = bundle_write_reels(b);
	if (!r)
		r = bundle_write_documents(b);
	if (!r)
		r = bundle_write_manifest(b);
	return r ? r : move_to_place(b);
}

void bundle_end(struct bundle *b)
{
	if (b->work_dir)
		bundle_remove_tree(b->work_dir);
	g_clear_pointer(&b->work_dir, g_free);
	g_clear_pointer(&b->bids, g_ptr_array_unref);
	session_export_clear(&b->record);
	json_decref(b->reels);
	json_decref(b->documents);
	b->reels = b->documents = NULL;
}
