/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The command line. */

#include <stdbool.h>

#include "room-client/app.h"

struct options {
	struct app_config app;   /* its strings belong to the options */
	const char *ticket_file; /* join at once; NULL: a command will say */
	bool headless;
	bool kiosk;           /* the window: full screen, and no way out but by leaving */
	const char *language; /* of the window; NULL: the user's */
	bool version;
};

/* False after a sentence to stderr. */
bool options_parse(int *argc, char ***argv, struct options *ret_options);
void options_done(struct options *o);
