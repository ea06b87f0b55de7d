/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The manifest of a sealed bid, chunk 0: who bids, what is offered, which documents follow.
 *
 *	length     32 bits, network order, of the text
 *	text       {"bidder":{"credit_code":…,"name":…,"public_key":base64 SPKI},
 *	            "files":[{"name":…,"sha256":hex,"size":…},…],
 *	            "offer":{"price":decimal,"price_form":…,…},"v":1}, canonical
 *	signature  64 bytes: ECDSA P-256 by the bidder's key over
 *	           "bidroom.bid.v1\n" ‖ SHA-256(header) ‖ text
 *	zeros      up to manifest_size
 *
 * As it signs the header, it signs lot, key slots and the digests of key and shares with it; as it
 * holds the documents' digests, all of the bid. price_form "amount" (money) goes with a currency of
 * three capitals. The offer may have further members; they are the tender's business. One is known
 * to the server: "sme": true declares a small firm (小微企业), which a scheme may give a discount.
 */

#include "proto/decimal.h"
#include "proto/p256.h"
#include "proto/sealed_header.h"

#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#define SEALED_FILES_MAX 1000
#define SEALED_FILE_NAME_MAX 255
#define SEALED_CREDIT_CODE_LEN 18 /* 统一社会信用代码 */

/* A document. Its name is no path: no slash, backslash, control character, "." or "..". */
struct sealed_file {
	const char *name;
	uint64_t size;
	uint8_t sha256[SEALED_DIGEST_LEN];
	uint64_t offset; /* within the documents; filled on reading */
};

/* What a bidder brings to be sealed; borrowed. */
struct sealed_offer {
	const char *bidder_name, *credit_code;
	json_t *offer;
	const struct sealed_file *files;
	size_t n_files;
};

/* A manifest that was read; everything in it is borrowed from json. */
struct sealed_manifest {
	json_t *json;
	const char *bidder_name, *credit_code;
	struct p256_public bidder_key;
	json_t *offer;
	const char *price_form, *currency; /* currency may be NULL */
	struct decimal price;
	struct sealed_file *files;
	size_t n_files;
	uint64_t data_size;
};

struct sealed_manifest *sealed_manifest_free(struct sealed_manifest *m);

/* The text; SEALED_E_OFFER: it would not be read back. */
int sealed_manifest_text(
	const struct sealed_offer *offer, const struct p256_public *bidder, GString **ret_text);
/* manifest_size for a text of this length. */
uint32_t sealed_manifest_size(size_t text_len);
/* Lays out and signs the plain bytes of chunk 0: header->manifest_size. The header is complete. */
int sealed_manifest_sign(const GString *text, const struct sealed_header *header, EVP_PKEY *bidder,
	uint8_t *ret_plain);

/* Reads the text alone, as it was kept after the bid was opened; any fault is SEALED_E_MANIFEST.
 * Byte b of the documents lies in chunk 1 + b / chunk_size, at b % chunk_size. */
int sealed_manifest_parse(const char *text, size_t len, struct sealed_manifest **ret_manifest);

/* Reads the plain bytes of chunk 0. SEALED_E_MANIFEST, SEALED_E_SIGNATURE. */
int sealed_manifest_read(const uint8_t *plain, const struct sealed_header *header,
	struct sealed_manifest **ret_manifest);
