/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/made_ledger.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "proto/hex.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_tree.h"
#include "tests/support/bundle_dir.h"

#define ORIGIN "bundle.test/ledger"
#define COSIGNER "supervisor.test/cosigner"

static const char *const forgeries[N_FORGERIES] = {
	"nothing", "clock", "cosigned-clock", "order", "seat", "twin", "rewritten", "checkpoint"};

static GPtrArray *leaves; /* GBytes, in the ledger's order */
static GHashTable *nodes; /* "level index" -> 32 bytes */
static uint8_t log_seed[ED25519_KEY_LEN] = {1}, cosigner_seed[ED25519_KEY_LEN] = {2};
static struct note_key log_key, cosigner_key;

enum forgery forgery_from_name(const char *name)
{
	enum forgery forge = FORGE_NOTHING;

	while (name && forge < N_FORGERIES && strcmp(forgeries[forge], name) != 0)
		forge++;
	if (forge == N_FORGERIES)
		g_error("no forgery is called %s", name);
	return forge;
}

void made_ledger_begin(void)
{
	uint8_t public_key[ED25519_KEY_LEN];

	check(ed25519_public(log_seed, public_key));
	check(note_key_make(ORIGIN, NOTE_ED25519, public_key, &log_key));
	check(ed25519_public(cosigner_seed, public_key));
	check(note_key_make(COSIGNER, NOTE_COSIGNATURE, public_key, &cosigner_key));
	leaves = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

void made_ledger_end(void)
{
	g_ptr_array_unref(leaves);
	g_clear_pointer(&nodes, g_hash_table_unref);
}

void made_ledger_add(const char *kind, const char *subject, int64_t no, int64_t at_us, json_t *body)
{
	g_autofree char *id = g_strdup_printf("%026" G_GINT64_FORMAT, (gint64)leaves->len);
	struct ledger_event e = {.id = id,
		.kind = kind,
		.actor = "system",
		.subject = subject,
		.subject_no = no,
		.at_us = at_us,
		.real_us = at_us,
		.body = body};
	GBytes *leaf;

	check(ledger_leaf_encode(&e, &leaf));
	json_decref(body);
	g_ptr_array_add(leaves, leaf);
}

static void keep_node(void *ctx, unsigned level, uint64_t index, const uint8_t *hash)
{
	uint64_t *key = g_new(uint64_t, 1);

	*key = (uint64_t)level << 56 | index;
	g_hash_table_replace(nodes, key, g_memdup2(hash, LEDGER_HASH_LEN));
}

static int node_at(void *ctx, unsigned level, uint64_t index, uint8_t *ret)
{
	uint64_t key = (uint64_t)level << 56 | index;
	const void *hash = g_hash_table_lookup(nodes, &key);

	if (hash)
		memcpy(ret, hash, LEDGER_HASH_LEN);
	return hash ? 0 : -ENOENT;
}

static void grow_tree(void)
{
	struct ledger_tree tree = {0};

	g_clear_pointer(&nodes, g_hash_table_unref);
	nodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	for (guint i = 0; i < leaves->len; i++) {
		uint8_t hash[LEDGER_HASH_LEN];
		gsize len;
		const void *leaf = g_bytes_get_data(g_ptr_array_index(leaves, i), &len);
		check(ledger_leaf_hash(leaf, len, hash));
		check(ledger_tree_append(&tree, hash, keep_node, NULL));
	}
}

/* The log's head of the first `size` leaves; with a time also the cosigner's. */
static GString *head_of(uint64_t size, const uint8_t *seed, int64_t cosigned_s)
{
	uint8_t root[LEDGER_HASH_LEN];
	GString *note;

	check(ledger_root_at(size, node_at, NULL, root));
	check(ledger_checkpoint_sign(size, root, &log_key, seed, &note));
	if (cosigned_s)
		check(ledger_checkpoint_cosign(note, &cosigner_key, cosigner_seed, cosigned_s));
	return note;
}

static json_t *proof_json(const struct ledger_proof *proof)
{
	json_t *list = json_array();

	for (size_t i = 0; i < proof->n; i++) {
		g_autofree char *hex = hex_encode(proof->hashes[i], LEDGER_HASH_LEN);
		json_array_append_new(list, json_string(hex));
	}
	return list;
}

static bool is_session(GBytes *leaf)
{
	json_t *object = NULL;
	struct ledger_event e;
	gsize len;
	const void *text = g_bytes_get_data(leaf, &len);

	check(ledger_leaf_decode(text, len, &object, &e));
	bool is = g_str_has_prefix(e.subject, "session:");
	json_decref(object);
	return is;
}

void made_ledger_each(void (*take)(void *user, const struct ledger_event *event), void *user)
{
	for (int session = 1; session >= 0; session--)
		for (guint i = 0; i < leaves->len; i++) {
			json_t *object = NULL;
			struct ledger_event e;
			gsize len;
			const void *text = g_bytes_get_data(g_ptr_array_index(leaves, i), &len);

			check(ledger_leaf_decode(text, len, &object, &e));
			if (g_str_has_prefix(e.subject, "session:") == !!session)
				take(user, &e);
			json_decref(object);
		}
}

static void write_event(FILE *file, guint i)
{
	gsize len;
	const char *leaf = g_bytes_get_data(g_ptr_array_index(leaves, i), &len);
	struct ledger_proof proof;

	check(ledger_prove_inclusion(i, leaves->len, node_at, NULL, &proof));
	json_t *line = json_pack("{s:s%, s:I, s:o}", "leaf", leaf, len, "index", (json_int_t)i,
		"proof", proof_json(&proof));
	check(json_dumpf(line, file, JSON_COMPACT));
	fputc('\n', file);
	json_decref(line);
}

static guint find_chat(guint nth)
{
	for (guint i = 0; i < leaves->len; i++)
		if (strstr(g_bytes_get_data(g_ptr_array_index(leaves, i), NULL), "room.chat") &&
			!nth--)
			return i;
	g_error("the session is too short for this forgery");
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	json_t *x = NULL, *y = NULL;
	struct ledger_event first, second;
	gsize x_len, y_len;
	const void *x_text = g_bytes_get_data(g_ptr_array_index(leaves, *(const guint *)a), &x_len);
	const void *y_text = g_bytes_get_data(g_ptr_array_index(leaves, *(const guint *)b), &y_len);

	check(ledger_leaf_decode(x_text, x_len, &x, &first));
	check(ledger_leaf_decode(y_text, y_len, &y, &second));
	int64_t by = first.subject_no - second.subject_no;
	json_decref(x);
	json_decref(y);
	return by < 0 ? -1 : by > 0;
}

static void write_events(enum forgery forge)
{
	g_autofree char *path = bundle_dir_path("events.jsonl", 0);
	FILE *file = g_fopen(path, "w");

	check(file ? 0 : -errno);
	for (int session = 1; session >= 0; session--) {
		g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
		for (guint i = 0; i < leaves->len; i++)
			if (is_session(g_ptr_array_index(leaves, i)) == !!session)
				g_array_append_val(order, i);
		if (forge == FORGE_ORDER)
			g_array_sort(order, by_number);
		for (guint i = 0; i < order->len; i++)
			write_event(file, g_array_index(order, guint, i));
	}
	check(fclose(file));
}

/* An event of the beginning gets another body, with its place and number. */
static void rewrite(void)
{
	GBytes **leaf = (GBytes **)&leaves->pdata[0];
	json_t *object = NULL;
	struct ledger_event e;
	gsize len;
	const void *text = g_bytes_get_data(*leaf, &len);
	GBytes *forged;

	check(ledger_leaf_decode(text, len, &object, &e));
	json_object_set_new(e.body, "panel_size", json_integer(3));
	check(ledger_leaf_encode(&e, &forged));
	json_decref(object);
	g_bytes_unref(*leaf);
	*leaf = forged;
}

static void swap_chats(void)
{
	gpointer *a = &leaves->pdata[find_chat(0)], *b = &leaves->pdata[find_chat(1)], keep = *a;

	*a = *b;
	*b = keep;
}

static void write_cosigned(const GString *early, const GString *twin)
{
	struct ledger_proof proof;
	g_autofree char *key = note_key_format(&cosigner_key);
	json_t *heads = json_array();
	uint64_t half = leaves->len / 2;

	check(ledger_prove_consistency(half, leaves->len, node_at, NULL, &proof));
	json_array_append_new(
		heads, json_pack("{s:s, s:o}", "note", early->str, "proof", proof_json(&proof)));
	if (twin)
		json_array_append_new(heads, json_pack("{s:s, s:[]}", "note", twin->str, "proof"));
	bundle_dir_write_json(
		"cosigned.json", json_pack("{s:[s], s:o}", "keys", key, "heads", heads));
}

void made_ledger_write(enum forgery forge, int64_t middle_s, int64_t end_s)
{
	static const uint8_t other_seed[ED25519_KEY_LEN] = {9};
	g_autofree char *key = note_key_format(&log_key);
	g_autoptr(GString) early = NULL, twin = NULL, head = NULL;

	if (forge == FORGE_ORDER)
		swap_chats();
	grow_tree();
	early = head_of(leaves->len / 2, log_seed, middle_s);
	if (forge == FORGE_TWIN)
		twin = head_of(leaves->len, log_seed, end_s);
	if (forge == FORGE_TWIN || forge == FORGE_REWRITTEN) {
		rewrite();
		grow_tree();
	}
	/* The twin differs before the early head too; only the head of its size is of interest. */
	if (forge == FORGE_TWIN) {
		g_string_free(early, TRUE);
		early = head_of(leaves->len / 2, log_seed, middle_s);
	}
	head = head_of(leaves->len, forge == FORGE_CHECKPOINT ? other_seed : log_seed, 0);
	bundle_dir_write("key", key, -1);
	bundle_dir_write("checkpoint", head->str, (gssize)head->len);
	write_events(forge);
	write_cosigned(early, twin);
}
