/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Key slots: a secret of 32 bytes for k of n holders. The secret is split (proto/shamir.h) by who
 * seals it, and each share wrapped for one holder's P-256 key:
 *
 *	epk, esk  a fresh key pair
 *	ikm       ECDH(esk, holder's key), x coordinate
 *	okm       HKDF-SHA256(ikm, salt = epk (65 bytes), info, 44 bytes) = AES key (32) ‖ nonce
 *(12) info      "bidroom.slot.v1\n" ‖ context ‖ "\n" ‖ no in decimal ‖ "\n" ‖ kid ct
 *AES-256-GCM(share), 32 bytes and a tag of 16
 *
 * The context says what the secret is for, so that a slot cannot be carried elsewhere. The digests
 * of shares and secret stand beside them (all are 32 random bytes, so a digest tells nothing):
 * a holder sees at once whether he was given a share, a wrong share is named when it arrives.
 *
 *	{"k":2,"secret_sha256":hex,"slots":[{"ct":b64,"epk":b64,"kid":…,"no":1,"sha256":hex},…]}
 */

#include "proto/p256.h"
#include "proto/sealed.h"
#include "proto/shamir.h"

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <openssl/types.h>

#define SEALED_HOLDERS_MAX SHAMIR_SHARES_MAX
#define SEALED_SLOT_CT_LEN (SEALED_KEY_LEN + SEALED_TAG_LEN)
#define SEALED_CONTEXT_SIZE 192

/* 32 bytes wrapped for one key. */
struct sealed_slot {
	struct p256_public epk;
	uint8_t ct[SEALED_SLOT_CT_LEN];
};

struct sealed_slots {
	unsigned k, n;
	uint8_t secret_sha256[SEALED_DIGEST_LEN];
	struct sealed_holder_slot {
		char kid[P256_KID_SIZE]; /* holder no. i + 1 */
		struct sealed_slot slot;
		uint8_t share_sha256[SEALED_DIGEST_LEN];
	} holders[SEALED_HOLDERS_MAX];
};

/* Context of a nonce's slots, "draw/<draw id>/<party>"; false if it cannot be one. */
bool sealed_draw_context(const char *draw_id, const char *party, char buf[SEALED_CONTEXT_SIZE]);

/* context: at most SEALED_CONTEXT_SIZE − 1 characters without newline. no is 0 for a slot that
 * holds the secret itself, else the holder's number. */
int sealed_slot_wrap(const uint8_t secret[SEALED_KEY_LEN], const struct p256_public *to,
	const char *context, unsigned no, struct sealed_slot *ret_slot);
/* SEALED_E_SLOT. The caller wipes the secret. */
int sealed_slot_unwrap(const struct sealed_slot *slot, EVP_PKEY *key, const char *context,
	unsigned no, uint8_t ret_secret[SEALED_KEY_LEN]);

/* Splits and wraps a secret for n different holders, of whom k are needed. SEALED_E_SLOTS: k or n
 * is out of bounds, or a key comes twice. */
int sealed_slots_build(const uint8_t secret[SEALED_KEY_LEN], unsigned k,
	const struct p256_public holders[], unsigned n, const char *context,
	struct sealed_slots *ret_slots);

/* Opens the slot of the holder whose key this is. SEALED_E_NOT_HOLDER, SEALED_E_SLOT, or
 * SEALED_E_BAD_SHARE: whoever sealed it put in something else. The caller wipes the share. */
int sealed_slots_open(const struct sealed_slots *slots, EVP_PKEY *key, const char *context,
	struct shamir_share *ret_share);

/* Whether this is the share sealed for holder share->no: SEALED_E_NOT_HOLDER, SEALED_E_BAD_SHARE.
 */
int sealed_share_check(const struct sealed_slots *slots, const struct shamir_share *share);

/*
 * The secret from the shares of any holders, in any order. Bad ones are passed over; when a
 * combination gives the secret, ret_bad, which may be NULL, has bit no set for every share that is
 * not as sealed or does not lie on the same polynomial. SEALED_E_FEW_SHARES: ask another holder.
 * SEALED_E_SHARES: every combination fails though each share is as sealed, so the sealer cheated;
 * another holder may still help. ret_bad is written with these two as well.
 */
int sealed_combine(const struct sealed_slots *slots, const struct shamir_share shares[], size_t n,
	uint8_t ret_secret[SEALED_KEY_LEN], uint32_t *ret_bad);

/* Whether this is the secret itself: SEALED_E_KEY. */
int sealed_secret_check(const struct sealed_slots *slots, const uint8_t secret[SEALED_KEY_LEN]);

json_t *sealed_slot_to_json(const struct sealed_slot *slot);
/* SEALED_E_SLOTS. Only epk and ct, when `members` of the object are two. */
int sealed_slot_from_json(const json_t *json, size_t members, struct sealed_slot *ret_slot);
json_t *sealed_slots_to_json(const struct sealed_slots *slots);
int sealed_slots_from_json(const json_t *json, struct sealed_slots *ret_slots);
