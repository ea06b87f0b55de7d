/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/admin/cosign_state.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/core/file.h"
#include "server/core/id.h"

#define STATE_MAX ((size_t)1 << 20)
#define FORM "bidroom.cosigner.v1"

static char *path_of(const char *dir, const char *name)
{
	return g_build_filename(dir, name, NULL);
}

/* Whole or not at all, and on the disk when it returns. */
static int write_whole(
	const char *dir, const char *name, const void *bytes, size_t len, mode_t mode)
{
	g_autofree char *path = path_of(dir, name), *fresh = g_strconcat(path, ".new", NULL);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode), r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, bytes, len);
	if (!r && fsync(fd) < 0)
		r = -errno;
	close(fd);
	if (!r && rename(fresh, path) < 0)
		r = -errno;
	return r ? r : file_sync_dir(dir);
}

int cosign_state_make(const char *dir, const char *name, struct note_key *ret_key)
{
	uint8_t seed[ED25519_KEY_LEN], public_key[ED25519_KEY_LEN];
	g_autofree char *path = path_of(dir, "key");
	int r;

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return -EEXIST;
	if (g_mkdir_with_parents(dir, 0700) < 0)
		return -errno;
	random_bytes(seed, sizeof(seed));
	r = ed25519_public(seed, public_key);
	if (!r)
		r = note_key_make(name, NOTE_COSIGNATURE, public_key, ret_key);
	if (!r) {
		g_autofree char *hex = hex_encode(seed, sizeof(seed));
		g_autofree char *text = g_strdup_printf("%s\n%s\n", name, hex);
		r = write_whole(dir, "key", text, strlen(text), 0600);
		OPENSSL_cleanse(hex, strlen(hex));
		OPENSSL_cleanse(text, strlen(text));
	}
	OPENSSL_cleanse(seed, sizeof(seed));
	return r;
}

static int read_key(struct cosign_state *s)
{
	g_autofree char *path = path_of(s->dir, "key"), *text = NULL;
	uint8_t public_key[ED25519_KEY_LEN];
	struct stat st;

	if (g_stat(path, &st) < 0)
		return -errno;
	if (st.st_mode & 077)
		return -EPERM;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return -EIO;
	g_auto(GStrv) lines = g_strsplit(text, "\n", 3);
	bool good = g_strv_length(lines) >= 2 &&
		    hex_decode_exact(lines[1], strlen(lines[1]), s->seed, sizeof(s->seed));
	OPENSSL_cleanse(text, strlen(text));
	if (!good || ed25519_public(s->seed, public_key) ||
		note_key_make(lines[0], NOTE_COSIGNATURE, public_key, &s->key))
		return -EBADMSG;
	OPENSSL_cleanse(lines[1], strlen(lines[1]));
	return 0;
}

/* The file may be longer: the leaves of a round that did not end. */
static int read_leaves(struct cosign_state *s, uint64_t size)
{
	g_autofree char *path = path_of(s->dir, "leaves"), *bytes = NULL;
	gsize len;

	if (!g_file_get_contents(path, &bytes, &len, NULL) || len / LEDGER_HASH_LEN < size)
		return -EBADMSG;
	g_byte_array_append(s->leaves, (const guint8 *)bytes, (guint)(size * LEDGER_HASH_LEN));
	return 0;
}

static int take_state(struct cosign_state *s, const json_t *json)
{
	g_autoptr(GBytes) frontier = in_hex(json, "frontier");
	int64_t size = in_int(json, "size", -1);
	gsize len;

	if (g_strcmp0(in_text(json, "form"), FORM) != 0 || size < 0 || !frontier)
		return -EBADMSG;
	const void *roots = g_bytes_get_data(frontier, &len);
	if (ledger_tree_load((uint64_t)size, roots, len, &s->tree))
		return -EBADMSG;
	s->note = g_strdup(in_text(json, "checkpoint"));
	s->signed_us = in_int(json, "signed_us", 0);
	s->signed_size = (uint64_t)in_int(json, "signed_size", 0);
	s->owed = in_bool(json, "owed", false);
	s->promise = g_strdup(in_text(json, "promise"));
	if (s->promise) {
		g_autoptr(GBytes) hash = in_hex(json, "promised_leaf");
		if (!hash || g_bytes_get_size(hash) != LEDGER_HASH_LEN)
			return -EBADMSG;
		memcpy(s->promised.leaf_hash, g_bytes_get_data(hash, NULL), LEDGER_HASH_LEN);
		s->promised.due_us = in_int(json, "promised_due_us", 1);
	}
	return size ? read_leaves(s, (uint64_t)size) : 0;
}

static int read_state(struct cosign_state *s)
{
	g_autofree char *path = path_of(s->dir, "state.json"), *text = NULL;
	json_t *json = NULL;
	gsize len;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return 0;
	if (!g_file_get_contents(path, &text, &len, NULL) ||
		canon_load(text, len, STATE_MAX, &json, NULL))
		return -EBADMSG;
	int r = take_state(s, json);
	json_decref(json);
	return r;
}

int cosign_state_open(const char *dir, struct cosign_state *ret)
{
	struct cosign_state s = {.dir = dir, .leaves = g_byte_array_new()};
	int r = read_key(&s);

	if (!r)
		r = read_state(&s);
	if (r)
		cosign_state_done(&s);
	else
		*ret = s;
	return r;
}

void cosign_state_done(struct cosign_state *s)
{
	OPENSSL_cleanse(s->seed, sizeof(s->seed));
	g_clear_pointer(&s->leaves, g_byte_array_unref);
	g_clear_pointer(&s->note, g_free);
	g_clear_pointer(&s->promise, g_free);
}

int cosign_state_save(struct cosign_state *s)
{
	g_autoptr(GBytes) roots = ledger_tree_save(&s->tree);
	g_autoptr(GString) text = NULL;
	gsize len;
	const void *bytes = g_bytes_get_data(roots, &len);
	g_autofree char *frontier = hex_encode(bytes, len);
	json_t *json = json_pack("{s:s, s:I, s:s, s:I, s:I, s:b}", "form", FORM, "size",
		(json_int_t)s->tree.size, "frontier", frontier, "signed_us",
		(json_int_t)s->signed_us, "signed_size", (json_int_t)s->signed_size, "owed",
		s->owed);
	int r;

	if (s->note)
		json_object_set_new(json, "checkpoint", json_string(s->note));
	if (s->promise) {
		g_autofree char *hash = hex_encode(s->promised.leaf_hash, LEDGER_HASH_LEN);
		json_object_set_new(json, "promise", json_string(s->promise));
		json_object_set_new(json, "promised_leaf", json_string(hash));
		json_object_set_new(
			json, "promised_due_us", json_integer((json_int_t)s->promised.due_us));
	}
	r = canon_dump(json, &text);
	json_decref(json);
	if (!r)
		r = write_whole(s->dir, "leaves", s->leaves->data, s->leaves->len, 0600);
	return r ? r : write_whole(s->dir, "state.json", text->str, text->len, 0600);
}

int cosign_state_keep_signed(const struct cosign_state *s, const GString *note)
{
	return write_whole(s->dir, "checkpoint", note->str, note->len, 0644);
}

int cosign_state_alarm(
	const struct cosign_state *s, const char *kind, const char *text, json_t *evidence)
{
	g_autofree char *path = path_of(s->dir, "alarms.jsonl");
	json_t *row = json_pack("{s:I, s:s, s:s, s:o}", "at_us", (json_int_t)clock_real_us(),
		"kind", kind, "text", text, "evidence", evidence);
	FILE *file = g_fopen(path, "ae");
	int r = file ? 0 : -errno;

	if (file) {
		json_dumpf(row, file, JSON_COMPACT);
		fputc('\n', file);
		if (fflush(file) || fsync(fileno(file)) < 0)
			r = -errno;
		fclose(file);
	}
	json_decref(row);
	return r;
}
