/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomd: arguments, signals, exit code. */
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "server/core/config.h"
#include "server/core/log.h"
#include "server/routes.h"
#include "server/server.h"

static char *arg_config, *arg_embedded_db, *arg_role;
static gboolean arg_check, arg_routes, arg_sample, arg_version;

static const GOptionEntry options[] = {
	{"config", 'c', 0, G_OPTION_ARG_FILENAME, &arg_config, "Configuration file", "FILE"},
	{"embedded-db", 0, 0, G_OPTION_ARG_FILENAME, &arg_embedded_db,
		"Run a private mariadbd in this directory", "DIR"},
	{"role", 0, 0, G_OPTION_ARG_STRING, &arg_role, "portal, room or all", "ROLE"},
	{"check", 0, 0, G_OPTION_ARG_NONE, &arg_check, "Check the configuration and end", NULL},
	{"print-config", 0, 0, G_OPTION_ARG_NONE, &arg_sample,
		"Print the configuration file with all keys and defaults", NULL},
	{"print-routes", 0, 0, G_OPTION_ARG_NONE, &arg_routes,
		"Print every HTTP route with its act, one JSON object a line", NULL},
	{"version", 0, 0, G_OPTION_ARG_NONE, &arg_version, "Print the version", NULL},
	{NULL},
};

static int load(struct config *config)
{
	g_autofree char *message = NULL;
	int r = arg_config ? config_load(config, arg_config, &message) : 0;

	if (!r && arg_embedded_db)
		r = config_set(config, "database", "embedded_dir", arg_embedded_db, &message);
	if (!r && arg_role)
		r = config_set(config, "server", "role", arg_role, &message);
	if (r)
		fprintf(stderr, "bidroomd: %s\n", message);
	else
		log_set_level(log_level_from_name(config_text(config, "server", "log_level")));
	return r;
}

/* SIGTERM and SIGINT arrive here and nowhere else. */
static void *wait_for_signal(void *data)
{
	sigset_t set;
	int signal;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigwait(&set, &signal);
	server_stop(data);
	return NULL;
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static int serve(const struct config *config)
{
	struct server *server = NULL;
	pthread_t waiter;

	block_signals();
	if (server_new(config, &server))
		return 1;
	pthread_create(&waiter, NULL, wait_for_signal, server);
	server_run(server);
	pthread_kill(waiter, SIGTERM);
	pthread_join(waiter, NULL);
	server_free(server);
	return 0;
}

int main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	int status = 0;

	g_option_context_set_summary(context, "评标云室 Bidroom, the server");
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "bidroomd: %s\n", error->message);
		return 2;
	}
	if (argc > 1) {
		fprintf(stderr, "bidroomd: %s is not an option\n", argv[1]);
		return 2;
	}
	if (arg_version) {
		puts("bidroomd " BIDROOM_VERSION);
		return 0;
	}
	if (arg_routes) {
		routes_print(stdout);
		return 0;
	}
	if (arg_sample) {
		config_print_sample(stdout);
		return 0;
	}
	struct config *config = config_new();
	if (load(config))
		status = 2;
	else if (!arg_check)
		status = serve(config);
	config_free(config);
	g_free(arg_config);
	g_free(arg_embedded_db);
	g_free(arg_role);
	return status;
}
