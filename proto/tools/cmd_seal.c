/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/crypto_auto.h"
#include "proto/sealed_writer.h"
#include "proto/tools/bid_file.h"
#include "proto/tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the bid is for, from the tender as GET /projects/{id}/tender gives it. */
struct tender {
	const char *project, *lot;
	struct tool_holders holders;
};

/* The lot of this id or code; without one, the only lot there is. */
static const char *find_lot(const json_t *lots, const char *wanted)
{
	json_t *item;
	size_t i;

	json_array_foreach (lots, i, item) {
		const char *id = json_string_value(json_object_get(item, "lot_id"));
		const char *code = json_string_value(json_object_get(item, "code"));

		if (wanted ? !g_strcmp0(id, wanted) || !g_strcmp0(code, wanted)
			   : json_array_size(lots) == 1)
			return id;
	}
	return NULL;
}

static bool read_tender(
	const json_t *json, const char *path, const char *wanted_lot, struct tender *ret_tender)
{
	struct tender t = {
		.project = json_string_value(json_object_get(json, "project_id")),
		.lot = find_lot(json_object_get(json, "lots"), wanted_lot),
	};

	if (!t.project) {
		tool_refuse("tender", "%s: no project_id", path);
		return false;
	}
	if (!t.lot) {
		tool_refuse("tender", wanted_lot ? "%s: no such lot" : "%s: which lot? use --lot",
			path);
		return false;
	}
	if (!tool_read_holders(json, path, &t.holders))
		return false;
	*ret_tender = t;
	return true;
}

/* {"bidder":{"name":…,"credit_code":…},"offer":{…}} */
static bool read_offer(const json_t *json, const char *path, struct sealed_offer *offer)
{
	if (json_unpack((json_t *)json, "{s{ss ss} so}", "bidder", "name", &offer->bidder_name,
		    "credit_code", &offer->credit_code, "offer", &offer->offer) == 0)
		return true;
	tool_refuse("offer", "%s: bidder.name, bidder.credit_code or offer are missing", path);
	return false;
}

/* Calls `take` with every piece of a file; prints what is wrong. */
static bool each_piece(
	const char *path, bool (*take)(void *ctx, const void *bytes, size_t len), void *ctx)
{
	g_autofree uint8_t *buf = g_malloc(TOOL_PIECE);
	FILE *f = fopen(path, "rbe");
	bool ok = true;
	size_t n;

	if (!f) {
		tool_refuse("file", "%s: %s", path, g_strerror(errno));
		return false;
	}
	while (ok && (n = fread(buf, 1, TOOL_PIECE, f)) > 0)
		ok = take(ctx, buf, n);
	if (ok && ferror(f)) {
		tool_refuse("file", "%s: cannot be read", path);
		ok = false;
	}
	fclose(f);
	return ok;
}

struct measure {
	EVP_MD_CTX *md;
	uint64_t size;
};

static bool measure_piece(void *ctx, const void *bytes, size_t len)
{
	struct measure *m = ctx;

	m->size += len;
	return EVP_DigestUpdate(m->md, bytes, len) == 1;
}

static bool measure_file(const char *path, struct sealed_file *ret_file)
{
	g_autoptr(EVP_MD_CTX) md = EVP_MD_CTX_new();
	struct measure m = {md, 0};

	if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1 || !each_piece(path, measure_piece, &m))
		return false;
	ret_file->size = m.size;
	return EVP_DigestFinal_ex(md, ret_file->sha256, NULL) == 1;
}

/* Names and digests of the documents; names are the caller's to free. */
static bool measure_files(char **paths, size_t n, struct sealed_file *files, GPtrArray *names)
{
	for (size_t i = 0; i < n; i++) {
		char *name = g_path_get_basename(paths[i]);

		g_ptr_array_add(names, name);
		files[i].name = name;
		if (!measure_file(paths[i], &files[i]))
			return false;
	}
	return true;
}

struct sealing {
	struct sealed_writer *writer;
	FILE *out;
	const char *path; /* of the document being sealed */
};

static int write_out(void *ctx, const void *bytes, size_t len)
{
	return fwrite(bytes, 1, len, ctx) == len ? 0 : -errno;
}

static bool seal_piece(void *ctx, const void *bytes, size_t len)
{
	struct sealing *s = ctx;
	int r = sealed_writer_put(s->writer, bytes, len);

	if (r == SEALED_E_FILE || r == SEALED_E_TRAILING)
		tool_refuse(sealed_refusal_code(SEALED_E_FILE),
			"%s: changed while it was being sealed", s->path);
	else if (r != 0)
		tool_refuse_sealed(r, s->path);
	return r == 0;
}

/* Writes the whole bid; prints what is wrong. */
static bool seal_into(FILE *out, const struct sealed_plan *plan, char **paths, json_t **ret_summary)
{
	const struct sealed_out to = {write_out, out};
	struct sealing s = {.out = out};
	uint8_t digest[SEALED_DIGEST_LEN];
	bool ok = true;
	int r;

	r = sealed_writer_new(plan, &to, &s.writer);
	if (r != 0) {
		tool_refuse_sealed(r, "the bid");
		return false;
	}
	for (size_t i = 0; ok && i < plan->offer.n_files; i++) {
		s.path = paths[i];
		ok = each_piece(paths[i], seal_piece, &s);
	}
	if (ok) {
		r = sealed_writer_finish(s.writer, digest);
		ok = r == 0;
		if (ok)
			*ret_summary = bid_file_summary(sealed_writer_header(s.writer), digest);
		else
			tool_refuse_sealed(r, "a document changed while it was being sealed");
	}
	sealed_writer_free(s.writer);
	return ok;
}

/* The bid appears under its name only when it is whole. */
static int seal(const struct sealed_plan *plan, char **paths, const char *out_path)
{
	g_autofree char *part = g_strdup_printf("%s.part", out_path);
	FILE *out = fopen(part, "wbxe");
	json_t *summary = NULL;
	bool ok;

	if (!out)
		return tool_refuse("file", "%s: %s", part, g_strerror(errno));
	ok = seal_into(out, plan, paths, &summary);
	if (ok && (fflush(out) != 0 || fsync(fileno(out)) != 0 || rename(part, out_path) != 0)) {
		tool_refuse("file", "%s: %s", out_path, g_strerror(errno));
		ok = false;
	}
	fclose(out);
	if (ok)
		return tool_print(summary);
	json_decref(summary);
	unlink(part);
	return TOOL_REFUSED;
}

int cmd_seal(int argc, char **argv)
{
	g_autofree char *key_path = NULL, *tender_path = NULL, *offer_path = NULL, *out = NULL,
			*lot = NULL;
	const GOptionEntry options[] = {
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key_path,
			"The bidder's private key: a file, or a token's by its PKCS#11 URI", "KEY"},
		{"lot", 0, 0, G_OPTION_ARG_STRING, &lot,
			"Id or code of the lot, if there are several", "LOT"},
		{"offer", 0, 0, G_OPTION_ARG_FILENAME, &offer_path,
			"JSON: {\"bidder\":{\"name\":…,\"credit_code\":…},"
			"\"offer\":{\"price_form\":\"amount\",\"price\":\"1267500.00\","
			"\"currency\":\"CNY\"}}",
			"FILE"},
		{"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Where the sealed bid goes", "FILE"},
		{"tender", 0, 0, G_OPTION_ARG_FILENAME, &tender_path,
			"The tender as GET /projects/{id}/tender gives it", "FILE"},
		{NULL},
	};
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autofree struct sealed_file *files = NULL;
	json_auto_t *tender_json = NULL, *offer_json = NULL;
	g_autoptr(EVP_PKEY) key = NULL;
	struct sealed_plan plan = {.chunk_size = SEALED_CHUNK_MAX};
	struct tender tender;

	if (!tool_options(&argc, &argv, options, "DOCUMENT…",
		    "Seals an offer and its documents for one lot; prints the receipt digest."))
		return TOOL_USAGE;
	if (!key_path || !tender_path || !offer_path || !out)
		return tool_usage("seal needs --key, --tender, --offer and --out");
	if (!tool_read_key(key_path, &key) || !tool_read_json(tender_path, &tender_json) ||
		!read_tender(tender_json, tender_path, lot, &tender) ||
		!tool_read_json(offer_path, &offer_json) ||
		!read_offer(offer_json, offer_path, &plan.offer))
		return TOOL_REFUSED;
	files = g_new0(struct sealed_file, (gsize)argc);
	plan.offer.files = files;
	plan.offer.n_files = (size_t)argc - 1;
	if (!measure_files(argv + 1, plan.offer.n_files, files, names))
		return TOOL_REFUSED;
	plan.project = tender.project;
	plan.lot = tender.lot;
	plan.k = tender.holders.k;
	plan.n = tender.holders.n;
	plan.holders = tender.holders.keys;
	plan.bidder = key;
	return seal(&plan, argv + 1, out);
}
