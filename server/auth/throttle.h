/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUTH_THROTTLE_H
#define SERVER_AUTH_THROTTLE_H

/*
 * Token buckets by key (a login, an address): so many tries at once, then one per interval. The
 * table is bounded; when it is full the key seen longest ago makes room. Thread-safe.
 */
#include <stdint.h>

struct throttle;

struct throttle *throttle_new(unsigned burst, int64_t interval_us, unsigned max_keys);
struct throttle *throttle_free(struct throttle *t);

/* 0, or THROTTLE_E_WAIT with the microseconds until the next try will pass. */
#define THROTTLE_E_WAIT 1
int throttle_try(struct throttle *t, const char *key, int64_t now_us, int64_t *ret_wait_us);

/* A try that turned out right gives its token back. */
void throttle_forgive(struct throttle *t, const char *key);

/* The key of whoever comes from this address: of IPv6 its /64, of which a host has all. g_free it.
 */
char *throttle_source(const char *address);

#endif
