/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The documents of a bid as one stream: which bytes belong to which, and whether each is the one
 * whose digest the manifest holds. Shared by the writer, who may be given a file that changed, and
 * the reader. */

#include "proto/sealed_manifest.h"

#include <stddef.h>
#include <stdint.h>

struct sealed_walk;

/* Takes bytes of document `file`. What it returns other than 0 ends the walk and is passed on. */
typedef int (*sealed_bytes_func)(void *ctx, size_t file, const uint8_t *bytes, size_t len);

/* Borrows files. */
struct sealed_walk *sealed_walk_new(const struct sealed_file *files, size_t n_files);
struct sealed_walk *sealed_walk_free(struct sealed_walk *w);

/* The next bytes of the stream; on_bytes may be NULL. SEALED_E_FILE: the document that ended here
 * is another one; SEALED_E_TRAILING: there are no more documents. */
int sealed_walk_feed(struct sealed_walk *w, const uint8_t *bytes, size_t len,
	sealed_bytes_func on_bytes, void *ctx);
/* SEALED_E_TRUNCATED: documents are missing. */
int sealed_walk_finish(const struct sealed_walk *w);
/* The document the walk is in. */
size_t sealed_walk_file(const struct sealed_walk *w);
