/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_BUNDLE_TAR_H
#define SERVER_PUBLISH_BUNDLE_TAR_H

/*
 * A folder as a tar archive that is never written: any byte of it can be asked for, so that it is
 * sent with its length and in ranges. The folder must not change meanwhile.
 */
#include <glib.h>
#include <stdint.h>

struct bundle_tar;

/* dir's files stand below prefix ("name/"). Reads no file, only their sizes. 0 or negative errno.
 */
int bundle_tar_open(const char *dir, const char *prefix, struct bundle_tar **ret);
void bundle_tar_free(struct bundle_tar *tar);

uint64_t bundle_tar_size(const struct bundle_tar *tar);

/* Some bytes from `at` on, at most `left` and at least one. Any thread, also at once. Blocks. */
int bundle_tar_read(const struct bundle_tar *tar, uint64_t at, uint64_t left, GBytes **ret);

#endif
