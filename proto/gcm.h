/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* AES-256-GCM (NIST SP 800-38D) over one message in memory; the tag follows the ciphertext, as in
 * WebCrypto. Output may be the input's own buffer. */

#include <stddef.h>
#include <stdint.h>

#define GCM_KEY_LEN 32
#define GCM_NONCE_LEN 12
#define GCM_TAG_LEN 16
#define GCM_MESSAGE_MAX (1u << 30)

enum gcm_refusal {
	GCM_E_TAG = 1, /* changed, or another key, nonce or additional data; the output is wiped */
};

/* Writes len + GCM_TAG_LEN bytes. -EIO: libcrypto. */
int gcm_seal(const uint8_t key[GCM_KEY_LEN], const uint8_t nonce[GCM_NONCE_LEN], const void *aad,
	size_t aad_len, const void *plain, size_t len, uint8_t *ret_sealed);

/* Writes len − GCM_TAG_LEN bytes; len counts the tag. */
int gcm_open(const uint8_t key[GCM_KEY_LEN], const uint8_t nonce[GCM_NONCE_LEN], const void *aad,
	size_t aad_len, const void *sealed, size_t len, uint8_t *ret_plain);
