/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/booth_act.h"
#include "server/act/draw_act.h"
#include "server/act/expert_unit.h"
#include "server/act/record_space.h"
#include "server/act/report_candidates.h"
#include "server/act/session_act.h"
#include "server/eval/eligible.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"
#include "server/store/venue_store.h"
#include "server/trade/committee.h"
#include "server/trade/rulebook.h"

#define LOTS_MAX 99
#define VENUES_MAX 20
#define SEATS_MAX 99
#define TEXTS_MAX 200

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{"lots", FIELD_LIST, true, 1, LOTS_MAX},
	{"title", FIELD_TEXT, true, 1, 200},
	{"scheduled_at", FIELD_TIME, true},
	{"scheduled_until", FIELD_TIME, false},
	{"panel_size", FIELD_INT, true, 3, COMMITTEE_MAX},
	{"buyer_members", FIELD_INT, true, 0, COMMITTEE_MAX},
	{"standbys", FIELD_INT, true, 0, COMMITTEE_MAX},
	{"specialities", FIELD_LIST, true, 1, 20},
	{"avoid_units", FIELD_LIST, true, 0, TEXTS_MAX},
	{"venues", FIELD_LIST, true, 1, VENUES_MAX},
	/* What the size of the panel depends on besides budget and regime (C02, C03). */
	{"complex", FIELD_BOOL, false},
	{"high_impact", FIELD_BOOL, false},
	{"group", FIELD_BOOL, false},
	/* Experts of this region alone, by its first digits, or of any but this. */
	{"region", FIELD_NAME, false, 2, 6},
	{"region_outside", FIELD_BOOL, false},
	{NULL},
};

static const struct field venue_fields[] = {
	{"venue_id", FIELD_ID, true},
	{"seats", FIELD_INT, true, 1, SEATS_MAX},
	/* A guest venue (副场); left out: one of our own. */
	{"guest", FIELD_BOOL, false},
	{NULL},
};

static const struct field lot_field = {"lots", FIELD_ID, true};
static const struct field speciality_field = {"specialities", FIELD_TEXT, true, 1, 64};
static const struct field unit_field = {"avoid_units", FIELD_TEXT, true, 1, 200};

static int check_list(struct act *a, const json_t *in, const struct field *f)
{
	json_t *value;
	size_t i;

	json_array_foreach (json_object_get(in, f->name), i, value) {
		int r = field_check_value(f, value, f->name, a->refusal);
		if (r)
			return r;
	}
	return 0;
}

static int check_panel(struct act *a, const json_t *in, const struct project *project)
{
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	struct committee_facts facts = {.regime = project->regime,
		.budget = project->budget,
		.is_group = project->regime == REGIME_GP && in_bool(in, "group", false),
		.complex = in_bool(in, "complex", false),
		.high_impact = in_bool(in, "high_impact", false)};
	struct rule_verdict verdict = {0};

	if (!book)
		return -EBADMSG;
	if (in_int(in, "buyer_members", 0))
		return refuse(a->refusal, "input.invalid", "buyer_members",
			"every member is drawn from the pool; 0");
	return committee_check(book, &facts, (unsigned)in_int(in, "panel_size", 0), 0, &verdict)
		       ? verdict_refuse(&verdict, a->refusal)
		       : 0;
}

static void avoid_unit(struct act *a, GHashTable *units, const char *unit)
{
	uint8_t digest[32];

	if (!unit || !*unit)
		return;
	expert_unit_digest(a->env, unit, digest);
	g_hash_table_add(units, g_bytes_new(digest, sizeof(digest)));
}

/* Whoever was drawn for the session: another committee is another one (DOMAIN 5.4). */
static int avoid_committee(struct act *a, const char *session_id, GHashTable *experts)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);

	for (guint i = 0; !r && i < members->len; i++) {
		char *expert_id = NULL;

		r = member_identity(a, session_id, g_ptr_array_index(members, i), &expert_id, NULL);
		if (!r)
			g_hash_table_add(experts, expert_id);
	}
	return r;
}

static int avoid_committees(struct act *a, const char *lot_id, GHashTable *experts)
{
	g_autoptr(GPtrArray) sessions = NULL;
	int r = session_store_dissolved_of_lot(a->txn, lot_id, &sessions);

	for (guint i = 0; !r && i < sessions->len; i++)
		r = avoid_committee(a, g_ptr_array_index(sessions, i), experts);
	return r;
}

/* A consortium's members are bidders, too. */
static int avoid_bidder(struct act *a, GHashTable *units, const struct bid_row *b)
{
	json_auto_t *consortium = NULL;
	const json_t *member;
	size_t i;
	int r = bid_consortium(b, &consortium, NULL);

	if (r)
		return r;
	avoid_unit(a, units, b->bidder_name);
	json_array_foreach (json_object_get(consortium, "members"), i, member)
		avoid_unit(a, units, in_text(member, "name"));
	return 0;
}

static int check_region(struct act *a, const json_t *in)
{
	const char *region = in_text(in, "region");

	if (region && strspn(region, "0123456789") != strlen(region))
		return refuse(a->refusal, "project.region", "region", "two to six digits");
	if (!region && in_bool(in, "region_outside", false))
		return refuse(a->refusal, "input.missing", "region", "outside of which?");
	return 0;
}

/* Whether experts of other provinces are asked for, whose first two digits are others. */
static bool is_across(const struct project *project, const struct draw_wanted *wanted)
{
	if (!wanted->region)
		return false;
	return wanted->outside ? strlen(wanted->region) == 2
			       : strncmp(wanted->region, project->region, 2) != 0;
}

/*
 * Experts are drawn after the opening, for only then it is known whose people must avoid it. Goods
 * under the tender law have a rule of their own besides, which says from when on (C12).
 */
static int check_opened(struct act *a, const struct project *project, const struct lot *lot,
	const struct draw_wanted *wanted)
{
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	bool binding = project->regime == REGIME_ZTB && project->category == LOT_GOODS;
	struct rule_verdict verdict = {0};

	if (lot->state == LOT_OPENED)
		return 0;
	if (!book)
		return -EBADMSG;
	if (lot->deadline_us &&
		eligible_draw_time(book, a->env->calendar, binding, is_across(project, wanted),
			lot->deadline_us, a->legal_us, &verdict))
		return verdict_refuse(&verdict, a->refusal);
	return refuse(a->refusal, flow_refusal_code(FLOW_E_NOT_OPENED), "lots", "lot %s is %s",
		lot->code, lot_state_name(lot->state));
}

/* An opened lot of the project that no other session has; its bidders are to be avoided. */
static int take_lot(struct act *a, const struct eval_session *s, const struct project *project,
	const char *lot_id, const struct draw_wanted *wanted)
{
	const struct draw_avoid *avoid = wanted->avoid;
	g_autoptr(GPtrArray) bids = NULL;
	LOT_AUTO struct lot *lot = NULL;
	char other[ID_SIZE];
	int r = act_found(a, project_store_lock_lot(a->txn, lot_id, &lot), "lots");

	if (!r && strcmp(lot->project_id, s->project_id) != 0)
		r = act_found(a, STORE_E_NONE, "lots");
	if (!r)
		r = check_opened(a, project, lot, wanted);
	if (r)
		return r;
	r = session_store_of_lot(a->txn, lot_id, other);
	if (!r)
		return refuse(a->refusal, "lot.state", "lots", "lot %s is in a session already",
			lot->code);
	if (r == STORE_E_NONE)
		r = session_store_add_lot(a->txn, s->session_id, lot_id);
	if (r > 0)
		return refuse(a->refusal, "input.invalid", "lots", "a lot is named twice");
	if (!r)
		r = session_bids_of(a, lot_id, &bids);
	for (guint i = 0; !r && i < bids->len; i++)
		r = avoid_bidder(a, avoid->units, g_ptr_array_index(bids, i));
	return r ? r : avoid_committees(a, lot_id, avoid->experts);
}

static int take_lots(struct act *a, const struct eval_session *s, const struct project *project,
	const json_t *lots, const struct draw_wanted *wanted)
{
	json_t *id;
	size_t i;
	int r = 0;

	json_array_foreach ((json_t *)lots, i, id) {
		r = take_lot(a, s, project, json_string_value(id), wanted);
		if (r)
			break;
	}
	return r;
}

/* Seats are numbered through all venues; others see the label alone. */
static int add_seat(struct act *a, const struct eval_session *s, const char *venue_id,
	const char *booth, int no)
{
	g_autofree char *label = g_strdup_printf("%d号席", no);
	char seat_id[33];
	int r;

	g_snprintf(seat_id, sizeof(seat_id), "s%02d", no);
	r = member_store_add_seat(a->txn, s->session_id, seat_id, venue_id, booth, label);
	return r <= 0 ? r : -EIO;
}

static int tell_booked(
	struct act *a, const struct eval_session *s, const char *venue_id, const GPtrArray *booths)
{
	json_t *names = json_array();

	for (guint i = 0; i < booths->len; i++)
		json_array_append_new(names, json_string(g_ptr_array_index(booths, i)));
	return act_event(a, "session.booked", "session", s->session_id,
		json_pack("{s:s, s:o}", "venue", venue_id, "booths", names));
}

static int add_seats(struct act *a, const struct eval_session *s, const json_t *venue, int *no)
{
	const char *venue_id = in_text(venue, "venue_id");
	g_autoptr(GPtrArray) booths = NULL;
	int64_t n = in_int(venue, "seats", 0);
	int r = fields_check(venue_fields, venue, a->refusal);

	if (!r)
		r = booth_book(a, s, venue_id, n, &booths);
	if (!r)
		r = venue_store_add_to_session(
			a->txn, s->session_id, venue_id, in_bool(venue, "guest", false));
	for (int64_t i = 0; !r && i < n; i++)
		r = add_seat(a, s, venue_id, booths ? g_ptr_array_index(booths, i) : NULL, ++*no);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return !booths ? 0 : tell_booked(a, s, venue_id, booths);
}

static int add_venues(struct act *a, const struct eval_session *s, const json_t *venues)
{
	json_t *venue;
	size_t i;
	int no = 0;

	json_array_foreach ((json_t *)venues, i, venue) {
		int r = add_seats(a, s, venue, &no);
		if (r)
			return r;
		if (no > SEATS_MAX)
			return refuse(a->refusal, "input.invalid", "venues",
				"at most %d seats in one session", SEATS_MAX);
	}
	if (no < s->panel_size)
		return refuse(a->refusal, "session.few_seats", "venues", "%d seats for %d members",
			no, (int)s->panel_size);
	return 0;
}

static int insert_session(struct act *a, const json_t *in, struct eval_session *s)
{
	int r;

	if (in_has(in, "scheduled_until") &&
		in_time_us(in, "scheduled_until", 0) <= in_time_us(in, "scheduled_at", 0))
		return refuse(a->refusal, "input.invalid", "scheduled_until",
			"it is over after it begins");
	id_new(s->session_id);
	g_strlcpy(s->project_id, in_text(in, "project_id"), sizeof(s->project_id));
	s->title = (char *)in_text(in, "title");
	s->step = FLOW_CREATED;
	s->panel_size = in_int(in, "panel_size", 0);
	s->scheduled_us = in_time_us(in, "scheduled_at", 0);
	s->until_us = in_time_us(in, "scheduled_until", 0);
	s->created_us = a->legal_us;
	r = session_store_insert(a->txn, s);
	return r <= 0 ? r : -EIO;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GHashTable) units = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	g_autoptr(GHashTable) experts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const struct draw_avoid avoid = {units, experts};
	struct draw_wanted wanted = {.specialities = json_object_get(in, "specialities"),
		.session_us = in_time_us(in, "scheduled_at", 0),
		.until_us = in_time_us(in, "scheduled_until", 0),
		.region = in_text(in, "region"),
		.outside = in_bool(in, "region_outside", false),
		.avoid = &avoid};
	struct draw_rule rule = {
		(unsigned)in_int(in, "panel_size", 0), (unsigned)in_int(in, "standbys", 0)};
	PROJECT_AUTO struct project *project = NULL;
	struct eval_session s = {0};
	char draw_id[ID_SIZE];
	json_t *unit;
	size_t i;
	int r = record_space_check(a);

	if (!r)
		r = check_list(a, in, &lot_field);
	if (!r)
		r = check_list(a, in, &speciality_field);
	if (!r)
		r = check_list(a, in, &unit_field);
	if (!r)
		r = check_region(a, in);
	if (!r)
		r = act_found(a, project_store_get(a->txn, in_text(in, "project_id"), &project),
			"project_id");
	if (!r)
		r = check_panel(a, in, project);
	if (!r)
		r = insert_session(a, in, &s);
	if (!r)
		r = take_lots(a, &s, project, json_object_get(in, "lots"), &wanted);
	if (!r)
		r = lots_check_together(a, s.project_id, json_object_get(in, "lots"));
	if (!r)
		r = add_venues(a, &s, json_object_get(in, "venues"));
	if (r)
		return r;
	wanted.regulator = in_text(project->facts, "supervising_department");
	avoid_unit(a, units, project->buyer_name);
	avoid_unit(a, units, project->agency_name);
	json_array_foreach (json_object_get(in, "avoid_units"), i, unit)
		avoid_unit(a, units, json_string_value(unit));
	r = act_event(
		a, "session.created", "session", s.session_id, json_pack("{s:O}", "input", in));
	if (!r)
		r = draw_prepare(a, s.session_id, &rule, &wanted, draw_id);
	if (r)
		return r;
	out_text(out, "session_id", s.session_id);
	out_text(out, "draw_id", draw_id);
	return 0;
}

const struct act_kind session_create_act = {
	.name = "session.create", .fields = fields, .run = run, .flags = ACT_CREATES};
