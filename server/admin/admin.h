/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_ADMIN_H
#define SERVER_ADMIN_ADMIN_H

/*
 * The operator's door: sub-commands of bidroomctl, one per file. They act on the database directly,
 * beside the running servers, as whoever may read the configuration and its password files.
 */
#include "server/act/act.h"

struct admin {
	struct act_env env;
	struct actor actor; /* the operator */
	const char *console_dir;
	/* Handed in by the program: see base_make_demo(). */
	int (*make_demo)(void *ctx);
	void *ctx;
};

/* Each takes its own arguments and returns the exit code; answers go to stdout as JSON. */
int admin_bundle(struct admin *admin, int argc, char **argv);
/* This one is no operator's: it needs neither configuration nor database. */
int admin_cosign(int argc, char **argv);
/* Nor is this: a key holder's, on a machine of his own. */
int admin_hold(int argc, char **argv);
int admin_export_ledger(struct admin *admin, int argc, char **argv);
int admin_export_session(struct admin *admin, int argc, char **argv);
int admin_init(struct admin *admin, int argc, char **argv);

/* Says a refusal or fault of act_perform on stderr; returns the exit code. */
int admin_failed(const char *command, int result, const struct refusal *r);

#endif
