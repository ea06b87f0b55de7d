/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A seat that looks at others and tells what it cost and how late it was:
 *
 *	glass SECONDS WxH SEAT[,SEAT…] OPTION…     the options are those of bidroom-client
 *
 * The first seat's source test:clap is read where its pictures and sounds are presented. Where
 *there is a display, the pictures are shown. After a warm-up it prints one line of JSON and leaves.
 */

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "room-client/app.h"
#include "room-client/link/link.h"
#include "room-client/options.h"
#include "room-client/ticket.h"
#include "tests/bench/glass_show.h"
#include "tests/support/clap_reader.h"

#define WARM_UP_MS 5000

struct glass {
	struct app *app;
	struct clap_reader *reader;
	struct glass_show *show; /* NULL: nothing is shown */
	GStrv seats;
	int seconds, width, height;
	unsigned n_pictures;
	int64_t began_us, cpu_us;
};

static int64_t cpu_used_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * G_USEC_PER_SEC + u.ru_utime.tv_usec +
	       u.ru_stime.tv_usec;
}

static void pictured(void *user, const struct app_picture *p)
{
	struct glass *g = user;

	g->n_pictures++;
	for (int i = 0; g->show && g->seats[i]; i++) {
		if (g_str_equal(p->seat, g->seats[i]))
			glass_show_picture(g->show, i, &p->picture);
	}
	if (g_str_equal(p->seat, g->seats[0]))
		clap_reader_picture(g->reader, &p->picture, g_get_monotonic_time());
}

static void heard(void *user, const int16_t *samples, size_t n, int64_t at_us)
{
	struct glass *g = user;

	clap_reader_sound(g->reader, samples, n, at_us);
}

static gboolean finish(void *user)
{
	struct glass *g = user;
	double seconds = (double)(g_get_monotonic_time() - g->began_us) / G_USEC_PER_SEC;
	double cores = (double)(cpu_used_us() - g->cpu_us) / G_USEC_PER_SEC / seconds;
	g_autofree char *text = NULL;
	struct clap_figures f;
	json_auto_t *line = NULL;

	clap_reader_figures(g->reader, &f);
	line = json_pack("{s:b, s:f, s:f, s:f, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
		"shown", g->show != NULL, "seconds", seconds, "cores", cores, "pictures_per_s",
		(double)g->n_pictures / seconds, "pictures", (int)f.n_pictures, "beeps",
		(int)f.n_beeps, "unread", (int)f.n_unread, "picture_p50_us",
		(json_int_t)f.picture_p50_us, "picture_p95_us", (json_int_t)f.picture_p95_us,
		"beep_p50_us", (json_int_t)f.beep_p50_us, "beep_p95_us", (json_int_t)f.beep_p95_us,
		"skew_p50_us", (json_int_t)f.skew_p50_us, "skew_worst_us",
		(json_int_t)f.skew_worst_us, "stats", app_stats(g->app));
	text = json_dumps(line, JSON_COMPACT);
	puts(text);
	app_quit(g->app);
	return G_SOURCE_REMOVE;
}

static gboolean begin(void *user)
{
	struct glass *g = user;

	clap_reader_reset(g->reader);
	g->n_pictures = 0;
	g->cpu_us = cpu_used_us();
	g->began_us = g_get_monotonic_time();
	g_timeout_add_seconds((guint)g->seconds, finish, g);
	return G_SOURCE_REMOVE;
}

static int look(struct glass *g, struct options *options)
{
	struct app_out out = {.user = g, .picture = pictured, .heard = heard};
	struct app_config config = options->app;
	struct seat_ticket ticket;
	char url[SEAT_URL_MAX];

	config.tiles_only = true;
	config.out = &out;
	if (!options->ticket_file || ticket_load(options->ticket_file, &ticket, url) != 0 ||
		app_new(&config, &g->app) != 0)
		return 1;
	if (g_getenv("DISPLAY"))
		g->show = glass_show_new((int)g_strv_length(g->seats), g->width, g->height);
	for (char **seat = g->seats; *seat; seat++)
		app_show(g->app, *seat, MUTE_CAM, g->width, g->height);
	if (app_join(g->app, &ticket, url) == 0) {
		g_timeout_add(WARM_UP_MS, begin, g);
		app_run(g->app);
	}
	app_free(g->app);
	glass_show_free(g->show);
	return 0;
}

int main(int argc, char **argv)
{
	struct glass g = {0};
	struct options options;
	int code;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	link_init();
	if (argc < 4 || sscanf(argv[2], "%dx%d", &g.width, &g.height) != 2)
		return 2;
	g.seconds = atoi(argv[1]);
	g.seats = g_strsplit(argv[3], ",", -1);
	g.reader = clap_reader_new();
	argv[3] = argv[0];
	argc -= 3;
	argv += 3;
	if (!options_parse(&argc, &argv, &options))
		return 2;
	code = look(&g, &options);
	options_done(&options);
	clap_reader_free(g.reader);
	g_strfreev(g.seats);
	return code;
}
