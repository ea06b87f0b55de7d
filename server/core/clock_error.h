/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_CLOCK_ERROR_H
#define SERVER_CORE_CLOCK_ERROR_H

/*
 * How far the machine's clock may be off (时钟误差), as the kernel tells it: an NTP service
 * (chrony, systemd-timesyncd) steers the clock and says how sure it is; between its words the
 * kernel lets the error grow (adjtimex(2), RFC 5905 "maximum error"). Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct clock_error {
	bool steered;   /* an NTP service keeps the clock */
	int64_t max_us; /* the true time is no farther away; of no meaning when not steered */
};

/* A kernel that does not answer steers nothing. */
void clock_error_read(struct clock_error *ret);

bool clock_error_is_within(const struct clock_error *e, int64_t most_us);

#endif
