/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Times in words. Pure but for the language; the caller frees the texts. */

#include <stdint.h>

/* "1:02:03" or "2:03". Negative is 0. */
char *time_words_span(int64_t us);

/* The line below the step: how long the session and the step last, or what is left of the step.
 * Times are UTC, 0: not known. */
char *time_words_step(int64_t session_us, int64_t step_at_us, int64_t deadline_us, int64_t now_us);
