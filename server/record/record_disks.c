/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/record_disks.h"

/* A disk counts as having room again only when it has this much more, so that alarms do not flap.
 */
#define SPACE_MARGIN(bytes) ((bytes) / 10)

static void entry_clear(void *data)
{
	record_disk_free(((struct record_disks_entry *)data)->disk);
}

int record_disks_open(
	struct record_disks *d, const char *const *dirs, void (*wake)(void *user), void *user)
{
	g_assert(dirs[0]);
	d->entries = g_array_new(FALSE, FALSE, sizeof(struct record_disks_entry));
	g_array_set_clear_func(d->entries, entry_clear);
	for (int i = 0; dirs[i]; i++) {
		struct record_disks_entry e = {0};
		int error = record_disk_new(dirs[i], wake, user, &e.disk);

		if (error)
			return error;
		g_array_append_val(d->entries, e);
	}
	return 0;
}

void record_disks_clear(struct record_disks *d)
{
	g_clear_pointer(&d->entries, g_array_unref);
}

struct record_disks_entry *record_disks_at(struct record_disks *d, guint i)
{
	return &g_array_index(d->entries, struct record_disks_entry, i);
}

struct record_disk *record_disks_choose(struct record_disks *d, const char *session)
{
	struct record_disk *best = record_disks_at(d, 0)->disk;
	uint64_t best_bytes = 0;

	for (guint i = 0; i < d->entries->len; i++) {
		struct record_disk *disk = record_disks_at(d, i)->disk;
		uint64_t bytes = record_disk_free_bytes(disk);
		g_autofree char *folder = g_build_filename(record_disk_path(disk), session, NULL);

		if (bytes >= d->stop_bytes && g_file_test(folder, G_FILE_TEST_IS_DIR))
			return disk;
		if (bytes > best_bytes) {
			best = disk;
			best_bytes = bytes;
		}
	}
	return best;
}

bool record_disks_have_room(const struct record_disks *d)
{
	for (guint i = 0; i < d->entries->len; i++) {
		const struct record_disks_entry *e =
			&g_array_index(d->entries, struct record_disks_entry, i);

		if (record_disk_free_bytes(e->disk) >= d->stop_bytes)
			return true;
	}
	return false;
}

static enum record_space space_of(
	const struct record_disks *d, uint64_t bytes, enum record_space before)
{
	uint64_t stop = d->stop_bytes, low = d->low_bytes;

	if (before == RECORD_SPACE_NONE)
		stop += SPACE_MARGIN(stop);
	if (before != RECORD_SPACE_ENOUGH)
		low += SPACE_MARGIN(low);
	return bytes < stop  ? RECORD_SPACE_NONE
	       : bytes < low ? RECORD_SPACE_LOW
			     : RECORD_SPACE_ENOUGH;
}

bool record_disks_look(struct record_disks *d, const struct record_out *out)
{
	bool has_room = false;

	for (guint i = 0; i < d->entries->len; i++) {
		struct record_disks_entry *e = record_disks_at(d, i);
		uint64_t bytes = record_disk_free_bytes(e->disk);
		enum record_space space = space_of(d, bytes, e->space);

		has_room |= space != RECORD_SPACE_NONE;
		if (space == e->space)
			continue;
		e->space = space;
		out->space(out->user, record_disk_path(e->disk), bytes, space);
	}
	return has_room;
}
