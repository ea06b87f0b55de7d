/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/booth_act.h"

#include <errno.h>
#include <string.h>

#include "server/store/booth_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"
#include "server/store/venue_store.h"

int booth_book(struct act *a, const struct eval_session *s, const char *venue_id, int64_t n,
	GPtrArray **ret)
{
	g_autoptr(GPtrArray) booths = NULL;
	struct booth_time t = {s->scheduled_us, s->until_us, a->legal_us};
	int64_t n_known = 0, n_elsewhere = 0, n_free;
	int r = act_found(a, venue_store_lock(a->txn, venue_id), "venues");

	*ret = NULL;
	if (!r)
		r = booth_store_count(a->txn, venue_id, &n_known);
	if (r || !n_known)
		return r;
	if (!s->until_us)
		return refuse(a->refusal, "input.missing", "scheduled_until",
			"booths are booked for a time");
	/* Of this session's own too: its venues come one after another, and one may come twice. */
	r = booth_store_free(a->txn, venue_id, "", &t, &booths);
	/* Sessions from before the booths had names sit somewhere among them. */
	if (!r)
		r = booth_store_unnumbered(a->txn, venue_id, &t, &n_elsewhere);
	if (r)
		return r;
	n_free = MAX(0, booths->len - n_elsewhere);
	if (n_free < n)
		return refuse(a->refusal, "venue.booths_taken", "venues",
			"%d of the venue's %d booths are free then", (int)n_free, (int)n_known);
	g_ptr_array_set_size(booths, (int)n);
	*ret = g_steal_pointer(&booths);
	return 0;
}

/* The booth is one of the venue's, and no other session has it while this one lasts. */
static int check_free(
	struct act *a, const char *session_id, const char *venue_id, const char *booth)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) all = NULL, unbooked = NULL;
	struct booth_time t = {.now_us = a->legal_us};
	int r = session_store_get_any(a->txn, session_id, &s);

	if (!r)
		r = booth_store_list(a->txn, venue_id, &all);
	/* With no end said it lasts until it is over; with one, at least beyond this moment. */
	if (!r) {
		t.from_us = s->scheduled_us;
		t.until_us = s->until_us ? MAX(s->until_us, a->legal_us + 1) : 0;
		r = booth_store_free(a->txn, venue_id, session_id, &t, &unbooked);
	}
	if (r)
		return r < 0 ? r : -ENOENT;
	if (g_ptr_array_find_with_equal_func(unbooked, booth, g_str_equal, NULL))
		return 0;
	for (guint i = 0; i < all->len; i++)
		if (strcmp(((struct booth_row *)g_ptr_array_index(all, i))->booth, booth) == 0)
			return refuse(a->refusal, "venue.booths_taken", "booth",
				"another session has it then");
	return refuse(a->refusal, "input.not_found", "booth", "the venue has no such booth");
}

int booth_move(struct act *a, const char *session_id, const struct seat_row *seat,
	const char *venue_id, const char *booth)
{
	char other[33];
	bool seated = false;
	int64_t n_known = 0;
	int r = act_found(a, venue_store_lock(a->txn, venue_id), "venue_id");

	if (!r)
		r = booth_store_count(a->txn, venue_id, &n_known);
	if (r || !n_known)
		return r;
	if (!booth)
		return refuse(a->refusal, "input.missing", "booth", "this venue's have numbers");
	r = check_free(a, session_id, venue_id, booth);
	if (!r)
		r = booth_store_seat(a->txn, session_id, venue_id, booth, other, &seated);
	if (r || !other[0] || strcmp(other, seat->seat_id) == 0)
		return r;
	if (seated)
		return refuse(a->refusal, "venue.booths_taken", "booth",
			"another expert of the session has it");
	r = seat_store_move(a->txn, session_id, other, seat->venue_id, seat->booth);
	return r <= 0 ? r : -EIO;
}
