/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The sealed bid (投标文件密封容器): one file that its bidder, or k of n key holders (密钥保管人)
 * together, can open, that everybody can check for wholeness without opening it, and that nobody
 * can change unnoticed. proto/README.md, "Sealed bids", is the full description.
 *
 *	header     magic, length, canonical JSON: what must be known without a key (sealed_header)
 *	chunk 0    the manifest (sealed_manifest), signed by the bidder, padded so that its length
 *	           does not tell the digits of the price
 *	chunk 1…n  the documents one after the other, in chunks of 4 MiB
 *
 * Each chunk is AES-256-GCM under one content key; nonce = prefix (7) ‖ chunk number (4) ‖ last
 *(1), additional data = SHA-256(header). The content key is wrapped for the bidder and, split, for
 *the holders (sealed_slot). The receipt digest = SHA-256(SHA-256(header) ‖ SHA-256(chunk 0) ‖
 * SHA-256(chunk 1) ‖ …), each over the bytes as they lie in the file, so that browser and server
 * compute it while the bytes pass.
 *
 * Bytes in, structs out; constant memory (one chunk). Objects belong to one thread at a time.
 */

#include <stdbool.h>

#define SEALED_DIGEST_LEN 32
#define SEALED_KEY_LEN 32
#define SEALED_TAG_LEN 16
#define SEALED_ID_SIZE 65

enum sealed_refusal {
	SEALED_E_MAGIC = 1,  /* not a sealed bid */
	SEALED_E_HEADER,     /* header not as described */
	SEALED_E_TRUNCATED,  /* the bytes end too early (while reading a header: more are needed) */
	SEALED_E_TRAILING,   /* bytes after the last chunk */
	SEALED_E_LOT,        /* for another project or lot */
	SEALED_E_KEY,        /* not the content key this header names */
	SEALED_E_MANIFEST,   /* chunk 0 was changed, or does not say what it must */
	SEALED_E_SIGNATURE,  /* the manifest is not signed by the key it names */
	SEALED_E_CHUNK,      /* a chunk was changed or moved; its number is told */
	SEALED_E_FILE,       /* a document is not what the manifest says; its number is told */
	SEALED_E_SLOTS,      /* key slots not as described */
	SEALED_E_NOT_HOLDER, /* no slot for this key */
	SEALED_E_SLOT,       /* the slot for this key does not open */
	SEALED_E_BAD_SHARE,  /* the share is not the one that was sealed for this holder */
	SEALED_E_FEW_SHARES, /* fewer good shares than the threshold */
	SEALED_E_SHARES,     /* enough shares, each as sealed, but they do not give the key */
	SEALED_E_OFFER,      /* what is to be sealed cannot stand in a manifest */
};

/* Whether a project, lot or draw may be called so: 1..64 of [0-9A-Za-z._-]. */
bool sealed_id_is_valid(const char *text);

/* "sealed_chunk" and so on. */
const char *sealed_refusal_code(int refusal);
