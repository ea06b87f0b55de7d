/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long a word to the server and back takes, over a connection that is open already. Default
 * GMainContext. */

struct round_trip;

struct round_trip_out {
	void *user;
	/* ms: the shortest of a few; -1: no answer came. */
	void (*measured)(void *user, int ms);
};

/* api: "https://host:port"; ca_file NULL: the system's authorities. Copies both. */
struct round_trip *round_trip_new(
	const char *api, const char *ca_file, const struct round_trip_out *out);
struct round_trip *round_trip_free(struct round_trip *t);

/* Does nothing while one is under way. */
void round_trip_measure(struct round_trip *t);
