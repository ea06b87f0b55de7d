/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/id.h"

#include "server/core/clock.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Crockford base 32: no i, l, o, u. */
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

void random_bytes(void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

void id_make(uint64_t ms, const uint8_t random[static 10], char ret_id[static ID_SIZE])
{
	uint8_t bytes[16];
	unsigned i, bits = 0, acc = 0, out = 0;

	for (i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(bytes + 6, random, 10);
	/* 128 bits are 26 digits of 5 with two zero bits in front. */
	bits = 2;
	for (i = 0; i < sizeof(bytes); i++) {
		acc = (acc << 8 | bytes[i]) & 0xffff;
		for (bits += 8; bits >= 5; bits -= 5)
			ret_id[out++] = digits[acc >> (bits - 5) & 31];
	}
	ret_id[out] = '\0';
}

/* One more than the random part of the id before; false when there is no such number. */
static bool count_up(uint8_t random[static 10])
{
	for (int i = 9; i >= 0; i--)
		if (++random[i])
			return true;
	return false;
}

void id_new(char ret_id[static ID_SIZE])
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static uint64_t last_ms;
	static uint8_t random[10];
	uint64_t ms = (uint64_t)(clock_real_us() / 1000);

	pthread_mutex_lock(&lock);
	if (ms > last_ms || !count_up(random)) {
		last_ms = MAX(ms, last_ms + 1);
		random_bytes(random, sizeof(random));
	}
	id_make(last_ms, random, ret_id);
	pthread_mutex_unlock(&lock);
}

/* 50 bits in the first ten digits, of which the first two are zero. */
uint64_t id_ms(const char id[static ID_SIZE])
{
	uint64_t ms = 0;

	for (int i = 0; i < 10; i++)
		ms = ms << 5 | (uint64_t)(strchr(digits, id[i]) - digits);
	return ms;
}

bool id_valid(const char *id)
{
	if (!id || id[0] < '0' || id[0] > '7')
		return false;
	return strspn(id, digits) == ID_LEN && id[ID_LEN] == '\0';
}
