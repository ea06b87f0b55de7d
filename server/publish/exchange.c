/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/exchange.h"

#include <string.h>

#include "proto/hex.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/publish/exchange_parts.h"
#include "server/publish/exchange_table.h"
#include "server/publish/notice_stage.h"
#include "server/publish/notice_plain.h"
#include "server/publish/notice_withheld.h"
#include "server/trade/code.h"
#include "server/trade/said_value.h"

#define PROJECT_CODE_LEN 17 /* the tender project's code begins with the project's */

void exchange_put(json_t *fields, const char *name, const char *text)
{
	if (text && *text)
		json_object_set_new(fields, name, json_string(text));
}

/* "20260301090000", Beijing time. */
void exchange_put_time(json_t *fields, const char *name, int64_t t_us)
{
	char rfc[CLOCK_TEXT_SIZE], text[15];
	size_t n = 0;

	if (!t_us)
		return;
	clock_format_beijing(t_us, rfc);
	for (const char *p = rfc; *p && n < 14; p++)
		if (g_ascii_isdigit(*p))
			text[n++] = *p;
	text[n] = '\0';
	exchange_put(fields, name, text);
}

void exchange_put_amount(json_t *fields, const char *name, struct decimal yuan)
{
	char text[DECIMAL_TEXT_SIZE];

	if (decimal_sign(yuan) <= 0)
		return;
	exchange_put(fields, name, decimal_format_exact(yuan, text));
	exchange_put(fields, "amount_unit", "0");
	exchange_put(fields, "currency", "CNY");
}

void exchange_put_field(
	json_t *fields, const char *name, const struct notice_row *n, const char *from)
{
	exchange_put(fields, name, notice_public_text(n, from));
}

json_t *exchange_begin(const struct exchange_build *b)
{
	json_t *fields = json_object();

	exchange_put(fields, "tender_project_code", b->trade->project->code);
	return fields;
}

void exchange_end(struct exchange_build *b, const char *table, json_t *fields)
{
	json_t *record = json_object();

	exchange_table_check(exchange_table_find(table), fields, b->problems);
	exchange_put(record, "table", table);
	exchange_put(record, "platform_code", b->sender->platform_code);
	exchange_put(record, "service_platform_code", b->sender->service_code);
	exchange_put_time(record, "timestamp", b->n->published_us);
	json_object_set_new(record, "fields", fields);
	json_array_append_new(b->records, record);
}

guint exchange_lots_meant(const struct exchange_build *b)
{
	guint n = 0;

	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);
		n += notice_means_lot(b->n->lot_nos, lot->no);
	}
	return n;
}

static void put_fact(json_t *fields, const json_t *facts, const char *name)
{
	exchange_put(fields, name, json_string_value(json_object_get(facts, name)));
}

/* Nothing where nobody said yes or no. */
static void put_said(json_t *fields, const json_t *facts, const char *name)
{
	if (in_has(facts, name))
		exchange_put(fields, name, in_bool(facts, name, false) ? "1" : "0");
}

/* The norm has two modes; a purchase by talks and a sale are neither. */
static void put_mode(json_t *fields, const struct project *p)
{
	if (!strcmp(p->method, "open"))
		exchange_put(fields, "mode", "1");
	else if (!strcmp(p->method, "invited"))
		exchange_put(fields, "mode", "2");
}

/* What tables 501 and 550 ask for beyond the columns; a unified code goes without its hyphens. */
static void put_facts(json_t *fields, const json_t *facts)
{
	const char *printed = json_string_value(json_object_get(facts, "unified_code"));
	g_auto(GStrv) parts = g_strsplit(printed ? printed : "", "-", -1);
	g_autofree char *unified = g_strjoinv("", parts);

	exchange_put(
		fields, "tenderer_code", json_string_value(json_object_get(facts, "buyer_code")));
	exchange_put(
		fields, "agency_code", json_string_value(json_object_get(facts, "agency_code")));
	put_fact(fields, facts, "investment_code");
	put_said(fields, facts, "mandatory");
	put_said(fields, facts, "joint");
	put_fact(fields, facts, "content");
	put_fact(fields, facts, "supervising_department");
	put_fact(fields, facts, "approving_department");
	if (printed)
		exchange_put(fields, "unified_code", unified);
}

static void add_project(struct exchange_build *b, const char *table)
{
	const struct project *p = b->trade->project;
	json_t *fields = exchange_begin(b);
	g_autofree char *project_code = g_strndup(p->code, PROJECT_CODE_LEN);

	exchange_put(fields, "project_code", project_code);
	exchange_put(fields, "name", p->name);
	exchange_put(fields, "region", p->region);
	exchange_put(fields, "tenderer_name", p->buyer_name);
	exchange_put(fields, "agency_name", p->agency_name);
	exchange_put(fields, "organisation", p->agency_name ? "2" : "1");
	put_facts(fields, p->facts);
	put_mode(fields, p);
	exchange_put_amount(fields, "amount", p->budget);
	exchange_put_time(fields, "created_time", p->created_us);
	exchange_end(b, table, fields);
}

static void add_lots(struct exchange_build *b)
{
	const struct project *p = b->trade->project;

	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);
		json_t *fields = exchange_begin(b);
		exchange_put(fields, "lot_code", lot->code);
		exchange_put(fields, "name", lot->name);
		put_mode(fields, p);
		exchange_put(fields, "region", p->region);
		put_fact(fields, p->facts, "place");
		/* Of several lots the project's content says not which is whose. */
		if (b->trade->lots->len == 1)
			put_fact(fields, p->facts, "content");
		if (lot->has_ceiling)
			exchange_put_amount(fields, "estimate", lot->ceiling);
		put_fact(fields, p->facts, "qualification");
		exchange_put_time(fields, "created_time", p->created_us);
		exchange_end(b, "502", fields);
	}
}

/* What every table of a notice has. */
static json_t *begin_notice(const struct exchange_build *b)
{
	json_t *fields = exchange_begin(b);
	g_autofree char *sha = hex_encode(b->n->text_sha256, sizeof(b->n->text_sha256));
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", b->sender->public_url, b->n->notice_id);

	exchange_put(fields, "title", b->n->title);
	exchange_put(fields, "content", b->n->body_md);
	exchange_put_time(fields, "sent_time", b->n->published_us);
	exchange_put(fields, "source_url", url);
	exchange_put(fields, "text_sha256", sha);
	return fields;
}

/* The lots the notice means, a record each or all in one, as the table has it; takes fields. */
static void end_notice(struct exchange_build *b, const char *table, json_t *fields)
{
	bool each = exchange_table_has(exchange_table_find(table), "lot_code");
	g_autoptr(GString) codes = g_string_new(NULL);

	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);

		if (!notice_means_lot(b->n->lot_nos, lot->no))
			continue;
		if (each) {
			json_t *own = json_copy(fields);
			exchange_put(own, "lot_code", lot->code);
			exchange_end(b, table, own);
		}
		g_string_append_printf(codes, "%s%s", codes->len ? ";" : "", lot->code);
	}
	if (each && codes->len) {
		json_decref(fields);
		return;
	}
	if (exchange_table_has(exchange_table_find(table), "lot_codes"))
		exchange_put(fields, "lot_codes", codes->str);
	exchange_end(b, table, fields);
}

static void add_notice(struct exchange_build *b, const char *table)
{
	const struct notice *t = &b->n->notice;
	json_t *fields = begin_notice(b);
	g_autofree char *media = notice_media_text(b->n->media);

	exchange_put(fields, "nature", "1");
	exchange_put(fields, "type", notice_kind_ends_with(b->n, "_prequalification") ? "2" : "1");
	exchange_put_time(fields, "file_start", t->offer_start_us);
	exchange_put_time(fields, "file_end", t->offer_end_us);
	exchange_put_field(fields, "how_to_get", b->n, "file_access");
	exchange_put_time(fields, "deadline", t->bid_deadline_us);
	exchange_put_time(fields, "opening_time", t->opening_us);
	exchange_put_field(fields, "submission", b->n, "submission");
	put_said(fields, b->trade->project->facts, "joint");
	exchange_put_field(fields, "contact", b->n, "buyer_contact");
	exchange_put(fields, "verifier", b->n->approver_name);
	if (media)
		exchange_put(fields, "media", media);
	end_notice(b, table, fields);
}

static void put_sum(json_t *fields, const char *name, const json_t *facts, const char *from)
{
	const char *text = json_string_value(json_object_get(facts, from));
	struct decimal sum;

	if (text && decimal_parse_text(text, &sum) == 0)
		exchange_put_amount(fields, name, sum);
}

/* Margin and ceiling are a lot's: where the change means several, the records of the lots have
 * them. */
static void put_terms(const struct exchange_build *b, json_t *fields)
{
	for (guint i = 0; exchange_lots_meant(b) == 1 && i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);

		if (!notice_means_lot(b->n->lot_nos, lot->no))
			continue;
		put_sum(fields, "margin",
			in_has(lot->facts, "bond") || b->trade->lots->len > 1
				? lot->facts
				: b->trade->project->facts,
			"bond");
		if (lot->has_ceiling)
			exchange_put_amount(fields, "control_price", lot->ceiling);
	}
}

/* A cross check of the platform: who postpones says until when. */
static void add_change(struct exchange_build *b, const char *table)
{
	const struct notice *t = &b->n->notice;
	json_t *fields = begin_notice(b);

	put_terms(b, fields);
	if (notice_kind_ends_with(b->n, "_clarification"))
		exchange_put_time(fields, "clarification_time", b->n->published_us);
	exchange_put(fields, "postponed", t->bid_deadline_us ? "1" : "0");
	exchange_put_time(fields, "new_deadline", t->bid_deadline_us);
	exchange_put_time(fields, "new_opening_time", t->opening_us);
	end_notice(b, table, fields);
}

static void add_publicity(struct exchange_build *b)
{
	json_t *fields = begin_notice(b);

	exchange_put_field(fields, "candidates", b->n, "candidates");
	exchange_put_time(fields, "start", b->n->notice.publicity_start_us);
	exchange_put_time(fields, "end", b->n->notice.publicity_end_us);
	exchange_put_field(fields, "objection_channel", b->n, "objection");
	exchange_put(fields, "verifier", b->n->approver_name);
	end_notice(b, "511", fields);
}

static void add_result(struct exchange_build *b, const char *table)
{
	const char *price = notice_public_text(b->n, "winner_price");
	json_t *fields = begin_notice(b);
	struct decimal sum;

	price = price ? price : notice_public_text(b->n, "price");
	exchange_put_field(fields, "winner", b->n, "winner");
	exchange_put(fields, "price_text", price);
	exchange_put_field(fields, "place", b->n, "place");
	if (exchange_lots_meant(b) == 1 && said_money(price, &sum))
		exchange_put_amount(fields, "price", sum);
	const char *code = notice_public_text(b->n, "winner_code");
	if (code && code_check_credit(code) == 0)
		exchange_put(fields, "winner_code", code);
	end_notice(b, table, fields);
}

static void add_end(struct exchange_build *b)
{
	json_t *fields = begin_notice(b);

	exchange_put(fields, "kind",
		b->n->withdrawn_us                        ? "3"
		: notice_kind_ends_with(b->n, "_failure") ? "1"
							  : "2");
	if (b->n->withdrawn_us)
		exchange_put(fields, "reason", b->n->withdraw_reason);
	else
		exchange_put_field(fields, "reason", b->n, "reason");
	end_notice(b, "517", fields);
}

/* The tables of each family, by what the notice tells. */
static const struct family {
	const char *begins; /* of the kind's name */
	const char *project, *notice, *change, *result;
} families[] = {
	{"gp_", "550", "551", "552", "553"},
	{"land_", "501", "600", "504", "601"},
	{"mining_", "501", "650", "504", "660"},
	{"property_", "501", "700", "504", "701"},
	{"", "501", "503", "504", "513"},
};

static const struct family *family_of(const struct notice_row *n)
{
	const struct family *f = families;

	while (!g_str_has_prefix(notice_kind_name(n->notice.kind), f->begins))
		f++;
	return f;
}

json_t *exchange_records(const struct exchange_sender *sender, const struct exchange_trade *trade,
	const struct notice_row *n, GArray *problems)
{
	const struct family *f = family_of(n);
	struct exchange_build b = {sender, trade, n, json_array(), problems};

	if (n->withdrawn_us) {
		add_end(&b);
		return b.records;
	}
	switch (notice_stage_of(n)) {
	case STAGE_TENDER:
		/* The parent must be there before its notice. */
		add_project(&b, f->project);
		add_lots(&b);
		add_notice(&b, f->notice);
		break;
	case STAGE_CHANGE:
		add_change(&b, f->change);
		exchange_add_evaluation(&b);
		break;
	case STAGE_CANDIDATES:
		exchange_add_opened(&b);
		exchange_add_candidates(&b);
		exchange_add_evaluation(&b);
		add_publicity(&b);
		break;
	case STAGE_AWARD:
		/* Where candidates are published, they brought it. */
		if (trade->project->regime == REGIME_GP)
			exchange_add_opened(&b);
		exchange_add_evaluation(&b);
		add_result(&b, f->result);
		break;
	case STAGE_CONTRACT:
		exchange_add_contracts(&b);
		break;
	case STAGE_END:
		add_end(&b);
		break;
	}
	return b.records;
}
