/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The open data by pages, for harvesters: releases in the order of publication, records by project.
 */
#include "server/api/views.h"

#include "server/act/award_told.h"
#include "server/act/notice_withheld.h"
#include "server/act/opening_told.h"
#include "server/publish/ocds.h"
#include "server/store/house_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

#define PAGE 50
#define CHAIN_MAX 1000

/* A project as the standard wants it. */
struct process {
	struct project *project;
	GPtrArray *lots, *chain, *awards, *openings;
	struct ocds_process ocds;
};

static void process_clear(struct process *p)
{
	project_free(p->project);
	g_clear_pointer(&p->lots, g_ptr_array_unref);
	g_clear_pointer(&p->chain, g_ptr_array_unref);
	g_clear_pointer(&p->awards, g_ptr_array_unref);
	g_clear_pointer(&p->openings, g_ptr_array_unref);
}

static int read_process(struct act *a, const char *project_id, struct process *p)
{
	int r = project_store_get(a->txn, project_id, &p->project);

	if (!r)
		r = project_store_lots(a->txn, project_id, &p->lots);
	if (!r)
		r = award_told_list(a->txn, p->lots, &p->awards);
	if (!r)
		r = opening_told_list(a->txn, p->lots, &p->openings);
	p->ocds = (struct ocds_process){.prefix = a->env->ocds_prefix,
		.project = p->project,
		.lots = p->lots,
		.awards = p->awards,
		.openings = p->openings};
	return r;
}

static int read_site(struct act *a, struct house *house, struct site *ret)
{
	int r = house_store_get(a->txn, house);

	*ret = (struct site){
		.centre = house->centre, .public_url = a->env->public_url, .demo = house->demo};
	return r;
}

static const struct field release_fields[] = {
	{"after", FIELD_INT, false, 0, INT64_MAX},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int add_release(
	struct act *a, const struct site *site, const struct notice_row *n, json_t *releases)
{
	struct process p = {0};
	int r = read_process(a, n->project_id, &p);

	/* The state of the lots at that moment is what the notices before it left. */
	if (!r)
		r = notice_store_published_of(a->txn, n->project_id, CHAIN_MAX, &p.chain);
	p.ocds.chain = p.chain;
	if (!r)
		ocds_add_releases(site, &p.ocds, n, releases);
	process_clear(&p);
	return r;
}

static int run_releases(struct act *a, const json_t *in, json_t *out)
{
	int64_t after = in_int(in, "after", 0);
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) rows = NULL;
	struct house house = {0};
	g_autofree char *path =
		g_strdup_printf("/api/v1/public/ocds/releases?after=%" G_GINT64_FORMAT, after);
	char now[CLOCK_TEXT_SIZE];
	json_t *releases = json_array();
	struct site site;
	int r = read_site(a, &house, &site);

	if (!r)
		r = notice_store_published(a->txn, after, limit, &rows);
	if (!r)
		r = notice_withheld_publish(a->env, a->txn, rows);
	for (guint i = 0; !r && i < rows->len; i++)
		r = add_release(a, &site, g_ptr_array_index(rows, i), releases);
	if (r) {
		json_decref(releases);
		house_clear(&house);
		return r;
	}
	json_t *package =
		ocds_release_package(&site, path, clock_format_utc(a->legal_us, now), releases);
	json_object_update(out, package);
	json_decref(package);
	if (rows->len == limit) {
		const struct notice_row *last = g_ptr_array_index(rows, limit - 1);
		g_autofree char *next = g_strdup_printf(
			"%s/api/v1/public/ocds/releases?after=%" G_GINT64_FORMAT "&limit=%u",
			site.public_url, last->page_seq, limit);
		json_object_set_new(out, "links", json_pack("{s:s}", "next", next));
	}
	house_clear(&house);
	return 0;
}

const struct act_kind ocds_releases_view = {
	.name = "ocds.releases", .fields = release_fields, .run = run_releases, .flags = ACT_READ};

static const struct field record_fields[] = {
	{"project_id", FIELD_ID, true},
	{NULL},
};

static int run_record(struct act *a, const json_t *in, json_t *out)
{
	struct house house = {0};
	struct process p = {0};
	struct site site;
	int r = read_site(a, &house, &site);

	if (!r)
		r = notice_store_published_of(
			a->txn, in_text(in, "project_id"), CHAIN_MAX, &p.chain);
	/* A project nothing was published of is nobody's business. */
	if (!r && !p.chain->len)
		r = act_found(a, STORE_E_NONE, "project_id");
	if (!r)
		r = notice_withheld_publish(a->env, a->txn, p.chain);
	if (!r)
		r = read_process(a, in_text(in, "project_id"), &p);
	if (!r) {
		p.ocds.chain = p.chain;
		json_t *package = ocds_record_package(&site, &p.ocds);
		json_object_update(out, package);
		json_decref(package);
	}
	process_clear(&p);
	house_clear(&house);
	return r;
}

const struct act_kind ocds_record_view = {
	.name = "ocds.record", .fields = record_fields, .run = run_record, .flags = ACT_READ};
