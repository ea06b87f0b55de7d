/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Complaints (投诉), for supervisors: who complains of whom is nobody else's to know. */
#include "server/api/views.h"

#include <errno.h>

#include "server/act/complaint_act.h"
#include "server/api/list_page.h"

#define PAGE 100

/* What runs, by which rule, until when. */
static json_t *clocks_of(const struct act *a, const struct complaint_row *c)
{
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);
	g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
	json_t *list = json_array();

	if (book)
		complaint_clocks(book, a->env->calendar, &c->times, clocks);
	for (guint i = 0; i < clocks->len; i++) {
		const struct legal_clock_row *clock =
			&g_array_index(clocks, struct legal_clock_row, i);
		json_t *row = json_pack("{s:s, s:s*}", "what", clock->what, "rule", clock->rule);

		out_time(row, "end", clock->end_us);
		json_object_set_new(row, "over", json_boolean(clock->end_us <= a->legal_us));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *summary(const struct act *a, const void *row)
{
	const struct complaint_row *c = row;
	const struct complaint_times *t = &c->times;
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "complaint_id",
		c->complaint_id, "project_id", c->project_id, "project_name", c->project_name,
		"project_code", c->project_code, "regime", regime_name(t->regime), "matter",
		complaint_matter_name(t->matter), "state", complaint_state_name(t->state));

	out_time(out, "known_at", t->known_us);
	out_time(out, "objected_at", t->objected_us);
	out_time(out, "answered_at", t->answered_us);
	out_time(out, "received_at", t->received_us);
	out_time(out, "accepted_at", t->accepted_us);
	out_time(out, "suspended_at", t->suspended_us);
	out_time(out, "suspended_until", t->suspended_until_us);
	out_time(out, "ended_at", c->ended_us);
	if (*c->outcome)
		out_text(out, "outcome", c->outcome);
	json_object_set_new(out, "clocks", clocks_of(a, c));
	out_int(out, "version", c->version);
	return out;
}

static const char *complaint_next(const void *row)
{
	return ((const struct complaint_row *)row)->complaint_id;
}

static const struct field list_fields[] = {
	{"project", FIELD_ID, false},
	{"state", FIELD_NAME, false, 1, 16},
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	const char *state = in_text(in, "state");
	struct complaint_query q = {
		.project_id = in_text(in, "project"),
		.state = complaint_state_from_name(state),
		.after = in_text(in, "after"),
		.limit = (unsigned)in_int(in, "limit", PAGE),
	};
	int r;

	if (state && !q.state)
		return refuse(a->refusal, "input.invalid", "state", "there is no such state");
	r = complaint_store_list(a->txn, &q, &rows);
	if (!r)
		out_list_page(a, rows, q.limit, summary, complaint_next, out);
	return r;
}

const struct act_kind complaint_list_view = {
	.name = "complaint.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {{"complaint_id", FIELD_ID, true}, {NULL}};

/* By when it had to come, and what keeps it from being accepted. */
static int out_rules(struct act *a, const struct complaint_row *c, json_t *out)
{
	g_autoptr(GArray) verdicts = verdicts_new();
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);
	int r = complaint_verdicts(a, c, verdicts);

	if (r)
		return r;
	out_time(out, "due", complaint_due(book, a->env->calendar, &c->times));
	json_object_set_new(out, "findings", verdicts_to_json(verdicts));
	return 0;
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	COMPLAINT_AUTO struct complaint_row *c = NULL;
	json_auto_t *told = NULL, *row = NULL;
	int r = act_found(
		a, complaint_store_get(a->txn, in_text(in, "complaint_id"), &c), "complaint_id");

	if (!r)
		r = complaint_open_told(a, c, &told);
	if (r)
		return r;
	row = summary(a, c);
	json_object_update(out, row);
	json_object_update(out, told);
	return out_rules(a, c, out);
}

const struct act_kind complaint_view = {
	.name = "complaint.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
