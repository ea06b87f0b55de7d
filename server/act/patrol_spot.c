/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A spot check (随机抽查): the server, not the supervisor, chooses which seat of which running
 * session is looked at, and what it chose is on the record.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/supervision_act.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

#define SESSIONS_MAX 1000

struct candidate {
	const struct eval_session *session;
	char seat_id[33];
	char *label;
};

static void candidate_clear(void *data)
{
	g_free(((struct candidate *)data)->label);
}

/* The seats of experts that have a device. */
static int add_seats(struct act *a, const struct eval_session *s, GArray *candidates)
{
	g_autoptr(GPtrArray) seats = NULL;
	int r = seat_store_of_session(a->txn, s->session_id, &seats);

	for (guint i = 0; !r && i < seats->len; i++) {
		const struct seat_row *seat = g_ptr_array_index(seats, i);
		struct candidate c = {.session = s};

		if (!seat->has_device || seat->removed || strcmp(seat->role, "expert") != 0)
			continue;
		g_strlcpy(c.seat_id, seat->seat_id, sizeof(c.seat_id));
		c.label = g_strdup(seat->label);
		g_array_append_val(candidates, c);
	}
	return r;
}

/* Without the bias of a plain remainder. */
static guint choose(guint n)
{
	uint32_t value, limit = UINT32_MAX - UINT32_MAX % n;

	do
		random_bytes(&value, sizeof(value));
	while (value >= limit);
	return value % n;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) sessions = NULL;
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	int r = session_store_list(a->txn, "", SESSIONS_MAX, &sessions);

	g_array_set_clear_func(candidates, candidate_clear);
	for (guint i = 0; !r && i < sessions->len; i++) {
		const struct eval_session *s = g_ptr_array_index(sessions, i);
		if (supervision_is_running(s))
			r = add_seats(a, s, candidates);
	}
	if (r)
		return r;
	if (!candidates->len)
		return refuse(a->refusal, "patrol.nobody", NULL,
			"no expert sits in a running session now");
	const struct candidate *c =
		&g_array_index(candidates, struct candidate, choose(candidates->len));
	out_text(out, "session_id", c->session->session_id);
	out_text(out, "title", c->session->title);
	out_text(out, "seat_id", c->seat_id);
	out_text(out, "seat_name", c->label);
	return supervision_event(a, c->session->session_id, "patrol.spot_drawn",
		json_pack("{s:s, s:s, s:i}", "seat", c->seat_id, "seat_name", c->label, "of",
			(int)candidates->len));
}

static const struct field fields[] = {{NULL}};

const struct act_kind patrol_spot_act = {.name = "patrol.spot", .fields = fields, .run = run};
