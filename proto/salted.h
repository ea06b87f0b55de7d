/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the ledger holds of a text that is not for everybody, or not yet: SHA-256(salt ‖ text). Who
 * is given text and salt computes it again. Any thread.
 */

#include <stddef.h>
#include <stdint.h>

#define SALTED_SALT_LEN 16

void salted_digest(
	const uint8_t salt[SALTED_SALT_LEN], const char *text, size_t len, uint8_t ret[32]);
