/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUTH_PASSWORD_H
#define SERVER_AUTH_PASSWORD_H

/*
 * Passwords as Argon2id (RFC 9106) in the encoded text form. One hash takes about 160 ms in the
 * 64 MiB that are the default, on purpose, so callers sit in the hash lane. Blocking, any thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct password_cost {
	uint32_t memory_kib, passes;
};

/* The cost of a hash in so much memory (accounts.password_mib): three passes over it. */
struct password_cost password_cost_mib(int64_t mib);

/* A new encoded hash under a fresh salt (g_free it). 0 or -ENOMEM. */
int password_hash(const char *password, const struct password_cost *cost, char **ret_encoded);

/* False also for a hash that is damaged. */
bool password_verify(const char *password, const char *encoded);

/* Spends what a verification spends, for a login that does not exist: the time tells nothing. */
void password_verify_nobody(const char *password, const struct password_cost *cost);

/* NULL if it may be used, or the reason in English: 10 to 128 characters, not one character. */
const char *password_weakness(const char *password);

#endif
