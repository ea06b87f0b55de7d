/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record on disk: a ledger that is whole whatever the events say, and the files beside it. */
#include "tests/unit/server/verify/record_kit_inner.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/json_text.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_tree.h"
#include "server/verify/verify_session.h"

void kit_write_file(const struct record_kit *k, const char *name, const void *bytes, gsize len)
{
	g_autofree char *path = g_build_filename(k->dir, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);

	g_mkdir_with_parents(dir, 0700);
	assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
}

char *kit_read_file(const struct record_kit *k, const char *name, gsize *ret_len)
{
	g_autofree char *path = g_build_filename(k->dir, name, NULL);
	char *bytes = NULL;

	assert_true(g_file_get_contents(path, &bytes, ret_len, NULL));
	return bytes;
}

void kit_remove_file(const struct record_kit *k, const char *name)
{
	g_autofree char *path = g_build_filename(k->dir, name, NULL);

	assert_int_equal(remove(path), 0);
}

static void write_json(const struct record_kit *k, const char *name, const json_t *json)
{
	g_autoptr(GString) text = NULL;

	if (!json)
		return;
	assert_int_equal(canon_dump(json, &text), 0);
	kit_write_file(k, name, text->str, text->len);
}

struct ledger {
	GPtrArray *leaves; /* GBytes * */
	struct ledger_tree tree;
	GHashTable *nodes; /* "level index" -> hash */
};

static void keep_node(
	void *ctx, unsigned level, uint64_t index, const uint8_t hash[LEDGER_HASH_LEN])
{
	g_hash_table_insert(((struct ledger *)ctx)->nodes,
		g_strdup_printf("%u %" G_GUINT64_FORMAT, level, index),
		g_memdup2(hash, LEDGER_HASH_LEN));
}

static int find_node(void *ctx, unsigned level, uint64_t index, uint8_t ret_hash[LEDGER_HASH_LEN])
{
	g_autofree char *name = g_strdup_printf("%u %" G_GUINT64_FORMAT, level, index);
	const uint8_t *hash = g_hash_table_lookup(((struct ledger *)ctx)->nodes, name);

	if (!hash)
		return -ENOENT;
	memcpy(ret_hash, hash, LEDGER_HASH_LEN);
	return 0;
}

static void add_leaf(const struct record_kit *k, struct ledger *l, guint i, GHashTable *numbers)
{
	json_t *event = k->events->pdata[i];
	const char *subject = json_text(event, "subject");
	int no = GPOINTER_TO_INT(g_hash_table_lookup(numbers, subject)) + 1;
	g_autofree char *id = g_strdup_printf("e%u", i);
	struct ledger_event e = {.id = id,
		.kind = json_text(event, "kind"),
		.actor = json_text(event, "actor"),
		.subject = subject,
		.at_us = START_US + i * EVENT_EVERY_US,
		.real_us = START_US + i * EVENT_EVERY_US,
		.body = json_object_get(event, "body")};
	uint8_t hash[LEDGER_HASH_LEN];
	GBytes *leaf = NULL;

	if (json_object_get(event, "no"))
		no = (int)json_integer_value(json_object_get(event, "no"));
	e.subject_no = no;
	g_hash_table_insert(numbers, (gpointer)subject, GINT_TO_POINTER(no));
	assert_int_equal(ledger_leaf_encode(&e, &leaf), 0);
	g_ptr_array_add(l->leaves, leaf);
	ledger_leaf_hash(g_bytes_get_data(leaf, NULL), g_bytes_get_size(leaf), hash);
	assert_int_equal(ledger_tree_append(&l->tree, hash, keep_node, l), 0);
}

static void write_event(GString *lines, struct ledger *l, guint i)
{
	const char *leaf = g_bytes_get_data(l->leaves->pdata[i], NULL);
	json_auto_t *line = json_pack("{s:s%, s:i, s:[]}", "leaf", leaf,
		g_bytes_get_size(l->leaves->pdata[i]), "index", i, "proof");
	g_autoptr(GString) text = NULL;
	struct ledger_proof proof;

	assert_int_equal(ledger_prove_inclusion(i, l->tree.size, find_node, l, &proof), 0);
	for (size_t p = 0; p < proof.n; p++)
		json_array_append_new(json_object_get(line, "proof"), kit_hex(proof.hashes[p]));
	assert_int_equal(canon_dump(line, &text), 0);
	g_string_append_len(lines, text->str, (gssize)text->len);
	g_string_append_c(lines, '\n');
}

static void write_ledger(const struct record_kit *k)
{
	struct ledger l = {0};
	g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GString) lines = g_string_new(NULL), note = NULL;
	uint8_t root[LEDGER_HASH_LEN];

	l.leaves = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	l.nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < k->events->len; i++)
		add_leaf(k, &l, i, numbers);
	for (guint i = 0; i < k->events->len; i++)
		write_event(lines, &l, i);
	assert_int_equal(ledger_tree_root(&l.tree, root), 0);
	assert_int_equal(
		ledger_checkpoint_sign(l.tree.size, root, &k->key, kit_log_seed, &note), 0);
	kit_write_file(k, "events.jsonl", lines->str, lines->len);
	kit_write_file(k, "checkpoint", note->str, note->len);
	g_ptr_array_unref(l.leaves);
	g_hash_table_unref(l.nodes);
}

void kit_write(const struct record_kit *k)
{
	json_auto_t *session = json_pack("{s:s, s:s, s:s}", "form", "bidroom.session.v1",
		"session_id", KIT_SESSION, "title", "评标会");

	write_ledger(k);
	write_json(k, "session.json", session);
	write_json(k, "draw.json", k->draw);
	write_json(k, "sheets.json", k->sheets);
	write_json(k, "results.json", k->results);
	write_json(k, "report.json", k->report);
	kit_write_file(k, "report.pdf", k->pdf->str, k->pdf->len);
	if (k->signed_pdf)
		kit_write_file(k, "report-signed.pdf", g_bytes_get_data(k->signed_pdf, NULL),
			g_bytes_get_size(k->signed_pdf));
	kit_write_file(k, "reels/1.webm", k->reel->data, k->reel->len);
	kit_write_file(k, "reels/1.idx", k->index->data, k->index->len);
}

int kit_verify(struct record_kit *k)
{
	struct findings findings = {0};
	size_t len;
	int r;

	g_clear_pointer(&k->out, free);
	findings.out = open_memstream(&k->out, &len);
	r = verify_session(k->dir, &k->key, &findings);
	fclose(findings.out);
	return r ? r : (int)findings.n_faults;
}
