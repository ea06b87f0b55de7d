/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_ID_H
#define SERVER_CORE_ID_H

/*
 * Identifiers: 48 bits of real milliseconds and 80 random bits as 26 lower-case Crockford base 32
 * digits (the ULID layout), so that they sort by time. They name things and are no secrets.
 * Thread-safe.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_LEN 26
#define ID_SIZE (ID_LEN + 1)

/*
 * A new id made of now and fresh random bytes, later in the order than every one this process made
 * before: within a millisecond, or when the clock goes back, the random part counts up. Aborts if
 * the system has no randomness.
 */
void id_new(char ret_id[static ID_SIZE]);

/* The pure form: the same inputs give the same id. ms is cut to 48 bits. */
void id_make(uint64_t ms, const uint8_t random[static 10], char ret_id[static ID_SIZE]);

/* The milliseconds in an id that is valid. */
uint64_t id_ms(const char id[static ID_SIZE]);

/* True for exactly 26 digits of the alphabet whose value fits 128 bits. NULL is not valid. */
bool id_valid(const char *id);

/* Fills buf from getrandom(2). Aborts if the system has no randomness. */
void random_bytes(void *buf, size_t len);

#endif
