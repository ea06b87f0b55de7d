/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomctl: the operator's commands. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "server/admin/admin.h"
#include "server/auth/permission.h"
#include "server/base.h"
#include "server/core/config.h"
#include "server/core/log.h"

static const struct command {
	const char *name, *help;
	int (*run)(struct admin *admin, int argc, char **argv);
	int (*run_outside)(int argc, char **argv); /* without configuration and database */
} commands[] = {
	{"bundle", "write everything of a session into a folder that needs no server",
		admin_bundle},
	{"cosign", "watch a server's ledger from outside and sign its heads", NULL, admin_cosign},
	{"export-ledger", "write the ledger as files for bidroom-verify", admin_export_ledger},
	{"export-session", "write the record of a session for bidroom-verify",
		admin_export_session},
	{"hold", "hand in a key holder's share of a bid, with his own key", NULL, admin_hold},
	{"init", "open the house: make the three administrators", admin_init},
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int usage(void)
{
	fputs("usage: bidroomctl --config FILE [--embedded-db DIR] COMMAND [OPTIONS]\n", stderr);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		fprintf(stderr, "  %-16s %s\n", commands[i].name, commands[i].help);
	return 2;
}

static int make_demo(void *ctx)
{
	return base_make_demo(ctx);
}

static int run(const struct config *config, const struct command *command, int argc, char **argv)
{
	struct base *base = NULL;
	struct admin admin = {.actor = {.roles = ROLE_OPERATOR}, .make_demo = make_demo};

	if (base_new(config, BASE_GUEST, &base))
		return 1;
	base_env(base, &admin.env);
	admin.ctx = base;
	admin.console_dir = config_text(config, "server", "console_dir");
	int status = command->run(&admin, argc, argv);
	base_free(base);
	return status;
}

/* Our own options come before the command, its own behind it. */
static int load(struct config *config, int argc, char **argv, int *ret_first)
{
	g_autofree char *message = NULL;
	int i = 1, r = 0;

	for (; !r && i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "--config") == 0)
			r = config_load(config, argv[i + 1], &message);
		else if (strcmp(argv[i], "--embedded-db") == 0)
			r = config_set(config, "database", "embedded_dir", argv[i + 1], &message);
		else
			message = g_strdup_printf("%s is not an option here", argv[i]), r = 1;
	}
	if (r)
		fprintf(stderr, "bidroomctl: %s\n", message);
	*ret_first = i;
	return r;
}

int main(int argc, char **argv)
{
	struct config *config = config_new();
	int first, status;

	log_set_level(LOG_WARNING);
	if (load(config, argc, argv, &first)) {
		config_free(config);
		return 2;
	}
	const struct command *command = first < argc ? find_command(argv[first]) : NULL;
	if (command && command->run_outside)
		status = command->run_outside(argc - first, argv + first);
	else
		status = command ? run(config, command, argc - first, argv + first) : usage();
	config_free(config);
	return status;
}
