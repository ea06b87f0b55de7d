/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Reads a sealed bid (proto/sealed.h) from bytes as they come, in the memory of one chunk. Without
 *a key it checks the structure and computes the receipt digest; with the content key it also checks
 * and hands out manifest and documents. No plain byte leaves it before its chunk was verified; what
 * was handed out is a whole document only after its last byte passed without SEALED_E_FILE.
 *
 *	state     next bytes        on
 *	header    of the header     its last byte: header()
 *	chunk n   of chunk n        its last byte: verified; manifest() or bytes()
 *	end       none              any byte: SEALED_E_TRAILING
 *	dead      none              after a refusal or fault; every call repeats it
 */

#include "proto/sealed_manifest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sealed_reader;

/* All may be NULL. What they return other than 0 makes the reader dead and is passed on. */
struct sealed_reader_events {
	/* May call sealed_reader_set_key(). */
	int (*header)(void *ctx, const struct sealed_header *header);
	/* Both are called only with a key. */
	int (*manifest)(void *ctx, const struct sealed_manifest *manifest);
	int (*bytes)(void *ctx, size_t file, const uint8_t *bytes, size_t len);
};

struct sealed_reader *sealed_reader_new(const struct sealed_reader_events *events, void *ctx);
/* Wipes the key and the last plain bytes. */
struct sealed_reader *sealed_reader_free(struct sealed_reader *r);

/* Before the last byte of the header is fed, or from header(). Whether it is the key is checked
 * with the header: SEALED_E_KEY from sealed_reader_feed(). */
void sealed_reader_set_key(struct sealed_reader *r, const uint8_t key[SEALED_KEY_LEN]);

/* Refusals: SEALED_E_MAGIC, _HEADER, _KEY, _MANIFEST, _SIGNATURE, _CHUNK, _FILE, _TRAILING. */
int sealed_reader_feed(struct sealed_reader *r, const void *bytes, size_t len);

/* Everything was fed. SEALED_E_TRUNCATED. */
int sealed_reader_finish(struct sealed_reader *r, uint8_t ret_receipt_digest[SEALED_DIGEST_LEN]);

/* The chunk that is being read, or that was refused. */
uint32_t sealed_reader_chunk(const struct sealed_reader *r);
/* The document of SEALED_E_FILE. */
size_t sealed_reader_file(const struct sealed_reader *r);
/* Borrowed; NULL as long as they have not been read. */
const struct sealed_header *sealed_reader_header(const struct sealed_reader *r);
const struct sealed_manifest *sealed_reader_manifest(const struct sealed_reader *r);
