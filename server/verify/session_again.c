/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_again.h"

#include <openssl/sha.h>
#include <string.h>

#include "server/core/fields.h"
#include "server/eval/flow.h"

struct again {
	const struct session_record *rec;
	const struct session_event *made;     /* the last report.made; NULL: none */
	const struct session_event *replaces; /* the one that the next must supersede; NULL: none */
	bool closed, going;                   /* a re-evaluation is under way */
	GHashTable *original;                 /* of the last begin: numbers of members, as keys */
	GHashTable *released;                 /* number -> who let him go (texts of the record) */
	GHashTable *signed_off;               /* numbers who signed the last report, or refused to */
	const char *adjourn; /* the reopening that must adjourn the session; NULL: none */
	unsigned n;
};

static bool is_kind(const struct session_event *row, const char *kind)
{
	return strcmp(row->event.kind, kind) == 0;
}

static bool is_from_closed(const struct session_event *row)
{
	return flow_step_from_name(in_text(row->event.body, "from")) == FLOW_CLOSED;
}

static void begin(struct again *g, guint at)
{
	g_clear_pointer(&g->original, g_hash_table_unref);
	g->original = record_members(g->rec, at);
	g->going = true;
	g->closed = false;
	g->adjourn = in_text(record_event(g->rec, at)->event.body, "rollback");
	g->replaces = g->made;
	g->n++;
	g_hash_table_remove_all(g->released);
}

/* superseded-N.pdf is what that event tells of. */
static void check_kept(const struct again *g)
{
	g_autofree char *name = g_strdup_printf("superseded-%u.pdf", g->n);
	g_autofree char *path = g_build_filename(g->rec->dir, name, NULL);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
	uint8_t named[32], ours[32];

	if (!file) {
		finding_fault(g->rec->findings, name, "is missing");
		return;
	}
	SHA256((const uint8_t *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
		ours);
	if (!g->replaces || !record_hex32(g->replaces->event.body, "pdf_sha256", named) ||
		memcmp(named, ours, sizeof(ours)) != 0)
		finding_fault(g->rec->findings, name, "is not the report that was superseded");
}

static const char *made(struct again *g, const struct session_event *row)
{
	const char *said = in_text(row->event.body, "supersedes");
	const char *right = g->replaces ? in_text(g->replaces->event.body, "pdf_sha256") : NULL;

	g->made = row;
	g_hash_table_remove_all(g->signed_off);
	if (g_strcmp0(said, right) == 0)
		return NULL;
	return right ? "does not name the report it supersedes" : "supersedes a report that stands";
}

/* What belongs to judging; nothing of it is possible after the end. */
static bool is_judging(const char *kind)
{
	static const char *const judging[] = {"bid.reject_voted", "bid.rejected", "leader.voted",
		"lot.ranked", "low_price.convinced", "low_price.kept", "low_price.raised", "question.settled", "report.made",
		"report.refused", "report.signed", "review.submitted", "session.step",
		"sheet.submitted", NULL};

	return g_strv_contains(judging, kind);
}

/* Of the original committee; who came since goes as anybody does (C08). */
static const char *replaced(const struct again *g, const struct session_event *row, gpointer no)
{
	const char *by = g_hash_table_lookup(g->released, no);

	if (!g->going || !g_hash_table_contains(g->original, no))
		return NULL;
	if (!by)
		return "is replaced in a re-evaluation without the supervisor's word";
	return strcmp(by, row->event.actor) == 0 ? "is replaced by who let the member go" : NULL;
}

/* By everybody who judges, or it says that he does not sign. */
static const char *closed(struct again *g, guint at)
{
	const json_t *body = record_event(g->rec, at)->event.body;
	g_autoptr(GHashTable) members = record_members(g->rec, at);
	GHashTableIter all;
	gpointer no;

	g->closed = in_has(body, "to");
	g->going = false;
	if (flow_step_from_name(in_text(body, "to")) != FLOW_CLOSED)
		return NULL;
	g_hash_table_iter_init(&all, members);
	while (g_hash_table_iter_next(&all, &no, NULL))
		if (!g_hash_table_contains(g->signed_off, no))
			return "closes a session whose report not everybody signed";
	return NULL;
}

static const char *take(struct again *g, guint at)
{
	const struct session_event *row = record_event(g->rec, at);
	gpointer no = GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));

	if (is_kind(row, "rollback.approved") && is_from_closed(row)) {
		begin(g, at);
		check_kept(g);
		return NULL;
	}
	if (g->closed && is_judging(row->event.kind))
		return "judges in a session that was closed";
	if (is_kind(row, "session.suspended") &&
		g_strcmp0(in_text(row->event.body, "rollback"), g->adjourn) == 0)
		g->adjourn = NULL;
	else if (g->adjourn && is_judging(row->event.kind) && !is_kind(row, "session.step")) {
		g->adjourn = NULL;
		return "judges in a session that was opened again and not adjourned";
	}
	if (is_kind(row, "session.closed"))
		return closed(g, at);
	if (is_kind(row, "report.made"))
		return made(g, row);
	if (is_kind(row, "report.signed") || is_kind(row, "report.refused"))
		g_hash_table_add(g->signed_off, no);
	else if (is_kind(row, "member.released"))
		g_hash_table_insert(g->released, no, (gpointer)row->event.actor);
	else if (is_kind(row, "member.replaced"))
		return replaced(g, row, no);
	return NULL;
}

void session_again_check(const struct session_record *rec)
{
	struct again g = {.rec = rec, .released = g_hash_table_new(NULL, NULL),
		.signed_off = g_hash_table_new(NULL, NULL)};

	for (guint at = 0; at < rec->events->len; at++) {
		const char *fault = take(&g, at);

		if (fault) {
			g_autofree char *place = record_place(record_event(rec, at));
			finding_fault(rec->findings, place, "%s", fault);
		}
	}
	if (g.n)
		finding_note(rec->findings, rec->dir, "evaluated again %u times", g.n);
	g_clear_pointer(&g.original, g_hash_table_unref);
	g_hash_table_unref(g.released);
	g_hash_table_unref(g.signed_off);
}
