/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bids of a bundle, each sealed again and held against what the ledger says of it. */
#include <string.h>

#include "server/core/fields.h"
#include "server/verify/bundle_parts.h"
#include "server/verify/opened_bid.h"

static void check_events(const struct session_record *rec, const char *id, const char *dir,
	const char *bidder, const struct opened_bid *bid)
{
	g_autofree char *subject = g_strdup_printf("bid:%s", id);
	const struct session_event *row = NULL;
	uint8_t named[SEALED_DIGEST_LEN];
	guint at = 0;

	while ((row = record_find(rec, "bid.opened", at, &at)) &&
		strcmp(row->event.subject, subject) != 0)
		at++;
	if (!row || !record_hex32(row->event.body, "receipt_digest", named)) {
		finding_fault(rec->findings, dir, "no event says that this bid was opened");
		return;
	}
	if (memcmp(bid->receipt_digest, named, sizeof(named)) != 0)
		finding_fault(rec->findings, dir,
			"sealed again it has not the digest of the bidder's receipt");
	if (g_strcmp0(in_text(row->event.body, "bidder_name"), bidder) != 0 ||
		g_strcmp0(bid->manifest->bidder_name, bidder) != 0)
		finding_fault(rec->findings, "bundle.json",
			"the bidder of %s is not the one who signed and was announced", id);
	opened_bid_check_terms(bid->manifest, row->event.body, dir, rec->findings);
}

static void check_bid(const struct session_record *rec, const char *id, const char *bidder)
{
	g_autofree char *dir = g_build_filename("documents", id, NULL);
	struct opened_bid bid;

	if (opened_bid_read(rec->dir, dir, rec->findings, &bid))
		check_events(rec, id, dir, bidder, &bid);
	opened_bid_clear(&bid);
}

static void check_destroyed(const struct session_record *rec, const char *dir)
{
	guint at = 0;

	if (record_find(rec, "project.key_destroyed", 0, &at))
		finding_note(rec->findings, dir,
			"the key of its project was destroyed at the end of its time");
	else
		finding_fault(rec->findings, dir,
			"no event says that the key of its project was destroyed");
}

void bundle_documents_check(const struct session_record *rec, const json_t *manifest)
{
	const json_t *row;
	unsigned n = 0;
	size_t i;

	json_array_foreach (json_object_get(manifest, "documents"), i, row) {
		const char *id = in_text(row, "bid_id");
		g_autofree char *dir = g_build_filename("documents", id ?: "", NULL);
		if (!id || !id_valid(id)) {
			finding_fault(rec->findings, "bundle.json", "a bid has no name");
		} else if (g_strcmp0(in_text(row, "state"), "destroyed") == 0) {
			check_destroyed(rec, dir);
		} else if (g_strcmp0(in_text(row, "state"), "here") != 0) {
			finding_fault(rec->findings, dir,
				"the bid's file is missing, and was when the bundle was made");
		} else {
			check_bid(rec, id, in_text(row, "bidder"));
			n++;
		}
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u bids sealed again", n);
}
