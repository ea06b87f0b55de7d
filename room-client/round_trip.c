/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/round_trip.h"

#include <glib.h>
#include <stdint.h>

#include "room-client/link/https.h"

#define N_TRIES 4 /* the first opens the connection and does not count */

struct round_trip {
	struct https *https;
	struct round_trip_out out;
	char *url;
	int n_left; /* 0: none is under way */
	int64_t sent_us, best_us;
};

struct round_trip *round_trip_new(
	const char *api, const char *ca_file, const struct round_trip_out *out)
{
	struct round_trip *t = g_new0(struct round_trip, 1);

	t->https = https_new(ca_file);
	t->out = *out;
	t->url = g_strconcat(api, "/api/v1/clock", NULL);
	return t;
}

struct round_trip *round_trip_free(struct round_trip *t)
{
	if (!t)
		return NULL;
	https_free(t->https);
	g_free(t->url);
	g_free(t);
	return NULL;
}

static void answered(void *user, const struct https_answer *answer);

static void try_once(struct round_trip *t)
{
	const struct https_request asked = {.method = "GET", .url = t->url};

	t->sent_us = g_get_monotonic_time();
	https_send(t->https, &asked, answered, t);
}

static void tell(struct round_trip *t, int ms)
{
	t->n_left = 0;
	t->out.measured(t->out.user, ms);
}

/* Any answer will do, a refusal too. */
static void answered(void *user, const struct https_answer *answer)
{
	struct round_trip *t = user;
	int64_t took_us = g_get_monotonic_time() - t->sent_us;

	if (answer->status == 0) {
		tell(t, -1);
		return;
	}
	if (t->n_left < N_TRIES)
		t->best_us = MIN(t->best_us, took_us);
	if (--t->n_left == 0)
		tell(t, (int)((t->best_us + 500) / 1000));
	else
		try_once(t);
}

void round_trip_measure(struct round_trip *t)
{
	if (t->n_left > 0)
		return;
	t->n_left = N_TRIES;
	t->best_us = INT64_MAX;
	try_once(t);
}
