/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_BID_FILE_H
#define SERVER_STORE_BID_FILE_H

/*
 * The file of a sealed bid: data_dir/bids/<bid_id>.sealed, as its bidder sent it (proto/sealed.h).
 * It is read in constant memory and never lies open on disk.
 *
 * Blocks on the disk, for seconds with a large bid. Refusals are those of proto/sealed.h.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/sealed_header.h"

/* Writes a piece and forces it, and with the first one the file's name, to the disk. */
int bid_file_write(const char *data_dir, const char *bid_id, int64_t offset, GBytes *piece);

/* Whether these bytes stand there already. */
int bid_file_holds(
	const char *data_dir, const char *bid_id, int64_t offset, GBytes *piece, bool *ret_same);

/* What a file tells without any key. */
struct bid_inspection {
	struct sealed_header header;
	GBytes *header_bytes;
	uint8_t receipt_digest[SEALED_DIGEST_LEN];
};

/* Walks the whole file: header, chunks, lengths, receipt digest. */
int bid_file_inspect(const char *data_dir, const char *bid_id, struct bid_inspection *ret);
void bid_inspection_clear(struct bid_inspection *i);
#define BID_INSPECTION_AUTO __attribute__((cleanup(bid_inspection_clear)))

/*
 * Opens the whole file with its content key: every chunk, the manifest's signature, every document
 * against its digest. *ret_manifest is the manifest's text. Plain bytes stay in memory, one chunk
 * at a time.
 */
int bid_file_open(const char *data_dir, const char *bid_id, const uint8_t key[SEALED_KEY_LEN],
	char **ret_manifest);

/* One document of an opened bid, opened chunk by chunk as it is read. */
struct bid_document {
	int fd;
	struct sealed_header header;
	uint8_t key[SEALED_KEY_LEN];
	uint64_t offset, size; /* within the documents */
};

/* Opens the file; the caller fills key, offset and size. */
int bid_document_open(const char *data_dir, const char *bid_id, struct bid_document *ret);
/* The file's header, and the plain bytes of chunk 0: what a copy of the documents needs to be
 * sealed again and compared. The caller fills key. */
int bid_document_head(const struct bid_document *d, GBytes **ret_header, GBytes **ret_manifest);
/* Wipes the key. */
void bid_document_close(struct bid_document *d);
/* What the chunk of byte `at` holds of the document from there on, at most `left` bytes. */
int bid_document_read(const struct bid_document *d, uint64_t at, uint64_t left, GBytes **ret);

/* Nothing there is no fault. */
int bid_file_remove(const char *data_dir, const char *bid_id);

#endif
