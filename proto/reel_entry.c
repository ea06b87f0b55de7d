/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel.h"

#include "proto/bytes.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

enum {
	OFF_TIME = 0,
	OFF_LAST = 4,
	OFF_OFFSET = 8,
	OFF_LENGTH = 16,
	OFF_BLOCKS = 20,
	OFF_STAMPS = 24,
	OFF_FLAGS = 28,
	OFF_RESERVED = 29,
	OFF_SHA256 = 32,
};

#define FLAG_KEY 1
#define FLAG_HEAD 2

static const char *const refusal_codes[] = {
	[REEL_END] = "reel_end",
	[REEL_E_TORN] = "reel_torn",
	[REEL_E_DAMAGED] = "reel_damaged",
	[REEL_E_MESSAGE] = "reel_message",
	[REEL_E_FOREIGN] = "reel_foreign",
	[REEL_E_HEAD] = "reel_head",
	[REEL_E_ENTRY] = "reel_entry",
};

void reel_entry_encode(const struct reel_entry *entry, uint8_t ret_bytes[REEL_ENTRY_LEN])
{
	memset(ret_bytes, 0, REEL_ENTRY_LEN);
	be32_put(ret_bytes + OFF_TIME, entry->time_ms);
	be32_put(ret_bytes + OFF_LAST, entry->last_ms);
	be64_put(ret_bytes + OFF_OFFSET, entry->offset);
	be32_put(ret_bytes + OFF_LENGTH, entry->length);
	be32_put(ret_bytes + OFF_BLOCKS, entry->n_blocks);
	be32_put(ret_bytes + OFF_STAMPS, entry->n_stamps);
	ret_bytes[OFF_FLAGS] = (entry->is_key ? FLAG_KEY : 0) | (entry->is_head ? FLAG_HEAD : 0);
	memcpy(ret_bytes + OFF_SHA256, entry->sha256, sizeof(entry->sha256));
}

int reel_entry_decode(const uint8_t bytes[REEL_ENTRY_LEN], struct reel_entry *ret_entry)
{
	struct reel_entry e = {
		.time_ms = be32_get(bytes + OFF_TIME),
		.last_ms = be32_get(bytes + OFF_LAST),
		.offset = be64_get(bytes + OFF_OFFSET),
		.length = be32_get(bytes + OFF_LENGTH),
		.n_blocks = be32_get(bytes + OFF_BLOCKS),
		.n_stamps = be32_get(bytes + OFF_STAMPS),
		.is_key = bytes[OFF_FLAGS] & FLAG_KEY,
		.is_head = bytes[OFF_FLAGS] & FLAG_HEAD,
	};

	if ((bytes[OFF_FLAGS] & ~(FLAG_KEY | FLAG_HEAD)) || bytes[OFF_RESERVED] ||
		bytes[OFF_RESERVED + 1] || bytes[OFF_RESERVED + 2])
		return REEL_E_ENTRY;
	if (!e.length || e.offset > INT64_MAX || e.last_ms < e.time_ms ||
		e.is_head != (e.offset == 0) || (e.is_head && (e.n_blocks || e.n_stamps)))
		return REEL_E_ENTRY;
	memcpy(e.sha256, bytes + OFF_SHA256, sizeof(e.sha256));
	*ret_entry = e;
	return 0;
}

int reel_entry_check(const struct reel_entry *entry, const uint8_t *data, uint64_t len)
{
	uint8_t digest[32];

	if (entry->offset > len || entry->length > len - entry->offset)
		return REEL_E_TORN;
	if (EVP_Digest(data + entry->offset, entry->length, digest, NULL, EVP_sha256(), NULL) != 1)
		return -EIO;
	return memcmp(digest, entry->sha256, sizeof(digest)) == 0 ? 0 : REEL_E_DAMAGED;
}

const char *reel_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
