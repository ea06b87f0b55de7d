/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How well a seat is received, in three grades as people see them. Pure. */

#include <stdint.h>

enum quality {
	QUALITY_UNKNOWN,
	QUALITY_GOOD,
	QUALITY_FAIR, /* noticeable: late, or a picture missing here and there */
	QUALITY_POOR,
};

/* Of one track, since the last look. */
struct quality_sample {
	int64_t n_objects, n_lost;
	int64_t late_us; /* 95th percentile over the smallest transit */
};

enum quality quality_of(const struct quality_sample *sample);
/* A seat is as good as its worst track. */
enum quality quality_worse(enum quality a, enum quality b);
/* Of a line whose receiver does not get everything: level as in the message "lag". */
enum quality quality_of_lag(int level);
