/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * All disks of a recorder: where a session goes, which of them wants a sync, and how much room
 * there is left. Belongs to the recorder's thread once that runs; their number never changes.
 */

#include <glib.h>

#include "server/record/record.h"
#include "server/record/record_disk.h"

struct record_disks_entry {
	struct record_disk *disk;
	bool wanted; /* a tick came, so sync when it is idle */
	enum record_space space;
};

struct record_disks {
	GArray *entries; /* struct record_disks_entry */
	uint64_t low_bytes, stop_bytes;
};

/* wake: as in record_disk_new(). -errno; record_disks_clear() then, too. */
int record_disks_open(
	struct record_disks *d, const char *const *dirs, void (*wake)(void *user), void *user);
void record_disks_clear(struct record_disks *d);

struct record_disks_entry *record_disks_at(struct record_disks *d, guint i);

/* The one with most room. A session that was here before stays where it is while there is any. */
struct record_disk *record_disks_choose(struct record_disks *d, const char *session);

/* Whether any of them has room for new sessions now. */
bool record_disks_have_room(const struct record_disks *d);

/* Says to out what changed since it was asked last. Whether any of them has room, less
 * quickly than above: alarms do not flap. */
bool record_disks_look(struct record_disks *d, const struct record_out *out);
