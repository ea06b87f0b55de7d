/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * open: a bidder's trial opening, or one with the content key of release or combine; with
 * --evidence the folder is one that bidroom-verify bid can seal again.
 */

#include "proto/base64.h"
#include "proto/crypto_auto.h"
#include "proto/hex.h"
#include "proto/tools/bid_file.h"
#include "proto/tools/tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

struct opening {
	struct sealed_reader *reader;
	EVP_PKEY *key; /* or NULL: the content key was given */
	uint8_t content_key[SEALED_KEY_LEN];
	const char *out_dir;
	char *dir; /* of the documents */
	bool evidence;
	const struct sealed_manifest *manifest;
	FILE *out; /* the document being written */
	size_t file;
};

static int take_key(void *ctx, const struct sealed_header *header)
{
	struct opening *o = ctx;
	int r = o->key ? sealed_header_open_slot(header, o->key, o->content_key) : 0;

	if (r == 0)
		sealed_reader_set_key(o->reader, o->content_key);
	return r;
}

static int close_document(struct opening *o)
{
	int r = o->out && fclose(o->out) != 0 ? -errno : 0;

	o->out = NULL;
	return r;
}

/* Begins document `file`; the manifest's names are no paths. */
static int begin_document(struct opening *o, size_t file)
{
	g_autofree char *path = g_build_filename(o->dir, o->manifest->files[file].name, NULL);
	int r = close_document(o);

	if (r != 0)
		return r;
	o->out = fopen(path, "wbxe");
	o->file = file;
	return o->out ? 0 : -errno;
}

/* Empty documents have no bytes that would begin them. */
static int begin_empty(void *ctx, const struct sealed_manifest *manifest)
{
	struct opening *o = ctx;
	int r = 0;

	o->manifest = manifest;
	for (size_t i = 0; r == 0 && i < manifest->n_files; i++) {
		if (manifest->files[i].size == 0)
			r = begin_document(o, i);
	}
	return r;
}

static int write_bytes(void *ctx, size_t file, const uint8_t *bytes, size_t len)
{
	struct opening *o = ctx;
	int r = 0;

	if (!o->out || o->file != file)
		r = begin_document(o, file);
	if (r == 0 && fwrite(bytes, 1, len, o->out) != len)
		r = -errno;
	return r;
}

/* What --evidence adds to the documents. */
static const char *const evidence_names[] = {"header", "manifest", "key"};

static void remove_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	unlink(path);
}

/* Nothing half-opened stays behind. */
static void remove_all(const struct opening *o)
{
	for (size_t i = 0; o->manifest && i < o->manifest->n_files; i++)
		remove_file(o->dir, o->manifest->files[i].name);
	rmdir(o->dir);
	for (size_t i = 0; o->evidence && i < G_N_ELEMENTS(evidence_names); i++)
		remove_file(o->out_dir, evidence_names[i]);
	if (o->evidence)
		rmdir(o->out_dir);
}

static bool write_file(const struct opening *o, const char *name, const void *bytes, size_t len)
{
	g_autofree char *path = g_build_filename(o->out_dir, name, NULL);

	return tool_write_secret(path, bytes, len);
}

/* What sealing it again takes besides the documents. */
static bool write_evidence(const struct opening *o, const char *path)
{
	const struct sealed_header *header = sealed_reader_header(o->reader);
	size_t len = header->len + header->manifest_size + SEALED_TAG_LEN;
	g_autofree uint8_t *head = g_malloc(len);
	uint8_t *manifest = head + header->len;
	g_autofree char *key = NULL;
	FILE *f = fopen(path, "rbe");
	bool good = f && fread(head, 1, len, f) == len;

	if (f)
		fclose(f);
	if (!good || sealed_chunk_open(header, o->content_key, 0, manifest, len - header->len,
			     manifest) != 0) {
		tool_refuse("file", "%s: changed while it was read", path);
		return false;
	}
	key = hex_encode(o->content_key, SEALED_KEY_LEN);
	good = write_file(o, evidence_names[0], head, header->len) &&
	       write_file(o, evidence_names[1], manifest, header->manifest_size) &&
	       write_file(o, evidence_names[2], key, strlen(key));
	OPENSSL_cleanse(key, strlen(key));
	return good;
}

static bool make_folder(const char *path)
{
	if (mkdir(path, 0700) == 0)
		return true;
	tool_refuse("file", "%s: %s", path, g_strerror(errno));
	return false;
}

static bool make_folders(const struct opening *o)
{
	if (!make_folder(o->out_dir))
		return false;
	if (!o->evidence || make_folder(o->dir))
		return true;
	rmdir(o->out_dir);
	return false;
}

static int open_bid(struct opening *o, const char *path)
{
	uint8_t digest[SEALED_DIGEST_LEN];
	int r, closed;

	if (!make_folders(o))
		return TOOL_REFUSED;
	r = bid_file_read(path, o->reader, digest);
	closed = close_document(o);
	if (r == TOOL_OK && closed != 0)
		r = tool_refuse("file", "%s: %s", o->dir, g_strerror(-closed));
	if (r == TOOL_OK && o->evidence && !write_evidence(o, path))
		r = TOOL_REFUSED;
	if (r != TOOL_OK) {
		remove_all(o);
		return r;
	}
	return tool_print(json_pack("{so sO}", "receipt_digest", tool_hex(digest, sizeof digest),
		"manifest", o->manifest->json));
}

static bool read_content_key(const char *path, uint8_t ret_key[SEALED_KEY_LEN])
{
	json_auto_t *json = NULL;
	const char *text;

	if (!tool_read_json(path, &json))
		return false;
	text = json_string_value(json_object_get(json, "content_key"));
	if (text && base64_decode_exact(text, strlen(text), ret_key, SEALED_KEY_LEN))
		return true;
	tool_refuse("content_key", "%s: no content_key of 32 bytes in base64", path);
	return false;
}

int cmd_open(int argc, char **argv)
{
	g_autofree char *key_path = NULL, *content_key_path = NULL, *dir = NULL;
	gboolean evidence = FALSE;
	const GOptionEntry options[] = {
		{"content-key", 0, 0, G_OPTION_ARG_FILENAME, &content_key_path,
			"What release or combine printed", "FILE"},
		{"evidence", 0, 0, G_OPTION_ARG_NONE, &evidence,
			"Add header, manifest and content key, for bidroom-verify bid", NULL},
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key_path,
			"The bidder's private key: a file, or a token's by its PKCS#11 URI", "KEY"},
		{"out", 0, 0, G_OPTION_ARG_FILENAME, &dir, "A new folder for the documents", "DIR"},
		{NULL},
	};
	const struct sealed_reader_events events = {take_key, begin_empty, write_bytes};
	g_autoptr(EVP_PKEY) key = NULL;
	struct opening o = {NULL};
	int r;

	if (!tool_options(&argc, &argv, options, "BID",
		    "Opens a sealed bid into a new folder and prints its manifest."))
		return TOOL_USAGE;
	if (!dir || !key_path == !content_key_path || argc != 2)
		return tool_usage(
			"open needs --out DIR, one sealed bid, and --key or --content-key");
	if (key_path ? !tool_read_key(key_path, &key)
		     : !read_content_key(content_key_path, o.content_key)) {
		OPENSSL_cleanse(o.content_key, sizeof o.content_key);
		return TOOL_REFUSED;
	}
	o.key = key;
	o.out_dir = dir;
	o.evidence = evidence;
	o.dir = evidence ? g_build_filename(dir, "files", NULL) : g_strdup(dir);
	o.reader = sealed_reader_new(&events, &o);
	r = open_bid(&o, argv[1]);
	sealed_reader_free(o.reader);
	g_free(o.dir);
	OPENSSL_cleanse(o.content_key, sizeof o.content_key);
	return r;
}
