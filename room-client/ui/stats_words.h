/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Figures of a track in words. Pure but for the language; the caller frees the texts. */

#include <jansson.h>
#include <stdint.h>

/* now, before: entries of "tracks" in app_stats, a span apart; before may be NULL. */
char *stats_words_received(const json_t *now, const json_t *before, int64_t span_us);
/* Likewise of "own". */
char *stats_words_sent(const json_t *now, const json_t *before, int64_t span_us);
/* "cam", "mic", "screen" */
const char *stats_words_kind(const char *kind);
