/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the recorder costs: N tracks of half a megabit for some seconds in real time, plain and
 * sealed, to a folder on disk. CPU is that of the recorder's threads; the thread that makes the
 * objects is not counted.
 *
 *	record_bench DIR TRACKS SECONDS plain|sealed		one line of JSON
 */
#include "server/record/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#define FPS 25
#define PAYLOAD (500000 / 8 / FPS)

static struct recorder *recorder;
static guint n_gaps;

static void part(void *user, const struct record_part *p)
{
	recorder_part_done(recorder, p->session, p->no, true);
}

static void gap(void *user, const struct reel_head *of, uint32_t from_ms, uint32_t to_ms, int error)
{
	n_gaps++;
}

static void space(void *user, const char *dir, uint64_t free_bytes, enum record_space s)
{
}

static int key(void *user, const char *dir, const char *session, uint8_t ret_key[RECORD_KEY_LEN])
{
	memset(ret_key, 1, RECORD_KEY_LEN);
	return 0;
}

static double cpu_s(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void put(struct record_track *t, uint16_t track, uint32_t seq, const uint8_t *noise)
{
	uint8_t message[FRAME_HEADER_LEN + PAYLOAD];
	struct frame f = {.track = track,
		.codec = FRAME_CODEC_VP8,
		.flags = seq % (2 * FPS) ? 0 : FRAME_KEY,
		.seq = seq,
		.session_ms = seq * 1000 / FPS};

	memcpy(message, noise + seq % 64, sizeof(message));
	frame_write_header(&f, message);
	g_autoptr(GBytes) object = g_bytes_new(message, sizeof(message));
	recorder_put(recorder, t, object);
}

int main(int argc, char **argv)
{
	const char *const dirs[] = {argc > 4 ? argv[1] : NULL, NULL};
	const struct record_keys keys = {.get = key};
	struct recorder_options options = {.dirs = dirs, .keys = &keys};
	const struct record_out out = {.part = part, .gap = gap, .space = space};
	struct recorder_figures figures;
	struct record_track *tracks[1000];
	struct record_session *s;
	uint8_t noise[FRAME_HEADER_LEN + PAYLOAD + 64];
	guint n, seconds;
	double before, own;
	gint64 begun;

	if (argc != 5)
		return 2;
	n = MIN((guint)atoi(argv[2]), (guint)G_N_ELEMENTS(tracks));
	seconds = (guint)atoi(argv[3]);
	options.seal_all = strcmp(argv[4], "sealed") == 0;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)g_random_int();
	if (recorder_new(&options, &out, &recorder))
		return 1;
	s = recorder_session_open(recorder, "bench", 1);
	for (guint i = 0; i < n; i++) {
		struct reel_head head = {.session = "bench",
			.seat = "seat",
			.kind = "cam",
			.track = (uint16_t)(i + 1),
			.codec = FRAME_CODEC_VP8,
			.width = 640,
			.height = 360};

		tracks[i] = recorder_track_add(recorder, s, &head);
	}
	before = cpu_s(RUSAGE_SELF);
	own = cpu_s(RUSAGE_THREAD);
	begun = g_get_monotonic_time();
	for (uint32_t seq = 0; seq < seconds * FPS; seq++) {
		gint64 due = begun + (gint64)seq * G_USEC_PER_SEC / FPS;

		g_usleep((gulong)MAX(due - g_get_monotonic_time(), 0));
		for (guint i = 0; i < n; i++)
			put(tracks[i], (uint16_t)(i + 1), seq, noise);
	}
	double took = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
	double cpu = cpu_s(RUSAGE_SELF) - before - (cpu_s(RUSAGE_THREAD) - own);
	recorder_figures(recorder, &figures);
	recorder_session_close(recorder, s);
	recorder_stop(recorder, 20000);
	printf("{\"tracks\": %u, \"form\": \"%s\", \"core_percent\": %.2f, \"seconds\": %.1f, "
	       "\"parts\": %" G_GUINT64_FORMAT ", \"dropped\": %" G_GUINT64_FORMAT
	       ", \"gaps\": %u, \"sync_ms_max\": %.1f}\n",
		n, argv[4], cpu / took * 100, took, figures.n_parts, figures.n_dropped, n_gaps,
		(double)figures.sync_us_max / 1000);
	recorder_free(recorder);
	return n_gaps ? 1 : 0;
}
