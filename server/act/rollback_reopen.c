/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "server/act/archive_act.h"
#include "server/act/rollback_void.h"
#include "server/act/seat_act.h"
#include "server/store/rollback_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

#define AGAIN "重新评审"

static int free_seats(struct act *a, const char *session_id)
{
	g_autoptr(GPtrArray) seats = NULL;
	int r = seat_store_of_session(a->txn, session_id, &seats);

	for (guint i = 0; !r && i < seats->len; i++) {
		const struct seat_row *seat = g_ptr_array_index(seats, i);

		r = seat_act_lose_device(a, session_id, seat);
		if (!r && seat->has_device && !seat->left)
			r = seat_act_event(a, session_id, "room.release",
				json_pack("{s:s, s:I}", "seat", seat->seat_id, "epoch",
					(json_int_t)seat->epoch));
	}
	return r <= 0 ? r : -EIO;
}

static int decline_expiry(struct act *a, struct archive_case *c)
{
	int r = archive_case_expect(a, c, ARCHIVE_PROPOSED);

	return r ? r
		 : archive_case_decline(a, c,
			   json_pack("{s:s, s:s}", "proposal", c->record.proposal_id, "reason",
				   AGAIN));
}

/* Nothing of its recording goes while it is open; what is gone already was judged for good. Its
 * time counts from another day once it is closed again. */
static int keep_record(struct act *a, const char *session_id)
{
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	if (!r && c.record.state != ARCHIVE_KEPT)
		r = decline_expiry(a, &c);
	if (r || !*c.record.class)
		return r;
	r = archive_store_drop_class(a->txn, session_id);
	return r ? r
		 : archive_event(a, session_id, "archive.unclassed",
			   json_pack("{s:s, s:s}", "before", c.record.class, "reason", AGAIN));
}

int rollback_reopen(struct act *a, const struct eval_session *s, const struct rollback_row *row)
{
	int r = keep_record(a, s->session_id);

	if (r)
		return r;
	r = session_store_reopen(a->txn, s->session_id);
	if (!r)
		r = session_store_set_hold(a->txn, s->session_id, FLOW_SUSPENDED, AGAIN);
	if (!r)
		r = free_seats(a, s->session_id);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "session.suspended", "session", s->session_id,
		json_pack("{s:s, s:s, s:s, s:s}", "step", flow_step_name(row->to), "by",
			flow_role_name(FLOW_SUPERVISOR), "reason", AGAIN, "rollback",
			row->rollback_id));
}
