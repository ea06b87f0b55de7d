/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/clap_reader.h"

#include "room-client/media/clap.h"

#define S 1000000
#define LATE_MAX_US (2 * S)
#define BEGINS 3000
/* A beep begins after at least this much silence; the coder's echo ahead of it counts as such. */
#define SILENCE_US 300000
#define MIDDLE 128
#define EDGE_US 3000

struct clap_reader {
	GMutex lock;
	GArray *pictures, *beeps; /* int64_t: how late each was */
	GArray *skews;
	unsigned n_unread;
	int64_t silent_us; /* how long it has been silent */
	int64_t near_beep; /* lateness of the last picture, to be held against a beep */
	bool has_picture;
};

struct clap_reader *clap_reader_new(void)
{
	struct clap_reader *r = g_new0(struct clap_reader, 1);

	g_mutex_init(&r->lock);
	r->pictures = g_array_new(FALSE, FALSE, sizeof(int64_t));
	r->beeps = g_array_new(FALSE, FALSE, sizeof(int64_t));
	r->skews = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return r;
}

struct clap_reader *clap_reader_free(struct clap_reader *r)
{
	if (!r)
		return NULL;
	g_array_unref(r->pictures);
	g_array_unref(r->beeps);
	g_array_unref(r->skews);
	g_mutex_clear(&r->lock);
	g_free(r);
	return NULL;
}

void clap_reader_reset(struct clap_reader *r)
{
	g_mutex_lock(&r->lock);
	g_array_set_size(r->pictures, 0);
	g_array_set_size(r->beeps, 0);
	g_array_set_size(r->skews, 0);
	r->n_unread = 0;
	g_mutex_unlock(&r->lock);
}

/* Milliseconds, modulo 2^CLAP_BITS. */
static int64_t fields_read(const struct picture *picture)
{
	const uint8_t *row = (const uint8_t *)g_bytes_get_data(picture->pixels, NULL) +
			     (size_t)(picture->height / CLAP_BAND / 2) * picture->stride;
	int64_t ms = 0;

	for (int i = 0; i < CLAP_BITS; i++) {
		int x = (2 * i + 1) * picture->width / (2 * CLAP_BITS);

		ms = ms << 1 | (row[(size_t)x * 4 + 1] >= MIDDLE);
	}
	return ms;
}

/* Whether the flash is there when it should be; its edges are not looked at. */
static bool flash_fits(const struct picture *picture, int64_t captured_us)
{
	int64_t in_second = captured_us % S;
	const uint8_t *row = (const uint8_t *)g_bytes_get_data(picture->pixels, NULL) +
			     (size_t)(picture->height * 2 / 3) * picture->stride;
	bool flash = row[(size_t)(picture->width / 2) * 4 + 1] >= MIDDLE,
	     edge = in_second < EDGE_US || ABS(in_second - CLAP_FLASH_US) < EDGE_US ||
		    in_second > S - EDGE_US;

	return edge || flash == (in_second < CLAP_FLASH_US);
}

void clap_reader_picture(struct clap_reader *r, const struct picture *picture, int64_t at_us)
{
	int64_t round_ms = 1LL << CLAP_BITS, late_us;

	late_us = ((at_us / 1000 - fields_read(picture)) % round_ms + round_ms) % round_ms * 1000;
	g_mutex_lock(&r->lock);
	if (late_us > LATE_MAX_US || !flash_fits(picture, at_us - late_us)) {
		r->n_unread++;
	} else {
		g_array_append_val(r->pictures, late_us);
		r->near_beep = late_us;
		r->has_picture = true;
	}
	g_mutex_unlock(&r->lock);
}

static void beep_begins(struct clap_reader *r, int64_t at_us)
{
	int64_t late_us = at_us % S, skew_us = (r->near_beep - late_us) % S;

	/* A beep says which second it belongs to only by coming within it. */
	if (skew_us > S / 2)
		skew_us -= S;
	else if (skew_us < -S / 2)
		skew_us += S;
	g_array_append_val(r->beeps, late_us);
	if (r->has_picture)
		g_array_append_val(r->skews, skew_us);
}

void clap_reader_sound(struct clap_reader *r, const int16_t *samples, size_t n, int64_t at_us)
{
	int loudest = 0;

	g_mutex_lock(&r->lock);
	for (size_t i = 0; i < n; i++) {
		int level = ABS(samples[i]);

		if (level >= BEGINS && loudest < BEGINS && r->silent_us >= SILENCE_US)
			beep_begins(r, at_us + (int64_t)i * S / CLAP_RATE);
		loudest = MAX(loudest, level);
	}
	r->silent_us = loudest >= BEGINS ? 0 : r->silent_us + (int64_t)n * S / CLAP_RATE;
	g_mutex_unlock(&r->lock);
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t percentile(GArray *values, unsigned percent)
{
	if (values->len == 0)
		return 0;
	g_array_sort(values, by_size);
	return g_array_index(values, int64_t, (values->len - 1) * percent / 100);
}

void clap_reader_figures(struct clap_reader *r, struct clap_figures *ret_figures)
{
	int64_t least, most;

	g_mutex_lock(&r->lock);
	least = percentile(r->skews, 0);
	most = percentile(r->skews, 100);
	*ret_figures = (struct clap_figures){
		.n_pictures = r->pictures->len,
		.n_beeps = r->beeps->len,
		.n_unread = r->n_unread,
		.picture_p50_us = percentile(r->pictures, 50),
		.picture_p95_us = percentile(r->pictures, 95),
		.beep_p50_us = percentile(r->beeps, 50),
		.beep_p95_us = percentile(r->beeps, 95),
		.skew_p50_us = percentile(r->skews, 50),
		.skew_worst_us = -least > most ? least : most,
	};
	g_mutex_unlock(&r->lock);
}
