/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Makes a sealed bid (proto/sealed.h) while its documents pass, in the memory of one chunk. The
 * documents' digests must be known before, so their bytes are read twice. */

#include "proto/sealed_manifest.h"

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

struct sealed_writer;

struct sealed_plan {
	const char *project, *lot;
	unsigned k, n; /* of the holders */
	const struct p256_public *holders;
	EVP_PKEY *bidder;
	struct sealed_offer offer;
	uint32_t chunk_size; /* SEALED_CHUNK_MAX, unless a test wants small ones */
};

/* Takes the file's bytes in order. What it returns other than 0 is passed on. */
struct sealed_out {
	int (*write)(void *ctx, const void *bytes, size_t len);
	void *ctx;
};

/* Draws the content key, writes header and manifest. The plan is used during the call, except for
 * offer.files, which stays borrowed. SEALED_E_OFFER, SEALED_E_SLOTS (holders). */
int sealed_writer_new(const struct sealed_plan *plan, const struct sealed_out *out,
	struct sealed_writer **ret_writer);
struct sealed_writer *sealed_writer_free(struct sealed_writer *w);

/* The next bytes of the documents, in the manifest's order and without borders. SEALED_E_FILE: they
 * are not the documents of the manifest; SEALED_E_TRAILING: they are more. */
int sealed_writer_put(struct sealed_writer *w, const void *bytes, size_t len);

/* Writes the last chunk; SEALED_E_TRUNCATED: documents are missing. */
int sealed_writer_finish(struct sealed_writer *w, uint8_t ret_receipt_digest[SEALED_DIGEST_LEN]);

/* Borrowed from the writer. */
const struct sealed_header *sealed_writer_header(const struct sealed_writer *w);
