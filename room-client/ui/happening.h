/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Room events in sentences for people. Pure but for the language. */

#include <jansson.h>

/* The name of a seat as this receiver knows it. */
struct happening_names {
	void *user;
	const char *(*name)(void *user, const char *seat);
};

/* One sentence that the caller frees; NULL for an event that is not worth a line. event: as the
 * server told it. */
char *happening_text(const json_t *event, const struct happening_names *names);
