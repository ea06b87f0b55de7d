/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_DISK_H
#define SERVER_CORE_DISK_H

/* Room on disks. Any thread; may wait for a file system that is far away. */
#include <stdint.h>

/* Bytes that an ordinary process may still write where path lies; -1 when nobody can tell. */
int64_t disk_free_bytes(const char *path);

/* The most that one of the directories has; -1: none of them can be asked from here. dirs ends
 * with NULL and may be NULL. */
int64_t disk_most_free_bytes(const char *const *dirs);

#endif
