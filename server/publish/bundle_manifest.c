/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_parts.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/bundle_view.h"
#include "proto/canon.h"
#include "server/core/fields.h"

#define LINE_MAX_LEN (256 * 1024)

/* Every byte of a reel is under a digest of the ledger; the manifest itself is what names all. */
static bool is_listed(const char *name)
{
	return !(g_str_has_prefix(name, "reels/") && g_str_has_suffix(name, ".webm"));
}

static int list_file(const struct bundle *b, const char *name, json_t *files)
{
	g_autofree char *path = g_build_filename(b->work_dir, name, NULL);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
	uint8_t digest[SHA256_DIGEST_LENGTH];

	if (!file)
		return -EIO;
	SHA256((const uint8_t *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
		digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	json_array_append_new(
		files, json_pack("{s:s, s:I, s:s}", "path", name, "size",
			       (json_int_t)g_mapped_file_get_length(file), "sha256", hex));
	return 0;
}

static int list_files(const struct bundle *b, json_t *files)
{
	g_autoptr(GPtrArray) names = NULL;
	int r = bundle_list(b->work_dir, &names);

	for (guint i = 0; !r && i < names->len; i++)
		if (is_listed(g_ptr_array_index(names, i)))
			r = list_file(b, g_ptr_array_index(names, i), files);
	return r;
}

static int manifest_text(struct bundle *b, GString **ret)
{
	json_t *files = json_array();
	int r = list_files(b, files);
	json_t *json = json_pack("{s:s, s:s, s:s, s:I, s:b, s:O, s:O, s:o}", "form",
		"bidroom.bundle.v1", "session_id", b->session_id, "title", b->record.title,
		"made_us", (json_int_t)b->now_us, "closed", b->record.closed, "reels", b->reels,
		"documents", b->documents, "files", files);

	if (!r)
		r = canon_dump(json, ret);
	json_decref(json);
	return r > 0 ? -EBADMSG : r;
}

static void add_line(struct bundle_view *view, const char *line, size_t len)
{
	json_t *row = NULL, *object = NULL;
	struct ledger_event event;

	if (canon_load(line, len, LINE_MAX_LEN, &row, NULL))
		return;
	const char *leaf = in_text(row, "leaf");
	if (leaf && ledger_leaf_decode(leaf, strlen(leaf), &object, &event) == 0)
		bundle_view_add(view, &event);
	json_decref(object);
	json_decref(row);
}

static json_t *load(const struct bundle *b, const char *name)
{
	g_autofree char *path = g_build_filename(b->work_dir, name, NULL);

	return json_load_file(path, 0, NULL);
}

static void add_scores(const struct bundle *b, struct bundle_view *view)
{
	json_auto_t *sheets = load(b, "sheets.json"), *voids = load(b, "void.json");
	json_auto_t *results = load(b, "results.json");

	bundle_view_scores(view, sheets, voids, results);
}

static int script_text(const struct bundle *b, const GString *manifest, GString **ret)
{
	g_autofree char *path = g_build_filename(b->work_dir, "events.jsonl", NULL);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	if (!file)
		return -EIO;
	struct bundle_view *view = bundle_view_new(b->session_id, b->record.title);
	const char *at = g_mapped_file_get_contents(file);
	const char *end = at + g_mapped_file_get_length(file);
	while (at < end) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((eol ? eol : end) - at);
		add_line(view, at, len);
		at += len + 1;
	}
	add_scores(b, view);
	int r = bundle_view_script(view, manifest, ret);
	bundle_view_free(view);
	return r > 0 ? -EBADMSG : r;
}

static int write_text(struct bundle *b, const char *name, const GString *text)
{
	struct bundle_file out;
	int r = bundle_file_open(b, name, &out);

	return r ? r : bundle_file_close(&out, bundle_file_write(&out, text->str, text->len));
}

int bundle_write_manifest(struct bundle *b)
{
	g_autoptr(GString) manifest = NULL, script = NULL;
	int r = manifest_text(b, &manifest);

	if (!r)
		r = script_text(b, manifest, &script);
	if (!r)
		r = write_text(b, "bundle.json", manifest);
	return r ? r : write_text(b, "player/data.js", script);
}
