/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_SESSION_CLOCK_H
#define SERVER_ROOM_SESSION_CLOCK_H

/*
 * Session time of a connection's media objects. Arrival times jitter by tens of milliseconds, which
 * a player of the recording turns into clicks (measured: 531 breaks in 4 s of a tone at 25 ms of
 * jitter, none with this), and audio and video of one seat arrive differently late. So an object's
 * session time is its capture time plus the smallest delay seen of late, which is one for all
 * tracks of the device. The sender's clock is trusted within bounds only: never later than the
 * arrival, never more than SESSION_CLOCK_TRUST_MS before it.
 *
 * Zero-initialise for each connection. Loop thread.
 */
#include <stdbool.h>
#include <stdint.h>

#define SESSION_CLOCK_TRUST_MS 1000
/* The smallest delay is that of the last one to two windows, so that drifting clocks are followed.
 */
#define SESSION_CLOCK_WINDOW_MS 10000

struct session_clock {
	bool running;
	int64_t window_ms; /* arrival that began the window */
	int64_t least_us;  /* smallest arrival minus capture, of this window */
	int64_t least_before_us;
};

/* capture_us as in the object, at most INT64_MAX; arrival_ms in session time. */
uint32_t session_clock_map(struct session_clock *c, uint64_t capture_us, uint32_t arrival_ms);

#endif
