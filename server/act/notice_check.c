/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would be refused, and what is odd, if this text were published now: nothing is written. */
#include "server/act/acts.h"

#include "server/act/notice_draft.h"
#include "server/act/notice_facts.h"
#include "server/act/notice_publish.h"
#include "server/trade/notice_precheck.h"

/* What the draft holds back, taken out of its fields as if it were stored. */
static void preview_withheld(struct notice_row *row, const json_t *in, struct notice_facts *facts)
{
	json_t *fields = json_copy(row->fields), *one;
	size_t i;

	json_decref(row->fields);
	row->notice.fields = row->fields = fields;
	json_array_foreach (json_object_get(in, "withheld"), i, one) {
		const char *name = in_text(one, "field");
		json_t *text = name ? json_object_get(fields, name) : NULL;

		if (!json_is_string(text) || !json_string_length(text))
			continue;
		json_object_set_new(facts->withheld, name,
			json_pack("{s:O, s:s*}", "text", text, "reason", in_text(one, "reason")));
		json_object_del(fields, name);
	}
}

static int out_findings(struct act *a, struct notice_row *row, const json_t *draft, json_t *out)
{
	NOTICE_FACTS_AUTO struct notice_facts facts = {0};
	g_autoptr(GArray) verdicts = verdicts_new();
	int r = notice_facts_read(a, row, &facts);

	if (r)
		return r;
	if (draft)
		preview_withheld(row, draft, &facts);
	notice_check(&row->notice, &facts.c, verdicts);
	r = notice_publish_check(a, row, facts.c.withheld, verdicts);
	if (r)
		return r;
	r = notice_publish_find_lots(a, row, verdicts);
	if (r)
		return r;
	notice_facts_override(&facts, verdicts);
	notice_precheck(&row->notice, &facts.c, verdicts);
	json_object_set_new(out, "findings", verdicts_to_json(verdicts));
	json_object_set_new(out, "publishable", json_boolean(!verdicts_first_refusal(verdicts)));
	out_text(out, "rulebook", facts.c.book->version);
	return 0;
}

static const struct field draft_fields[] = {
	{"project_id", FIELD_ID, true},
	{"kind", FIELD_NAME, true, 1, 24},
	{"notice_id", FIELD_ID, false}, /* one that is being edited: its overrides count */
	NOTICE_DRAFT_FIELDS,
	{NULL},
};

/* A guess held against what somebody else's notice holds back, published or not, would tell that it
 * is right. */
static int check_edited(struct act *a, const struct notice_row *row)
{
	NOTICE_AUTO struct notice_row *edited = NULL;
	bool open = false;

	if (!*row->notice_id)
		return 0;
	int r = act_found(a, notice_store_get(a->txn, row->notice_id, &edited), "notice_id");
	if (!r)
		r = notice_is_open_to(a, edited, &open);
	return r || open ? r : act_denied(a, "this is a notice of another project");
}

static int run_draft(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = g_new0(struct notice_row, 1);
	int r;

	g_strlcpy(row->project_id, in_text(in, "project_id"), sizeof(row->project_id));
	if (in_has(in, "notice_id"))
		g_strlcpy(row->notice_id, in_text(in, "notice_id"), sizeof(row->notice_id));
	row->notice.kind = notice_kind_from_name(in_text(in, "kind"));
	r = check_edited(a, row);
	if (!r)
		r = notice_draft_read(a, in, row);
	return r ? r : out_findings(a, row, in, out);
}

const struct act_kind notice_check_draft_view = {
	.name = "notice.check_draft", .fields = draft_fields, .run = run_draft, .flags = ACT_READ};

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	int r = act_found(a, notice_store_get(a->txn, in_text(in, "notice_id"), &row), "notice_id");

	if (!r)
		r = notice_require_readable(a, row);
	return r ? r : out_findings(a, row, NULL, out);
}

const struct act_kind notice_check_view = {
	.name = "notice.check", .fields = fields, .run = run, .flags = ACT_READ};
