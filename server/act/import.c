/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of projects, notices, bidders, experts and of the bank's lines (批量导入). Each row is
 * performed as the act a person would perform for it, so it passes the same rules and leaves the
 * same event; all of them in one transaction, so that either the whole table is taken over or
 * nothing. A rehearsal performs everything and takes it back: its report says of each row what
 * would become of it.
 */
#include "server/act/acts.h"

#include "server/act/deposit_rows.h"
#include "server/act/import_row.h"
#include "server/act/project_register.h"
#include "server/auth/permission.h"
#include "server/core/csv.h"
#include "server/store/project_draft_store.h"
#include "server/store/project_store.h"

#define COLUMNS_MAX 500

struct import {
	const char *what; /* for the event */
	const struct act_kind *act;
	const char *id; /* the member of its answer that names what was made */
	bool watched;   /* also a rehearsal of it is on the record */
	unsigned max_rows;
	/* What takes its place in a house where nobody registers one alone; NULL: nothing. */
	const struct import *by_two;
	/* Makes a row complete that says a thing in another way than the act; NULL: none does. */
	int (*complete)(struct act *a, json_t *row);
	/* What more a report tells of what was made; NULL: nothing. */
	int (*look)(struct act *a, const char *id, json_t *report);
};

static const struct field fields[] = {
	{"rehearse", FIELD_BOOL, false},
	{NULL},
};

static int perform(struct act *a, const struct import *import, const GPtrArray *header,
	const struct csv_row *row, json_t *report)
{
	json_auto_t *in = NULL, *out = json_object();
	int r = import_row_read(import->act->fields, header, row->cells, &in, a->refusal);

	if (!r && import->complete)
		r = import->complete(a, in);
	if (!r)
		r = fields_check(import->act->fields, in, a->refusal);
	if (!r)
		r = import->act->run(a, in, out);
	if (r)
		return r;
	const char *id = in_text(out, import->id);
	if (id)
		out_text(report, "id", id);
	if (in_has(out, "code"))
		json_object_set(report, "code", json_object_get(out, "code"));
	if (in_has(out, "outcome"))
		json_object_set(report, "outcome", json_object_get(out, "outcome"));
	if (in_has(out, "findings"))
		json_object_set(report, "findings", json_object_get(out, "findings"));
	return import->look ? import->look(a, id, report) : 0;
}

static void report_refusal(json_t *report, const struct refusal *why)
{
	const struct refusal_row *row = refusal_find(why->code);

	json_object_clear(report);
	out_text(report, "refused", why->code);
	out_text(report, "title", row->title);
	if (*why->field)
		out_text(report, "field", why->field);
	if (*why->detail)
		out_text(report, "detail", why->detail);
	if (why->rule)
		out_text(report, "rule", why->rule);
}

/* What a refused row wrote before it was refused is taken back. */
static int import_row(struct act *a, const struct import *import, const GPtrArray *header,
	const struct csv_row *row, json_t *ret_report, bool *ret_refused)
{
	struct refusal *whole = a->refusal, why = {0};
	guint n_events = a->events->len;
	int r = db_txn_mark(a->txn);

	if (r)
		return r;
	a->refusal = &why;
	r = perform(a, import, header, row, ret_report);
	a->refusal = whole;
	*ret_refused = r == REFUSED;
	if (*ret_refused) {
		report_refusal(ret_report, &why);
		g_ptr_array_set_size(a->events, n_events);
		r = db_txn_back(a->txn);
	}
	out_int(ret_report, "line", row->line);
	return r;
}

/* The report's rows, and how many were refused. */
static int import_rows(struct act *a, const struct import *import, const GPtrArray *table,
	json_t *reports, unsigned *ret_refused)
{
	const struct csv_row *header = g_ptr_array_index(table, 0);
	int r = 0;

	for (guint i = 1; !r && i < table->len; i++) {
		json_t *report = json_object();
		bool refused = false;
		json_array_append_new(reports, report);
		r = import_row(
			a, import, header->cells, g_ptr_array_index(table, i), report, &refused);
		*ret_refused += refused;
	}
	return r;
}

static int read_table(struct act *a, const struct import *import, GPtrArray **ret)
{
	gsize len = 0;
	const char *text = a->body ? g_bytes_get_data(a->body, &len) : NULL;
	unsigned line = 1;
	int r = csv_read(text ? text : "", len, import->max_rows + 1, COLUMNS_MAX, ret, &line);

	if (r)
		return refuse(a->refusal, "import.malformed", NULL, "line %u: %s", line,
			csv_refusal_text(r));
	if ((*ret)->len >= 2)
		return 0;
	g_clear_pointer(ret, g_ptr_array_unref);
	return refuse(a->refusal, "import.malformed", NULL, "a line of names and one row at least");
}

static int refuse_table(struct act *a, const json_t *reports, unsigned n_refused)
{
	const json_t *row;
	size_t i;

	json_array_foreach ((json_t *)reports, i, row)
		if (in_has(row, "refused"))
			return refuse(a->refusal, "import.refused", in_text(row, "field"),
				"line %" JSON_INTEGER_FORMAT ": %s; %u rows in all: rehearse it",
				json_integer_value(json_object_get(row, "line")),
				in_text(row, "title"), n_refused);
	return 0;
}

static int note(struct act *a, const struct import *import, const char *kind, size_t n_rows)
{
	char id[ID_SIZE];

	id_new(id);
	return act_event(a, kind, "import", id,
		json_pack("{s:s, s:I}", "what", import->what, "rows", (json_int_t)n_rows));
}

/* Everything it wrote is taken back, and of a watched table the event is written instead. */
static int end_rehearsal(struct act *a, const struct import *import, size_t n_rows)
{
	int r;

	a->rehearsed = !import->watched;
	if (!import->watched)
		return 0;
	g_ptr_array_set_size(a->events, 0);
	r = db_txn_end_trial(a->txn);
	return r ? r : note(a, import, "import.rehearsed", n_rows);
}

static int import_table(struct act *a, const struct import *of, const json_t *in, json_t *out)
{
	const struct import *import = of->by_two && a->env->projects_by_two ? of->by_two : of;
	bool rehearse = in_bool(in, "rehearse", false);
	g_autoptr(GPtrArray) table = NULL;
	json_t *reports = json_array();
	unsigned n_refused = 0;
	int r = read_table(a, import, &table);

	json_object_set_new(out, "rows", reports);
	if (!r && rehearse && import->watched)
		r = db_txn_begin_trial(a->txn);
	if (!r)
		r = import_rows(a, import, table, reports, &n_refused);
	if (r)
		return r;
	json_object_set_new(out, "rehearsed", json_boolean(rehearse));
	out_int(out, "refused", n_refused);
	if (rehearse)
		return end_rehearsal(a, import, json_array_size(reports));
	return n_refused ? refuse_table(a, reports, n_refused)
			 : note(a, import, "import.done", json_array_size(reports));
}

/* A notice may name its project by the code people know. */
static int complete_notice(struct act *a, json_t *row)
{
	PROJECT_AUTO struct project *project = NULL;
	const char *code = in_text(row, "project_code");

	if (!code)
		return 0;
	int r = act_found(a, project_store_by_code(a->txn, code, &project), "project_code");
	if (r)
		return r;
	json_object_set_new(row, "project_id", json_string(project->project_id));
	json_object_del(row, "project_code");
	return 0;
}

/* A draft may be incomplete: the report says what is missing. */
static int look_at_notice(struct act *a, const char *id, json_t *report)
{
	json_auto_t *in = json_pack("{s:s}", "notice_id", id), *found = json_object();
	int r = notice_check_view.run(a, in, found);

	if (!r)
		json_object_set(report, "findings", json_object_get(found, "findings"));
	return r;
}

/* Checked as when it is submitted: nobody hands in what was never whole. */
static int look_at_project(struct act *a, const char *id, json_t *report)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	int r = act_found(a, project_draft_store_get(a->txn, id, &d), "draft_id");

	return r ? r : project_register_check(a, d->body, report);
}

static const struct import project_drafts = {.what = "project_drafts",
	.act = &project_draft_keep_act,
	.id = "draft_id",
	.max_rows = 500,
	.look = look_at_project};
static const struct import projects = {.what = "projects",
	.act = &project_create_act,
	.id = "project_id",
	.max_rows = 500,
	.by_two = &project_drafts};
static const struct import notices = {.what = "notices",
	.act = &notice_create_act,
	.id = "notice_id",
	.max_rows = 500,
	.complete = complete_notice,
	.look = look_at_notice};
/* Each of these has a password, which costs a tenth of a second. */
static const struct import bidders = {
	.what = "bidders", .act = &account_create_act, .id = "account_id", .max_rows = 100};
static const struct import experts = {
	.what = "experts", .act = &expert_enrol_act, .id = "expert_id", .max_rows = 100};

static const struct import payments = {.what = "payments",
	.act = &deposit_take_row,
	.id = "payment_id",
	.max_rows = 2000,
	.watched = true};
static const struct import returns = {
	.what = "returns", .act = &deposit_confirm_row, .id = "payment_id", .max_rows = 2000};

static int run_projects(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &projects, in, out);
}

static int run_notices(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &notices, in, out);
}

static int run_bidders(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &bidders, in, out);
}

static int run_experts(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &experts, in, out);
}

static int run_payments(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &payments, in, out);
}

static int run_returns(struct act *a, const json_t *in, json_t *out)
{
	return import_table(a, &returns, in, out);
}

const struct act_kind import_bidders_act = {
	.name = "import.bidders", .fields = fields, .run = run_bidders};
const struct act_kind import_experts_act = {
	.name = "import.experts", .fields = fields, .run = run_experts};
const struct act_kind import_notices_act = {
	.name = "import.notices", .fields = fields, .run = run_notices};
const struct act_kind import_projects_act = {
	.name = "import.projects", .fields = fields, .run = run_projects};
const struct act_kind import_payments_act = {
	.name = "import.payments", .fields = fields, .run = run_payments};
const struct act_kind import_returns_act = {
	.name = "import.returns", .fields = fields, .run = run_returns};
