/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A closed session is put into a class of retention (保管期限), and the day it counts from is
 * named. */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/archive_act.h"
#include "server/store/project_store.h"
#include "server/trade/calendar.h"
#include "server/trade/retention.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"class", FIELD_NAME, true, 1, 16},
	{"counts_from", FIELD_TIME, true},
	{NULL},
};

/* No class is shorter than the law of the project wants. */
static int check_length(
	struct act *a, const struct archive_case *c, const struct retention_class *class)
{
	struct project *project = NULL;
	int r = project_store_get(a->txn, c->session->project_id, &project);

	if (r)
		return r == STORE_E_NONE ? -EBADMSG : r;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	const struct rule *rule =
		retention_too_short(class, project->regime, book ? book : rulebook_current());
	project_free(project);
	return rule ? refuse_rule(a->refusal, "archive.too_short", rule->id, "class",
			      "at least %d years", rule->value)
		    : 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	const struct retention_class *class = retention_class_find(in_text(in, "class"));
	int64_t from_us = in_time_us(in, "counts_from", 0);
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_KEPT);
	if (r)
		return r;
	if (!class)
		return refuse(a->refusal, "input.invalid", "class", "there is no such class");
	/* What it counts from lies behind the session; a hundred years are a slip of the pen. */
	if (day_of(from_us) < day_of(c.session->closed_us) ||
		from_us > a->legal_us + INT64_C(36525) * 86400 * CLOCK_SECOND_US)
		return refuse(a->refusal, "input.invalid", "counts_from",
			"not before the day the session was closed");
	r = check_length(a, &c, class);
	if (!r)
		r = archive_store_set_class(a->txn, session_id, class->name, from_us);
	if (r)
		return r;
	json_t *body = json_pack("{s:s, s:s}", "class", class->name, "source", class->source);
	out_time(body, "counts_from", from_us);
	out_time(body, "ends", retention_ends_us(class, from_us));
	if (*c.record.class)
		out_text(body, "before", c.record.class);
	return archive_event(a, session_id, "archive.classed", body);
}

const struct act_kind archive_class_act = {.name = "archive.class", .fields = fields, .run = run};
