/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_FILE_H
#define SERVER_CORE_FILE_H

/* Reading and writing of whole lengths, whatever a signal or a full pipe does in between. All
 * return 0 or -errno; any thread; blocking. */
#include <stddef.h>
#include <stdint.h>

/* At the descriptor's own place. */
int file_write_all(int fd, const void *bytes, size_t len);
int file_write_at(int fd, const void *bytes, size_t len, uint64_t at);

/* Less than len only at the end of the file. */
int file_read_some(int fd, void *ret, size_t len, uint64_t at, size_t *ret_n);
/* -EBADMSG: the file ends before. */
int file_read_at(int fd, void *ret, size_t len, uint64_t at);

/* A new name, or that an old one is gone, is on the disk only when its directory is. */
int file_sync_dir(const char *path);

#endif
