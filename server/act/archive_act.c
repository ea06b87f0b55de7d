/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/archive_act.h"

#include <errno.h>
#include <string.h>

#include "server/trade/retention.h"

void archive_case_clear(struct archive_case *c)
{
	eval_session_free(c->session);
	archive_record_clear(&c->record);
	g_clear_pointer(&c->holds, g_ptr_array_unref);
}

int archive_case_find(struct act *a, const char *session_id, struct archive_case *ret)
{
	int r = act_found(
		a, session_store_lock_any(a->txn, session_id, &ret->session), "session_id");

	if (r)
		return r;
	g_strlcpy(ret->record.session_id, session_id, sizeof(ret->record.session_id));
	r = archive_store_get(a->txn, session_id, &ret->record);
	if (r && r != STORE_E_NONE)
		return r;
	return archive_store_holds(a->txn, session_id, &ret->holds);
}

int archive_case_lock(struct act *a, const char *session_id, struct archive_case *ret)
{
	int r = archive_case_find(a, session_id, ret);

	if (!r && !ret->session->closed_us)
		r = refuse(a->refusal, "archive.state", "session_id", "it is not closed yet");
	return r;
}

int archive_case_decline(struct act *a, struct archive_case *c, json_t *body)
{
	struct archive_record *rec = &c->record;
	int r = archive_event(a, rec->session_id, "archive.expiry_declined", body);

	if (r)
		return r;
	rec->state = ARCHIVE_KEPT;
	rec->proposal_id[0] = rec->proposed_by[0] = '\0';
	rec->proposed_us = 0;
	g_clear_pointer(&rec->reason, g_free);
	return archive_store_set_state(a->txn, rec);
}

int archive_case_expect(struct act *a, const struct archive_case *c, enum archive_state state)
{
	return c->record.state == state ? 0
					: refuse(a->refusal, "archive.state", NULL, "it is %s",
						  archive_state_name(c->record.state));
}

int archive_case_may_expire(struct act *a, const struct archive_case *c)
{
	const struct retention_class *class = retention_class_find(c->record.class);
	char text[CLOCK_TEXT_SIZE];

	if (!class)
		return refuse(a->refusal, "archive.state", NULL, "it has no class of retention");
	if (archive_holds_any(c->holds))
		return refuse(a->refusal, "archive.held", NULL, "a legal hold is set");
	int64_t ends_us = retention_ends_us(class, c->record.counts_from_us);
	if (!ends_us)
		return refuse(a->refusal, "archive.too_early", NULL, "it is kept for ever");
	if (a->legal_us <= ends_us)
		return refuse(a->refusal, "archive.too_early", NULL, "it is kept until %s",
			clock_format_utc(ends_us, text));
	return 0;
}

int archive_event(struct act *a, const char *session_id, const char *kind, json_t *body)
{
	return act_event(a, kind, "archive", session_id, body);
}

const char *archive_event_id(const struct act *a)
{
	const struct event *e = g_ptr_array_index(a->events, a->events->len - 1);

	return e->event_id;
}
