/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/sha.h>
#include <string.h>

#include "proto/bundle_view.h"
#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/verify/bundle_parts.h"

#define MANIFEST "bundle.json"
#define SCRIPT "player/data.js"

static GMappedFile *map(const struct session_record *rec, const char *name)
{
	g_autofree char *path = g_build_filename(rec->dir, name, NULL);

	return g_mapped_file_new(path, FALSE, NULL);
}

static bool is_path(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	for (char **part = parts; *part; part++)
		if (!**part || strcmp(*part, ".") == 0 || strcmp(*part, "..") == 0)
			return false;
	return *path;
}

static void check_file(const struct session_record *rec, const json_t *row, GHashTable *listed)
{
	const char *path = in_text(row, "path");
	uint8_t named[SHA256_DIGEST_LENGTH], ours[SHA256_DIGEST_LENGTH];

	if (!path || !is_path(path) || !record_hex32(row, "sha256", named)) {
		finding_fault(rec->findings, MANIFEST, "a file is not named as it should be");
		return;
	}
	g_hash_table_add(listed, (gpointer)path);
	g_autoptr(GMappedFile) file = map(rec, path);
	if (!file) {
		finding_fault(rec->findings, path, "is missing, but bundle.json lists it");
		return;
	}
	SHA256((const uint8_t *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
		ours);
	if ((int64_t)g_mapped_file_get_length(file) != in_int(row, "size", -1) ||
		memcmp(named, ours, sizeof(ours)) != 0)
		finding_fault(rec->findings, path, "is not the file that bundle.json lists");
}

/* The list itself and what is made from it cannot stand in it; reels the ledger itself names. */
static bool is_unlisted(const char *name)
{
	return strcmp(name, MANIFEST) == 0 || strcmp(name, SCRIPT) == 0 ||
	       (g_str_has_prefix(name, "reels/") && g_str_has_suffix(name, ".webm"));
}

static void check_folder(const struct session_record *rec, const char *prefix, GHashTable *listed)
{
	g_autofree char *path = g_build_filename(rec->dir, prefix, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *entry;

	while (dir && (entry = g_dir_read_name(dir))) {
		g_autofree char *name = g_build_filename(prefix, entry, NULL);
		g_autofree char *full = g_build_filename(rec->dir, name, NULL);
		if (g_file_test(full, G_FILE_TEST_IS_DIR))
			check_folder(rec, name, listed);
		else if (!is_unlisted(name) && !g_hash_table_contains(listed, name))
			finding_fault(rec->findings, name, "is no part of the bundle");
	}
}

void bundle_files_check(const struct session_record *rec, const json_t *manifest)
{
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(manifest, "files"), i, row)
		check_file(rec, row, listed);
	check_folder(rec, "", listed);
	finding_note(
		rec->findings, rec->dir, "%u files besides the reels", g_hash_table_size(listed));
}

static char *title_of(const struct session_record *rec)
{
	json_t *session = record_json(rec, "session.json", NULL);
	char *title = g_strdup(in_text(session, "title") ?: "");

	json_decref(session);
	return title;
}

static void add_scores(const struct session_record *rec, struct bundle_view *view)
{
	json_auto_t *sheets = record_json(rec, "sheets.json", NULL);
	json_auto_t *voids = record_json(rec, "void.json", NULL);
	json_auto_t *results = record_json(rec, "results.json", NULL);

	bundle_view_scores(view, sheets, voids, results);
}

void bundle_script_check(const struct session_record *rec, const json_t *manifest)
{
	g_autoptr(GMappedFile) file = map(rec, SCRIPT), list = map(rec, MANIFEST);
	g_autoptr(GString) text = NULL, script = NULL;
	g_autofree char *title = title_of(rec);

	if (!file || !list || !manifest || canon_dump(manifest, &text)) {
		finding_fault(rec->findings, SCRIPT,
			"cannot be checked: it or bundle.json is missing or unreadable");
		return;
	}
	if (text->len != g_mapped_file_get_length(list) ||
		memcmp(text->str, g_mapped_file_get_contents(list), text->len) != 0)
		finding_fault(rec->findings, MANIFEST, "is not in canonical form");
	struct bundle_view *view = bundle_view_new(rec->session_id, title);
	for (guint i = 0; i < rec->events->len; i++)
		bundle_view_add(view, &record_event(rec, i)->event);
	add_scores(rec, view);
	int r = bundle_view_script(view, text, &script);
	bundle_view_free(view);
	if (r || script->len != g_mapped_file_get_length(file) ||
		memcmp(script->str, g_mapped_file_get_contents(file), script->len) != 0)
		finding_fault(rec->findings, SCRIPT,
			"does not show what events, sheets and bundle.json say");
}
