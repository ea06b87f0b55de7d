/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bidroomctl cosign: an outsider's process, on the supervisor's own machine and under an account of
 * its own. It needs the server's address and the log's published key, nothing else of the server.
 */
#include "server/admin/admin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/admin/server_line.h"
#include "server/admin/cosign_round.h"

static char *arg_url, *arg_log_key, *arg_state, *arg_ca, *arg_new;
static gint arg_every, arg_heartbeat = 600;

static const GOptionEntry options[] = {
	{"url", 0, 0, G_OPTION_ARG_STRING, &arg_url, "The server, https://HOST[:PORT]", "URL"},
	{"log-key", 0, 0, G_OPTION_ARG_STRING, &arg_log_key,
		"The log's published key, or a file with it", "KEY"},
	{"state", 0, 0, G_OPTION_ARG_FILENAME, &arg_state, "Folder for key and memory", "DIR"},
	{"ca", 0, 0, G_OPTION_ARG_FILENAME, &arg_ca,
		"PEM of the authority of the server's certificate", "FILE"},
	{"new", 0, 0, G_OPTION_ARG_STRING, &arg_new,
		"Make folder and key under this name, print the public key, end", "NAME"},
	{"every", 0, 0, G_OPTION_ARG_INT, &arg_every, "Look again after so many seconds", "S"},
	{"heartbeat", 0, 0, G_OPTION_ARG_INT, &arg_heartbeat,
		"Sign a head that brings only our own event after so many seconds (600)", "S"},
	{NULL},
};

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "bidroomctl cosign: %s%s%s\n", what, *why ? ": " : "", why);
	return 2;
}

static int make_key(void)
{
	struct note_key key;
	int r = cosign_state_make(arg_state, arg_new, &key);

	if (r)
		return complain(arg_state, r > 0 ? "this name cannot name a key" : strerror(-r));
	g_autofree char *text = note_key_format(&key);
	puts(text);
	return 0;
}

static int read_log_key(struct note_key *ret)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents(arg_log_key, &text, NULL, NULL))
		text = g_strdup(arg_log_key);
	g_strstrip(text);
	return note_key_parse(text, strlen(text), ret);
}

/* One line for each round, for people and for whatever watches the process. */
static int say(const struct cosign_round *round, int r)
{
	if (r < 0) {
		fprintf(stderr, "bidroomctl cosign: %s: %s %s\n", arg_url, strerror(-r),
			server_line_error(round->line));
		return 2;
	}
	switch (r) {
	case COSIGN_SIGNED:
		printf("signed size %" PRIu64 "\n", round->size);
		return 0;
	case COSIGN_NOTHING_NEW:
		printf("nothing new at size %" PRIu64 "\n", round->size);
		return 0;
	case COSIGN_REFUSED:
		fprintf(stderr, "bidroomctl cosign: %s\n", round->text);
		return 2;
	default:
		printf("ALARM %s: %s\n", round->alarm, round->text);
		return 1;
	}
}

static int ask(void *line, const char *path, const char *post, size_t max, int *ret_status,
	GBytes **ret_body)
{
	return server_line_ask(line, path, post, max, ret_status, ret_body);
}

static int watch(struct cosign_round *round)
{
	int status;

	for (;;) {
		status = say(round, cosign_round(round));
		g_clear_pointer(&round->text, g_free);
		fflush(stdout);
		if (arg_every <= 0)
			return status;
		g_usleep((gulong)arg_every * G_USEC_PER_SEC);
	}
}

static int run(void)
{
	struct cosign_state state;
	struct note_key log_key;
	struct cosign_round round = {.ask = ask,
		.state = &state,
		.log_key = &log_key,
		.heartbeat_us = arg_heartbeat * CLOCK_SECOND_US};
	int r;

	if (!arg_url || !g_str_has_prefix(arg_url, "https://") || !arg_log_key)
		return complain(
			"name the server (--url https://…) and the log's key (--log-key)", "");
	if (read_log_key(&log_key))
		return complain(arg_log_key, "this is no key");
	r = cosign_state_open(arg_state, &state);
	if (r)
		return complain(arg_state,
			r == -EPERM ? "the key must be readable by its owner alone" : strerror(-r));
	round.line = server_line_new(arg_url, arg_ca);
	int status = watch(&round);
	server_line_free(round.line);
	cosign_state_done(&state);
	return status;
}

int admin_cosign(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new("- watch and cosign a ledger");
	g_autoptr(GError) error = NULL;
	int status;

	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 1)
		return complain(error ? error->message : "there are only options", "");
	status = !arg_state ? complain("name a folder (--state)", "")
		 : arg_new  ? make_key()
			    : run();
	g_free(arg_url);
	g_free(arg_log_key);
	g_free(arg_state);
	g_free(arg_ca);
	g_free(arg_new);
	return status;
}
