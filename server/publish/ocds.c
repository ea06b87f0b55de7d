/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/ocds.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/ocds_parts.h"

static const char *const extensions[] = {
	"https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/"
	"extension.json",
	"https://raw.githubusercontent.com/open-contracting-extensions/ocds_enquiry_extension/"
	"v1.1.5/extension.json",
	"https://raw.githubusercontent.com/open-contracting-extensions/"
	"ocds_awardCriteria_extension/master/extension.json",
	"https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/"
	"extension.json",
	"https://raw.githubusercontent.com/open-contracting-extensions/ocds_bidOpening_extension/"
	"master/extension.json",
	"https://raw.githubusercontent.com/open-contracting-extensions/"
	"ocds_withheldInformation_extension/master/extension.json",
};

char *ocds_id(const struct ocds_process *p)
{
	return g_strdup_printf("%s-%s", p->prefix, p->project->code);
}

void ocds_put_text(json_t *object, const char *name, const char *text)
{
	if (text && *text)
		json_object_set_new(object, name, json_string(text));
}

void ocds_put_time(json_t *object, const char *name, int64_t t_us)
{
	char text[CLOCK_TEXT_SIZE];

	if (t_us)
		json_object_set_new(object, name, json_string(clock_format_utc(t_us, text)));
}

void ocds_put_period(json_t *object, const char *name, int64_t from_us, int64_t to_us)
{
	if (!from_us && !to_us)
		return;
	json_t *period = json_object();
	ocds_put_time(period, "startDate", from_us);
	ocds_put_time(period, "endDate", to_us);
	json_object_set_new(object, name, period);
}

/* A JSON number says an amount of up to fifteen digits exactly: nine before the point, six behind.
 */
static json_t *number(struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	decimal_format_exact(d, text);
	return strchr(text, '.') ? json_real(g_ascii_strtod(text, NULL))
				 : json_integer(g_ascii_strtoll(text, NULL, 10));
}

void ocds_put_value(json_t *object, const char *name, struct decimal yuan)
{
	if (decimal_sign(yuan) > 0)
		json_object_set_new(object, name,
			json_pack("{s:o, s:s}", "amount", number(yuan), "currency", "CNY"));
}

json_t *ocds_number(struct decimal d)
{
	return number(d);
}

/* What a notice is for the standard; its own kind stands in the document's title. */
static const char *tag_of(const struct ocds_process *p, const struct notice_row *n)
{
	static const char *const tags[] = {
		[STAGE_TENDER] = "tender",
		[STAGE_CHANGE] = "tenderAmendment",
		[STAGE_CANDIDATES] = "award",
		[STAGE_AWARD] = "award",
		[STAGE_CONTRACT] = "contract",
		[STAGE_END] = "tenderCancellation",
	};

	if (notice_stage_of(n) == STAGE_CHANGE && told_award_first(p->awards, n))
		return "awardUpdate";
	return notice_kind_ends_with(n, "_clarification") ? "tenderUpdate"
							  : tags[notice_stage_of(n)];
}

static json_t *reference(const char *id, const char *name)
{
	return json_pack("{s:s, s:s}", "id", id, "name", name);
}

json_t *ocds_base(const struct ocds_process *p, const char *id, int64_t date_us, const char *tag)
{
	g_autofree char *ocid = ocds_id(p);
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "ocid", ocid, "id", id, "language",
		"zh", "initiationType", "tender", "tag", tag);

	ocds_put_time(out, "date", date_us);
	json_object_set_new(out, "buyer", reference("buyer", p->project->buyer_name));
	return out;
}

/* Takes bids; NULL: there are none to tell. */
static void put_bids(json_t *release, json_t *bids)
{
	if (!bids)
		return;
	ocds_add_tenderers(json_object_get(release, "parties"), bids);
	json_object_set_new(release, "bids", bids);
}

static json_t *release(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, const char *id, int64_t date_us, const char *tag)
{
	json_t *out = ocds_base(p, id, date_us, tag);
	json_t *parties = ocds_parties(p);

	if (ocds_winner(n))
		ocds_add_suppliers(parties, p, ocds_winner(n));
	json_object_set_new(out, "parties", parties);
	json_object_set_new(out, "tender", ocds_tender(site, p, n, date_us));
	json_t *award = ocds_award(site, p, n);
	if (award)
		json_object_set_new(out, "awards", json_pack("[o]", award));
	json_t *contract = ocds_contract(site, p, n);
	if (contract)
		json_object_set_new(out, "contracts", json_pack("[o]", contract));
	put_bids(out, ocds_bids(p, n));
	ocds_put_withheld(out, n);
	return out;
}

/* The notice as it stood then: a release says nothing that became public after it. */
static json_t *release_as_of(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, const char *id, int64_t date_us, const char *tag)
{
	struct notice_row then = *n;

	then.withheld = notice_withheld_as_of(n->withheld, date_us);
	if (then.withdrawn_us > date_us)
		then.withdrawn_us = 0;
	json_t *out = release(site, p, &then, id, date_us, tag);
	json_decref(then.withheld);
	return out;
}

/* Who takes back a change does not end what it changed: that is one more change. */
static const char *withdrawal_tag(const struct ocds_process *p, const struct notice_row *n)
{
	static const char *const tags[] = {
		[STAGE_TENDER] = "tenderCancellation",
		[STAGE_CANDIDATES] = "awardCancellation",
		[STAGE_AWARD] = "awardCancellation",
		[STAGE_CONTRACT] = "contractUpdate",
		[STAGE_END] = "tenderCancellation",
	};

	return notice_stage_of(n) == STAGE_CHANGE ? tag_of(p, n) : tags[notice_stage_of(n)];
}

static char *withdrawal_id(const struct notice_row *n)
{
	return g_strdup_printf("%s-withdrawn", n->notice_id);
}

/* What is left of an award or contract. */
static json_t *cancelled(json_t *whole, json_t *amendment)
{
	static const char *const kept[] = {"id", "awardID", "status"};
	json_t *out = json_pack("{s:[o]}", "amendments", amendment);

	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (json_object_get(whole, kept[i]))
			json_object_set(out, kept[i], json_object_get(whole, kept[i]));
	json_decref(whole);
	return json_pack("[o]", out);
}

static json_t *withdrawal(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	g_autofree char *id = withdrawal_id(n);
	json_t *out = ocds_base(p, id, n->withdrawn_us, withdrawal_tag(p, n));
	json_t *amendment = json_pack("{s:s, s:s}", "id", id, "amendsReleaseID", n->notice_id);
	struct notice_row then = *n;

	ocds_put_time(amendment, "date", n->withdrawn_us);
	ocds_put_text(amendment, "rationale", n->withdraw_reason);
	then.withheld = notice_withheld_as_of(n->withheld, n->withdrawn_us);
	json_t *tender = json_pack("{s:s, s:s, s:o}", "id", p->project->code, "status",
		ocds_status(p, n->withdrawn_us), "lots", ocds_lots(p, &then, n->withdrawn_us));
	json_decref(then.withheld);
	json_object_set_new(out, "tender", tender);
	json_t *award = ocds_award(site, p, n), *contract = ocds_contract(site, p, n);
	if (award)
		json_object_set_new(out, "awards", cancelled(award, json_incref(amendment)));
	if (contract)
		json_object_set_new(out, "contracts", cancelled(contract, json_incref(amendment)));
	if (!award && !contract)
		json_object_set_new(tender, "amendments", json_pack("[O]", amendment));
	json_decref(amendment);
	return out;
}

static json_t *opening(const struct ocds_process *p, const struct told_opening *o)
{
	g_autofree char *id = ocds_opening_id(p, o);
	json_t *out = ocds_base(p, id, o->opened_us, OCDS_OPENING_TAG);

	json_object_set_new(out, "parties", ocds_parties(p));
	json_object_set_new(out, "tender", json_pack("{s:s}", "id", p->project->code));
	put_bids(out, ocds_opening(p, o));
	return out;
}

/* Takes item; of two of one time, the first stays the first. */
static void insert_by_date(json_t *list, json_t *item)
{
	size_t at = json_array_size(list);

	while (at > 0 &&
		in_time_us(json_array_get(list, at - 1), "date", 0) > in_time_us(item, "date", 0))
		at--;
	json_array_insert_new(list, at, item);
}

void ocds_add_releases(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, json_t *releases)
{
	json_t *own = json_array(), *row;
	size_t i;

	json_array_append_new(
		own, release_as_of(site, p, n, n->notice_id, n->published_us, tag_of(p, n)));
	json_array_foreach (n->withheld, i, row) {
		g_autofree char *id = ocds_disclosure_id(n, row);
		int64_t date_us = in_time_us(row, "disclosed_at", 0);
		if (date_us)
			insert_by_date(own,
				release_as_of(site, p, n, id, date_us, ocds_disclosure_tag(p, n)));
	}
	for (guint k = 0; p->openings && k < p->openings->len; k++) {
		const struct told_opening *o = g_ptr_array_index(p->openings, k);
		if (ocds_opening_is_of(o, n))
			insert_by_date(own, opening(p, o));
	}
	if (n->withdrawn_us)
		insert_by_date(own, withdrawal(site, p, n));
	json_array_extend(releases, own);
	json_decref(own);
}

int64_t ocds_last_change(const struct ocds_process *p, const struct notice_row *n)
{
	int64_t last_us = notice_last_change(n);

	for (guint i = 0; p->openings && i < p->openings->len; i++) {
		const struct told_opening *o = g_ptr_array_index(p->openings, i);
		if (ocds_opening_is_of(o, n))
			last_us = MAX(last_us, o->opened_us);
	}
	return last_us;
}

static int64_t last_change(const struct ocds_process *p)
{
	int64_t last_us = 0;

	for (guint i = 0; i < p->chain->len; i++)
		last_us = MAX(last_us, ocds_last_change(p, g_ptr_array_index(p->chain, i)));
	return last_us;
}

static json_t *with_id(json_t *list, const char *id)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (!strcmp(in_text(item, "id"), id))
			return item;
	return NULL;
}

/* The items of later in place of those of the same id. */
static void merge_list(json_t *award, json_t *later, const char *name)
{
	json_t *list = json_object_get(award, name), *item;
	size_t i;

	if (!list)
		return;
	json_array_foreach (json_object_get(later, name), i, item) {
		json_t *old = with_id(list, in_text(item, "id"));
		if (old)
			json_object_update(old, item);
		else
			json_array_append(list, item);
	}
	json_object_del(later, name);
}

/* The last word on everything, where notices speak of one award; takes award. */
static void add_award(json_t *awards, json_t *award)
{
	json_t *old = with_id(awards, in_text(award, "id"));

	if (!old) {
		json_array_append_new(awards, award);
		return;
	}
	merge_list(old, award, "documents");
	merge_list(old, award, "evaluations");
	json_object_update(old, award);
	json_decref(award);
}

/* The state all notices together leave: the last word on everything. */
static json_t *compiled(const struct site *site, const struct ocds_process *p)
{
	int64_t date_us = last_change(p);
	char date[CLOCK_TEXT_SIZE];
	g_autofree char *ocid = ocds_id(p);
	g_autofree char *id = g_strdup_printf("%s-%s", ocid, clock_format_utc(date_us, date));
	json_t *out = ocds_base(p, id, date_us, "compiled"), *awards = json_array();
	json_t *contracts = json_array(), *parties = ocds_parties(p);

	for (guint i = 0; i < p->chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(p->chain, i);
		json_t *award = ocds_award(site, p, n);
		if (award)
			add_award(awards, award);
		json_t *contract = ocds_contract(site, p, n);
		if (contract)
			json_array_append_new(contracts, contract);
		if (ocds_winner(n))
			ocds_add_suppliers(parties, p, ocds_winner(n));
		ocds_put_withheld(out, n);
	}
	json_object_set_new(out, "parties", parties);
	json_object_set_new(out, "tender", ocds_tender_compiled(site, p, date_us));
	put_bids(out, ocds_bids(p, NULL));
	if (json_array_size(awards))
		json_object_set(out, "awards", awards);
	if (json_array_size(contracts))
		json_object_set(out, "contracts", contracts);
	json_decref(awards);
	json_decref(contracts);
	return out;
}

static json_t *package(const struct site *site, const char *path, const char *date_text)
{
	g_autofree char *uri = g_strdup_printf("%s%s", site->public_url, path);
	g_autofree char *own =
		g_strdup_printf("%s/ocds/extension/extension.json", site->public_url);
	json_t *list = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++)
		json_array_append_new(list, json_string(extensions[i]));
	json_array_append_new(list, json_string(own));
	return json_pack("{s:s, s:s, s:s, s:{s:s}, s:o}", "uri", uri, "version", "1.1",
		"publishedDate", date_text, "publisher", "name", site->centre, "extensions", list);
}

json_t *ocds_release_package(
	const struct site *site, const char *path, const char *date_text, json_t *releases)
{
	json_t *out = package(site, path, date_text);

	json_object_set_new(out, "releases", releases);
	return out;
}

/* Links stand in the order of their dates, as the standard wants them. */
static void add_link(const struct site *site, const struct notice_row *n, const char *id,
	const char *tag, int64_t date_us, json_t *releases)
{
	g_autofree char *url =
		g_strdup_printf("%s/ocds/releases/%s.json#%s", site->public_url, n->notice_id, id);
	json_t *link = json_pack("{s:s, s:[s]}", "url", url, "tag", tag);

	ocds_put_time(link, "date", date_us);
	insert_by_date(releases, link);
}

static void add_links(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, json_t *releases)
{
	g_autofree char *gone = withdrawal_id(n);
	json_t *row;
	size_t i;

	add_link(site, n, n->notice_id, tag_of(p, n), n->published_us, releases);
	json_array_foreach (n->withheld, i, row) {
		g_autofree char *id = ocds_disclosure_id(n, row);
		if (in_has(row, "disclosed_at"))
			add_link(site, n, id, ocds_disclosure_tag(p, n),
				in_time_us(row, "disclosed_at", 0), releases);
	}
	for (guint k = 0; p->openings && k < p->openings->len; k++) {
		const struct told_opening *o = g_ptr_array_index(p->openings, k);
		g_autofree char *id = ocds_opening_id(p, o);
		if (ocds_opening_is_of(o, n))
			add_link(site, n, id, OCDS_OPENING_TAG, o->opened_us, releases);
	}
	if (n->withdrawn_us)
		add_link(site, n, gone, withdrawal_tag(p, n), n->withdrawn_us, releases);
}

json_t *ocds_record_package(const struct site *site, const struct ocds_process *p)
{
	g_autofree char *path = g_strdup_printf("/ocds/records/%s.json", p->project->project_id);
	g_autofree char *ocid = ocds_id(p);
	char date[CLOCK_TEXT_SIZE];
	json_t *releases = json_array();

	for (guint i = 0; i < p->chain->len; i++)
		add_links(site, p, g_ptr_array_index(p->chain, i), releases);
	json_t *out = package(site, path, clock_format_utc(last_change(p), date));
	json_object_set_new(out, "records",
		json_pack("[{s:s, s:o, s:o}]", "ocid", ocid, "releases", releases,
			"compiledRelease", compiled(site, p)));
	return out;
}

char *ocds_text(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));
	char *copy = g_strdup(text);

	free(text);
	return copy;
}
