/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * bidroom-seal: everything a bidder or key holder does with secret keys, offline. Files in, files
 * out; no network. Answers are one line of JSON on standard output, in the form the server's
 * interface takes.
 */

#include "proto/tools/tool.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
	{"combine", cmd_combine, "the content key of a bid from its holders' shares"},
	{"digest", cmd_digest, "check a sealed bid for wholeness, print its receipt digest"},
	{"keygen", cmd_keygen, "make a key pair"},
	{"nonce", cmd_nonce, "make a party's nonce for a draw, sealed for the holders"},
	{"open", cmd_open, "open a sealed bid into a folder"},
	{"pubkey", cmd_pubkey, "print the public key of a private key"},
	{"receipt", cmd_receipt, "verify a receipt of the server"},
	{"release", cmd_release, "the content key of one's own bid, for its opening"},
	{"seal", cmd_seal, "seal a bid"},
	{"share", cmd_share, "a holder's share of a bid or of a draw's nonce"},
};

static void print_help(FILE *to)
{
	fputs("Usage: bidroom-seal COMMAND [OPTION…]\n\n", to);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		fprintf(to, "  %-8s  %s\n", commands[i].name, commands[i].help);
	fputs("\nbidroom-seal COMMAND --help tells a command's options.\n"
	      "Exit codes: 0 done, 1 refused (standard error says why), 2 wrong usage.\n",
		to);
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, ""); /* file names of the command line */
	if (argc < 2)
		return tool_usage("which command? bidroom-seal --help lists them");
	if (strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return TOOL_OK;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			g_autofree char *name = g_strdup_printf("bidroom-seal %s", argv[1]);

			g_set_prgname(name);
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	return tool_usage("there is no command %s; bidroom-seal --help lists them", argv[1]);
}
