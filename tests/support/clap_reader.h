/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Reads what the source test:clap shows and sounds where it is presented: from the fields of a
 * picture the moment it was captured, from the beginning of a beep the whole second. What lies
 * between that and now is how late it is presented; the difference of both is how far lips and
 * voice are apart. Any thread.
 */

#include "room-client/media/easel.h"

#include <stdbool.h>
#include <stdint.h>

struct clap_reader;

struct clap_figures {
	unsigned n_pictures, n_beeps, n_unread; /* unread: the fields make no sense */
	int64_t picture_p50_us, picture_p95_us; /* presented after captured */
	int64_t beep_p50_us, beep_p95_us;
	int64_t skew_p50_us, skew_worst_us; /* picture later than sound: positive */
};

struct clap_reader *clap_reader_new(void);
struct clap_reader *clap_reader_free(struct clap_reader *r);
/* What was read so far is forgotten. */
void clap_reader_reset(struct clap_reader *r);

void clap_reader_picture(struct clap_reader *r, const struct picture *picture, int64_t at_us);
/* 48 kHz mono, the first sample sounds at at_us. */
void clap_reader_sound(struct clap_reader *r, const int16_t *samples, size_t n, int64_t at_us);

void clap_reader_figures(struct clap_reader *r, struct clap_figures *ret_figures);
