/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_REEL_KEY_H
#define SERVER_SIGN_REEL_KEY_H

/*
 * The key that seals the reels of one session: 32 random bytes beside them, in FOLDER/seal.key,
 * wrapped by the reels key of the keystore. To destroy that file is to destroy what was sealed.
 *
 * Blocking; any thread.
 */
#include <stdint.h>

#include "server/sign/field_cipher.h"

/* Gets it. -ENOENT: there is none; -EBADMSG: it does not open under this reels key. */
int reel_key_read(const struct field_cipher *reels, const char *folder, const char *session_id,
	uint8_t ret_key[KEYSTORE_KEY_LEN]);

/* Gets it, or makes one that is durable before it is used. An existing one that does not open is
 * never replaced. */
int reel_key_ensure(const struct field_cipher *reels, const char *folder, const char *session_id,
	uint8_t ret_key[KEYSTORE_KEY_LEN]);

#endif
