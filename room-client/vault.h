/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Documents of bids on this machine's disk, readable by this process alone and for as long as it
 * lives: the files have no name, and what is in them is sealed (AES-256-GCM, blocks of 64 KiB)
 * under a key that is nowhere but in memory.
 *
 * A file is filled by one thread at a time, then finished; after that any thread may read it.
 */

#include <gio/gio.h>
#include <stddef.h>
#include <stdint.h>

struct vault;
struct vault_file;

/* Files lie in `dir`, which must be there. -EIO: no random key. */
int vault_new(const char *dir, struct vault **ret_vault);
/* The key is wiped once the last file is gone too. */
struct vault *vault_unref(struct vault *v);

/* Negative errno. */
int vault_file_new(struct vault *v, struct vault_file **ret_file);
struct vault_file *vault_file_ref(struct vault_file *f);
struct vault_file *vault_file_unref(struct vault_file *f);

/* Negative errno: what was appended so far can no longer be trusted to be whole. */
int vault_append(struct vault_file *f, const void *bytes, size_t len);
int vault_finish(struct vault_file *f);

int64_t vault_file_size(const struct vault_file *f);
/* Reads up to len bytes from `at` on, fewer only at the end. -EBADMSG: the file was changed. */
int vault_read(struct vault_file *f, int64_t at, void *bytes, size_t len, size_t *ret_n);

/* A stream that can seek, transfer full; it holds the file. */
GInputStream *vault_stream_new(struct vault_file *f);
