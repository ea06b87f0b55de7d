/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_SERVER_VERIFY_RECORD_KIT_INNER_H
#define TESTS_UNIT_SERVER_VERIFY_RECORD_KIT_INNER_H

/* What record_kit.c (the session) and record_kit_files.c (its record on disk) share; nobody else
 * includes it. */
#include "proto/ed25519.h"
#include "tests/unit/server/verify/record_kit.h"

#define START_US INT64_C(1772323200000000)
#define EVENT_EVERY_US INT64_C(1000000)

#define KIT_OPINION "甲的方案偏高" /* of the second member */

extern const uint8_t kit_log_seed[ED25519_KEY_LEN], kit_member_seeds[2][ED25519_KEY_LEN];
extern const char *const kit_members[2];

json_t *kit_hex(const uint8_t digest[32]);

#endif
