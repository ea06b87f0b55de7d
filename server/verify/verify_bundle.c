/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_bundle.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/verify/bundle_parts.h"
#include "server/verify/verify_session.h"

static GHashTable *read_states(const json_t *manifest)
{
	GHashTable *states = g_hash_table_new(NULL, NULL);
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(manifest, "reels"), i, row)
		if (in_text(row, "state"))
			g_hash_table_insert(states,
				GUINT_TO_POINTER((guint)in_int(row, "track", 0)),
				(gpointer)in_text(row, "state"));
	return states;
}

static void check_identity(const struct session_record *rec, const json_t *manifest)
{
	bool closed = record_is_closed(rec);

	if (g_strcmp0(in_text(manifest, "form"), "bidroom.bundle.v1") != 0)
		finding_fault(rec->findings, "bundle.json", "is not the list of a bundle");
	if (g_strcmp0(in_text(manifest, "session_id"), rec->session_id) != 0)
		finding_fault(rec->findings, "bundle.json", "is of another session than %s",
			rec->session_id);
	/* While it was made the session may have been closed by an event behind the checkpoint. */
	if (closed && !in_bool(manifest, "closed", false))
		finding_fault(rec->findings, "bundle.json",
			"says the session was running, but its events close it");
}

int verify_bundle(const struct verify_bundle *v)
{
	struct session_record rec = {.dir = v->dir, .findings = v->findings};
	json_t *manifest = record_json(&rec, "bundle.json", "the form of a bundle");
	int r;

	rec.reel_states = read_states(manifest);
	r = verify_session_record(&rec, v->key);
	if (!r) {
		check_identity(&rec, manifest);
		bundle_files_check(&rec, manifest);
		bundle_script_check(&rec, manifest);
		bundle_documents_check(&rec, manifest);
		bundle_heads_check(&rec, v);
		g_array_unref(rec.events);
	}
	g_hash_table_unref(rec.reel_states);
	json_decref(manifest);
	return r;
}
