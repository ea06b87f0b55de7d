/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_WRITE_FILE_H
#define SERVER_PUBLISH_WRITE_FILE_H

/* Replaces files whole, for readers that may come at any moment. */
#include <stddef.h>

/*
 * Writes path by way of a temporary file beside it; makes missing directories. Mode 0644. The
 * content is derived, so it is not forced to disk. 0 or negative errno.
 */
int write_file(const char *path, const void *bytes, size_t len);

/* The same, but a file that has this content already stays untouched, its time and ETag with it. */
int write_file_if_other(const char *path, const void *bytes, size_t len);

#endif
