/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The mark of a session that is being recorded: DIR/SESSION/open, which holds the id of the
 * machine's boot. Where recovery finds one, a server died; whether the machine did too, and with
 * it what was written but not forced to disk, is told by the id.
 */

enum record_mark {
	RECORD_MARK_NONE,
	RECORD_MARK_THIS_BOOT,
	RECORD_MARK_OTHER_BOOT, /* or it cannot be read */
};

void record_mark_set(const char *dir, const char *session);
void record_mark_clear(const char *dir, const char *session);
enum record_mark record_mark_get(const char *dir, const char *session);
