/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The header of a sealed bid: the first bytes of the file,
 *
 *	"SEALBID1"   8 bytes
 *	length       32 bits, network order, of what follows
 *	{"bidder":{"ct":…,"epk":…},"chunk_size":…,"data_size":…,"holders":{…},"lot":…,
 *	 "manifest_size":…,"prefix":hex,"project":…,"suite":"P256-HKDF-SHA256-A256GCM"}
 *
 * as canonical JSON. "Header" always means all of it, magic and length included. It names the lot
 * but not the bidder: the bidder's own slot has no key id, for key ids are public. From it follow
 * the number, place and length of every chunk, so a file is whole or not without any key.
 */

#include "proto/gcm.h"
#include "proto/sealed.h"
#include "proto/sealed_slot.h"

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define SEALED_HEADER_MAX 16384
#define SEALED_PREFIX_LEN 7
#define SEALED_CHUNK_MIN 4096u
#define SEALED_CHUNK_MAX (4u << 20) /* and what everybody uses */
#define SEALED_MANIFEST_STEP 4096u  /* the manifest is padded to a multiple of it */
#define SEALED_MANIFEST_MAX (1u << 20)
#define SEALED_DATA_MAX ((uint64_t)1 << 40)

struct sealed_header {
	char project[SEALED_ID_SIZE], lot[SEALED_ID_SIZE]; /* sealed_id_is_valid() */
	uint32_t chunk_size; /* of plain bytes; a power of two, SEALED_CHUNK_MIN … _MAX */
	uint8_t prefix[SEALED_PREFIX_LEN];
	uint32_t manifest_size; /* plain, padded */
	uint64_t data_size;     /* of all documents together */
	struct sealed_slot bidder;
	struct sealed_slots holders; /* secret_sha256 names the content key */
	size_t len;                  /* of the header; filled on reading and writing */
	uint8_t digest[SEALED_DIGEST_LEN];
};

/* Reads a header from the start of a file. SEALED_E_MAGIC, SEALED_E_HEADER; SEALED_E_TRUNCATED:
 * nothing wrong so far, but there must be more bytes. */
int sealed_header_parse(const void *bytes, size_t len, struct sealed_header *ret_header);

/* Writes the header and fills its len and digest. SEALED_E_OFFER: a member is out of bounds. */
int sealed_header_write(struct sealed_header *header, GByteArray **ret_bytes);

/* SEALED_E_LOT. */
int sealed_header_belongs(const struct sealed_header *header, const char *project, const char *lot);

/* Context of the key slots: "bid/<project>/<lot>/<prefix in hex>". Returns buf. */
const char *sealed_header_context(
	const struct sealed_header *header, char buf[SEALED_CONTEXT_SIZE]);

/* The content key from the bidder's own slot, checked. SEALED_E_SLOT, SEALED_E_KEY. */
int sealed_header_open_slot(
	const struct sealed_header *header, EVP_PKEY *bidder, uint8_t ret_key[SEALED_KEY_LEN]);

/* Chunks with the manifest, at least 1; whole length of the file. */
uint32_t sealed_n_chunks(const struct sealed_header *header);
uint64_t sealed_total_len(const struct sealed_header *header);
/* Where a chunk lies in the file, and its length with the tag. */
void sealed_chunk_place(
	const struct sealed_header *header, uint32_t chunk, uint64_t *ret_offset, size_t *ret_len);

/* Encrypts the plain bytes of a chunk; writes SEALED_TAG_LEN more. May work in place. */
int sealed_chunk_seal(const struct sealed_header *header, const uint8_t key[SEALED_KEY_LEN],
	uint32_t chunk, const uint8_t *plain, size_t len, uint8_t *ret_sealed);
/* Any chunk by itself, in any order; len counts the tag. May work in place.
 * SEALED_E_MANIFEST (chunk 0) or SEALED_E_CHUNK. */
int sealed_chunk_open(const struct sealed_header *header, const uint8_t key[SEALED_KEY_LEN],
	uint32_t chunk, const uint8_t *sealed, size_t len, uint8_t *ret_plain);
