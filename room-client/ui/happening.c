/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/happening.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/ui/words.h"

/* What a sentence is made of; names are "" where the event has none. */
struct parts {
	const json_t *body;
	const char *actor, *seat, *to; /* names */
	bool self;                     /* both are the same seat */
	bool on;
};

static char *joined(const struct parts *p)
{
	return json_is_true(json_object_get(p->body, "resumed"))
		       ? g_strdup_printf(_("%s is back"), p->seat)
		       : g_strdup_printf(_("%s took a seat"), p->seat);
}

static char *lost(const struct parts *p)
{
	return g_strdup_printf(_("%s lost the connection"), p->seat);
}

static char *left(const struct parts *p)
{
	return g_strdup_printf(_("%s left"), p->seat);
}

static char *mic(const struct parts *p)
{
	if (p->self)
		return p->on ? g_strdup_printf(_("%s muted the microphone"), p->seat)
			     : g_strdup_printf(_("%s opened the microphone"), p->seat);
	return p->on ? g_strdup_printf(_("The microphone of %s was muted by the host"), p->seat)
		     : g_strdup_printf(_("The microphone of %s was opened by the host"), p->seat);
}

static char *cam(const struct parts *p)
{
	if (p->self)
		return p->on ? g_strdup_printf(_("%s stopped the video"), p->seat)
			     : g_strdup_printf(_("%s started the video"), p->seat);
	return p->on ? g_strdup_printf(_("The video of %s was stopped by the host"), p->seat)
		     : g_strdup_printf(_("The video of %s was allowed by the host"), p->seat);
}

static char *mute(const struct parts *p)
{
	const char *kind = json_text(p->body, "kind");

	if (strcmp(kind, "mic") == 0)
		return mic(p);
	return strcmp(kind, "cam") == 0 ? cam(p) : NULL;
}

static char *presented(const struct parts *p)
{
	int file = (int)json_integer_value(json_object_get(p->body, "file"));
	int page = (int)json_integer_value(json_object_get(p->body, "page"));

	return p->on ? g_strdup_printf(_("%s presents document %d, page %d"), p->actor, file, page)
		     : g_strdup_printf(_("%s presents no more"), p->actor);
}

/* A supervisor speaks to one seat alone; that tracks come and go is otherwise nothing to tell. */
static char *aside_began(const struct parts *p)
{
	return *p->to ? g_strdup_printf(_("%s speaks to %s alone"), p->seat, p->to) : NULL;
}

static char *aside_ended(const struct parts *p)
{
	return *p->to ? g_strdup_printf(_("%s no longer speaks to %s alone"), p->seat, p->to)
		      : NULL;
}

static char *hand(const struct parts *p)
{
	const char *reason = json_text(p->body, "reason");

	if (!p->on)
		return g_strdup_printf(_("%s lowered the hand"), p->actor);
	return *reason ? g_strdup_printf(_("%s raised a hand: %s"), p->actor, reason)
		       : g_strdup_printf(_("%s raised a hand"), p->actor);
}

static char *announced(const struct parts *p)
{
	return g_strdup_printf(_("%s announced: %s"), p->actor, json_text(p->body, "text"));
}

static char *called(const struct parts *p)
{
	const char *text = json_text(p->body, "text");

	return *text ? g_strdup_printf(_("%s called %s: %s"), p->actor, p->seat, text)
		     : g_strdup_printf(_("%s called %s"), p->actor, p->seat);
}

static char *locked(const struct parts *p)
{
	return g_strdup(p->on ? _("The room was locked") : _("The room was opened"));
}

static char *handed_over(const struct parts *p)
{
	return g_strdup_printf(_("%s leads the room from now on"), p->seat);
}

static char *moved(const struct parts *p)
{
	return g_strdup_printf(_("%s goes on in another booth"), p->seat);
}

static char *knocked(const struct parts *p)
{
	return g_strdup_printf(_("Another device asks for the seat of %s"), p->seat);
}

static char *released(const struct parts *p)
{
	return g_strdup_printf(_("The seat of %s was released from its device"), p->seat);
}

static char *removed(const struct parts *p)
{
	return p->on ? g_strdup_printf(_("%s was removed from the room"), p->seat)
		     : g_strdup_printf(_("%s may come again"), p->seat);
}

static char *lagged(const struct parts *p)
{
	if (json_integer_value(json_object_get(p->body, "level")) < 3)
		return NULL;
	return g_strdup_printf(_("%s does not receive everything"), p->seat);
}

static char *gap(const struct parts *p)
{
	return g_strdup(_("A part of the recording is missing"));
}

static char *masked(const struct parts *p)
{
	return g_strdup(p->on ? _("Experts are seen and heard masked") : _("Masking has ended"));
}

static char *step(const struct parts *p)
{
	return g_strdup_printf(_("Step: %s"), words_step(json_text(p->body, "to")));
}

static char *timed(const struct parts *p)
{
	int64_t deadline_us = json_integer_value(json_object_get(p->body, "deadline_us"));
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(deadline_us / G_USEC_PER_SEC);
	g_autofree char *clock = at ? g_date_time_format(at, "%H:%M") : NULL;

	if (deadline_us <= 0 || !clock)
		return g_strdup(_("No time is set for this step any more"));
	return g_strdup_printf(_("This step has time until %s"), clock);
}

/* "The session is in a break: lunch". */
static char *with_reason(const char *sentence, const struct parts *p)
{
	const char *reason = json_text(p->body, "reason");

	return *reason ? g_strdup_printf(_("%s: %s"), sentence, reason) : g_strdup(sentence);
}

static char *paused(const struct parts *p)
{
	return with_reason(_("The session is in a break"), p);
}

static char *suspended(const struct parts *p)
{
	return with_reason(_("The session is adjourned"), p);
}

static char *faulted(const struct parts *p)
{
	return g_strdup_printf(_("A fault holds the session up: %s"), json_text(p->body, "cause"));
}

static char *repaired(const struct parts *p)
{
	return g_strdup(json_is_true(json_object_get(p->body, "goes_on"))
				? _("The fault is repaired; the session goes on as before")
				: _("The fault is repaired too late; the tenderer decides"));
}

static char *went_back(const struct parts *p)
{
	return g_strdup_printf(_("Step back approved: %s. What was concluded since is void"),
		words_step(json_text(p->body, "to")));
}

/* A bid is back, or a stage is counted again: by a step back, or because a member has left. */
static char *reinstated(const struct parts *p)
{
	if (*json_text(p->body, "rollback"))
		return g_strdup(_("A rejected bid is back: the session went a step back"));
	return g_strdup(_("A rejected bid is back: the member whose vote decided has left"));
}

static char *reopened(const struct parts *p)
{
	if (*json_text(p->body, "rollback"))
		return g_strdup(
			_("A stage of the review is done again: the session went a step back"));
	return g_strdup(_(
		"A stage of the review is counted again: the member whose vote decided has left"));
}

static char *sheets(const struct parts *p)
{
	if (*json_text(p->body, "rollback"))
		return g_strdup(_("Score sheets are open again: the session went a step back"));
	/* Events of before name the rule alone. */
	if (json_is_true(json_object_get(p->body, "returned")) ||
		strcmp(json_text(p->body, "rule"), "E13") == 0)
		return g_strdup(_("Score sheets are open again for the scores that differ"));
	return g_strdup(_("Score sheets are open again: they may have other bids now"));
}

static char *time_voted(const struct parts *p)
{
	return g_strdup_printf(_("The time is too short for %d of %d experts"),
		(int)json_integer_value(json_object_get(p->body, "votes")),
		(int)json_integer_value(json_object_get(p->body, "of")));
}

static char *time_extended(const struct parts *p)
{
	return g_strdup_printf(_("The time of this step is extended by %d minutes"),
		(int)json_integer_value(json_object_get(p->body, "minutes")));
}

struct kind {
	const char *name;
	char *(*sentence)(const struct parts *p);
	const char *said; /* the same for every such event; NULL: sentence() tells */
};

/* Sorted. */
static const struct kind KINDS[] = {
	{"bid.reinstated", reinstated, NULL},
	{"bid.reject_voted", NULL, N_("A member voted to reject a bid")},
	{"bid.rejected", NULL, N_("A bid was rejected")},
	{"fault.decided", NULL, N_("The tenderer decided on the fault")},
	{"fault.opened", faulted, NULL},
	{"fault.repaired", repaired, NULL},
	{"leader.elected", NULL, N_("The committee leader was elected")},
	{"leader.tied", NULL, N_("The vote for the leader was tied")},
	{"lot.ranked", NULL, N_("A lot was ranked")},
	{"member.arrived", NULL, N_("A member has arrived")},
	{"member.promised", NULL, N_("A member made the promise")},
	{"member.recused", NULL, N_("A member recused")},
	{"member.replaced", NULL, N_("A member was replaced")},
	{"report.made", NULL, N_("The evaluation report was made")},
	{"report.refused", NULL, N_("It is on record that a member does not sign the report")},
	{"report.signed", NULL, N_("A member signed the report")},
	{"review.counted", NULL, N_("A stage of the review was counted")},
	{"review.reopened", reopened, NULL},
	{"review.submitted", NULL, N_("A member submitted the review")},
	{"rollback.approved", went_back, NULL},
	{"rollback.denied", NULL, N_("The step back was not approved; the session goes on")},
	{"rollback.requested", NULL,
		N_("A step back was asked for; the session waits for the supervisor")},
	{"rollback.withdrawn", NULL,
		N_("The step back is no longer asked for; the session goes on")},
	{"room.announce", announced, NULL},
	{"room.call", called, NULL},
	{"room.gap", gap, NULL},
	{"room.hand", hand, NULL},
	{"room.host", handed_over, NULL},
	{"room.joined", joined, NULL},
	{"room.knock", knocked, NULL},
	{"room.lag", lagged, NULL},
	{"room.left", left, NULL},
	{"room.lock", locked, NULL},
	{"room.lost", lost, NULL},
	{"room.move", moved, NULL},
	{"room.mute", mute, NULL},
	{"room.present", presented, NULL},
	{"room.publish", aside_began, NULL},
	{"room.release", released, NULL},
	{"room.remove", removed, NULL},
	{"room.unpublish", aside_ended, NULL},
	{"session.closed", NULL, N_("The session is over")},
	{"session.dissolved", NULL, N_("The committee is dissolved; another one evaluates anew")},
	{"session.masked", masked, NULL},
	{"session.paused", paused, NULL},
	{"session.reconvened", NULL, N_("The session goes on after the adjournment")},
	{"session.resumed", NULL, N_("The session goes on")},
	{"session.step", step, NULL},
	{"session.suspended", suspended, NULL},
	{"session.timer", timed, NULL},
	{"sheet.reopened", sheets, NULL},
	{"sheet.returned", NULL,
		N_("Members differ on objective items: the score sheets went back")},
	{"sheet.submitted", NULL, N_("A member submitted the score sheet")},
	{"time.extended", time_extended, NULL},
	{"time.too_short", NULL, N_("The time must be extended before the session goes on")},
	{"time.voted", time_voted, NULL},
};

static int by_name(const void *name, const void *kind)
{
	return strcmp(name, ((const struct kind *)kind)->name);
}

char *happening_text(const json_t *event, const struct happening_names *names)
{
	const char *kind_name = json_text(event, "kind"), *actor = json_text(event, "actor_seat");
	const json_t *body = json_object_get(event, "body");
	const char *seat = json_text(body, "seat"), *to = json_text(body, "to");
	const struct kind *kind =
		bsearch(kind_name, KINDS, G_N_ELEMENTS(KINDS), sizeof(*kind), by_name);
	struct parts p = {
		.body = body,
		.actor = *actor ? names->name(names->user, actor) : "",
		.seat = *seat ? names->name(names->user, seat) : "",
		.to = *to ? names->name(names->user, to) : "",
		.self = strcmp(actor, seat) == 0,
		.on = json_is_true(json_object_get(body, "on")),
	};

	if (!kind)
		return NULL;
	return kind->said ? g_strdup(_(kind->said)) : kind->sentence(&p);
}
