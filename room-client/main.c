/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroom-client: arguments, signals, exit code. */
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "room-client/app.h"
#include "room-client/link/link.h"
#include "room-client/options.h"
#include "room-client/ticket.h"
#include "room-client/window.h"

static gboolean told_to_stop(void *user)
{
	app_quit(user);
	return G_SOURCE_CONTINUE;
}

static int join_at_once(struct app *app, const char *ticket_file)
{
	struct seat_ticket ticket;
	char url[SEAT_URL_MAX];
	int r = ticket_load(ticket_file, &ticket, url);

	if (r == 0)
		r = app_join(app, &ticket, url);
	if (r != 0)
		fprintf(stderr, "bidroom-client: %s: not a ticket\n", ticket_file);
	return r;
}

static int run(const struct options *options)
{
	struct app *app;
	int r;

	if (app_new(&options->app, &app) != 0)
		return 1;
	g_unix_signal_add(SIGTERM, told_to_stop, app);
	g_unix_signal_add(SIGINT, told_to_stop, app);
	r = options->ticket_file ? join_at_once(app, options->ticket_file) : 0;
	if (r == 0)
		app_run(app);
	app_free(app);
	return r == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct options options;
	int code;

	setlocale(LC_CTYPE, ""); /* words and file names of the command line */
	signal(SIGPIPE, SIG_IGN);
	link_init();
	if (!options_parse(&argc, &argv, &options))
		return 2;
	if (options.version) {
		printf("bidroom-client %s\n", CLIENT_VERSION);
		return 0;
	}
	code = options.headless ? run(&options) : window_run(&options);
	options_done(&options);
	return code;
}
