/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The house publishes what two persons have approved and scheduled, when its time has come. */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_publish.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

/* What can no longer be published waits for a person, who reads here why. */
static int give_up(struct act *a, const struct notice_row *row)
{
	int r = notice_store_set_publish_at(a->txn, row->notice_id, 0);

	if (!r)
		r = act_event(a, "notice.schedule_failed", "notice", row->notice_id,
			json_pack("{s:s, s:s*, s:s*}", "code", a->refusal->code, "rule",
				a->refusal->rule, "field",
				*a->refusal->field ? a->refusal->field : NULL));
	if (r)
		return r;
	a->refused_on_record = true;
	return REFUSED;
}

/* That ends: the notice keeps its time, and it comes when the trading goes on. */
static bool stands_still(const char *code)
{
	return strcmp(code, "complaint.suspended") == 0 || strcmp(code, "objection.open") == 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	int r = notice_draft_lock_both(a, in_text(in, "notice_id"), &row);

	/* Another process was faster, or a person changed the plan. */
	if (!r && (row->state != NOTICE_APPROVED || !row->publish_at_us ||
			  row->publish_at_us > a->legal_us))
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_STATE), NULL, NULL);
	if (r)
		return r;
	r = notice_publish_allowed(a, row);
	if (r == REFUSED && stands_still(a->refusal->code))
		return r;
	if (r == REFUSED)
		return give_up(a, row);
	return r ? r : notice_publish_now(a, row, out);
}

const struct act_kind notice_due_act = {.name = "notice.due", .fields = fields, .run = run};

static const struct field no_fields[] = {{NULL}};

#define DUE_AT_ONCE 50

/* "kind,kind": what need not be tried while the trading is suspended. */
static char *held_kinds(void)
{
	GString *kinds = g_string_new("");

	for (int k = NOTICE_KIND_NONE + 1; k < N_NOTICE_KINDS; k++)
		if (notice_goes_on_with_trading((enum notice_kind)k))
			g_string_append_printf(kinds, "%s%s", kinds->len ? "," : "",
				notice_kind_name((enum notice_kind)k));
	return g_string_free(kinds, FALSE);
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) due = NULL;
	json_t *items = json_array();
	g_autofree char *held = held_kinds();
	int r = notice_store_due(a->txn, a->legal_us, held, DUE_AT_ONCE, &due);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < due->len; i++)
		json_array_append_new(
			items, json_string(((struct notice_row *)due->pdata[i])->notice_id));
	return r;
}

const struct act_kind notice_due_view = {
	.name = "notice.due_list", .fields = no_fields, .run = run_list, .flags = ACT_READ};
