/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_ledger.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_tile.h"
#include "proto/ledger_tree.h"

#define N_LEAVES 300 /* a full tile, a part of one, and one above them */

static const uint8_t seed[ED25519_KEY_LEN] = {1};

/* An export in memory: file name -> GByteArray. */
struct export
{
	char *dir, *out;
	struct note_key key;
	GHashTable *files;
	struct ledger_tree tree;
	unsigned hidden; /* leaves of which only the hash is shown, one in so many; 0: none */
};

static GByteArray *file_of(struct export *x, const char *name)
{
	GByteArray *file = g_hash_table_lookup(x->files, name);

	if (!file) {
		file = g_byte_array_new();
		g_hash_table_insert(x->files, g_strdup(name), file);
	}
	return file;
}

static GByteArray *tile_file(struct export *x, bool entries, unsigned level, uint64_t index)
{
	uint64_t nodes = (uint64_t)N_LEAVES >> (8 * level);
	struct ledger_tile tile = {.entries = entries,
		.level = level,
		.index = index,
		.width = (unsigned)MIN(nodes - index * LEDGER_TILE_WIDTH, LEDGER_TILE_WIDTH)};
	char name[LEDGER_TILE_PATH_SIZE];

	return file_of(x, ledger_tile_path(&tile, name));
}

static void keep_node(
	void *ctx, unsigned level, uint64_t index, const uint8_t hash[LEDGER_HASH_LEN])
{
	if (level % 8 == 0)
		g_byte_array_append(tile_file(ctx, false, level / 8, index / LEDGER_TILE_WIDTH),
			hash, LEDGER_HASH_LEN);
}

static void add_leaf(struct export *x, unsigned i)
{
	g_autofree char *id = g_strdup_printf("e%u", i);
	json_auto_t *body = json_pack("{s:i}", "i", i);
	struct ledger_event e = {.id = id,
		.kind = "test.event",
		.actor = "system",
		.subject = i % 2 ? "odd" : "even",
		.subject_no = i / 2 + 1,
		.at_us = 1,
		.real_us = 1,
		.body = body};
	g_autoptr(GBytes) leaf = NULL;
	struct ledger_entry entry = {0};

	assert_int_equal(ledger_leaf_encode(&e, &leaf), 0);
	entry.leaf = g_bytes_get_data(leaf, &entry.leaf_len);
	ledger_leaf_hash(entry.leaf, entry.leaf_len, entry.hash);
	assert_int_equal(ledger_tree_append(&x->tree, entry.hash, keep_node, x), 0);
	if (x->hidden && i % x->hidden == 0)
		entry.leaf = NULL;
	ledger_bundle_append(tile_file(x, true, 0, i / LEDGER_TILE_WIDTH), &entry);
}

static void add_head(struct export *x)
{
	uint8_t root[LEDGER_HASH_LEN];
	g_autoptr(GString) note = NULL;

	ledger_tree_root(&x->tree, root);
	assert_int_equal(ledger_checkpoint_sign(x->tree.size, root, &x->key, seed, &note), 0);
	g_autofree char *line =
		g_strdup_printf("size %" G_GUINT64_FORMAT " bytes %zu\n", x->tree.size, note->len);

	g_byte_array_append(file_of(x, "checkpoints"), (uint8_t *)line, (guint)strlen(line));
	g_byte_array_append(file_of(x, "checkpoints"), (uint8_t *)note->str, (guint)note->len);
	g_byte_array_set_size(file_of(x, "checkpoint"), 0);
	g_byte_array_append(file_of(x, "checkpoint"), (uint8_t *)note->str, (guint)note->len);
}

static void put_text(struct export *x, const char *name, const char *text)
{
	g_byte_array_set_size(file_of(x, name), 0);
	g_byte_array_append(file_of(x, name), (const uint8_t *)text, (guint)strlen(text));
}

static struct export *export_new(unsigned hidden)
{
	struct export *x = g_new0(struct export, 1);
	uint8_t key[ED25519_KEY_LEN];

	x->hidden = hidden;
	x->dir = g_dir_make_tmp("ledger-XXXXXX", NULL);
	x->files = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_byte_array_unref);
	ed25519_public(seed, key);
	assert_int_equal(note_key_make("example.org/log", NOTE_ED25519, key, &x->key), 0);
	for (unsigned i = 0; i < N_LEAVES; i++) {
		add_leaf(x, i);
		if (i % 100 == 50 || i == N_LEAVES - 1)
			add_head(x);
	}
	put_text(x, "export.json", hidden ? "{\"full\":false}" : "{\"full\":true}");
	return x;
}

/* Writes the files and verifies them: the number of faults, or negative errno. */
static int check(struct export *x)
{
	struct findings findings = {0};
	GHashTableIter i;
	gpointer name, bytes;
	size_t len;
	int r;

	g_hash_table_iter_init(&i, x->files);
	while (g_hash_table_iter_next(&i, &name, &bytes)) {
		const GByteArray *file = bytes;
		g_autofree char *path = g_build_filename(x->dir, name, NULL);
		g_autofree char *dir = g_path_get_dirname(path);

		g_mkdir_with_parents(dir, 0700);
		assert_true(g_file_set_contents(path, (char *)file->data, file->len, NULL));
	}
	g_clear_pointer(&x->out, free);
	findings.out = open_memstream(&x->out, &len);
	r = verify_ledger(x->dir, &x->key, &findings);
	fclose(findings.out);
	return r ? r : (int)findings.n_faults;
}

static void export_free(struct export *x)
{
	g_autofree char *command = g_strdup_printf("rm -r '%s'", x->dir);

	assert_int_equal(system(command), 0);
	g_hash_table_unref(x->files);
	free(x->out);
	g_free(x->dir);
	g_free(x);
}

static void test_whole(void **state)
{
	for (unsigned hidden = 0; hidden < 3; hidden++) {
		struct export *x = export_new(hidden);

		if (check(x) != 0)
			fail_msg("%s", x->out);
		assert_non_null(strstr(x->out, "300 events, 4 signed heads"));
		export_free(x);
	}
}

/* --- What may be wrong -------------------------------------------------------------------------
 */

static char *find_leaf(struct export *x, const char *body)
{
	GByteArray *file = file_of(x, "tile/entries/000");
	char *at = memmem(file->data, file->len, body, strlen(body));

	assert_non_null(at);
	return at;
}

static void flip_leaf(struct export *x)
{
	*find_leaf(x, "{\"i\":3}") = ' ';
}

/* Another event, as lawful as the one that stood there. */
static void another_leaf(struct export *x)
{
	find_leaf(x, "{\"i\":7}")[5] = '8';
}

static void flip_tile(struct export *x)
{
	file_of(x, "tile/0/001.p/44")->data[40] ^= 1;
}

static void flip_upper_tile(struct export *x)
{
	file_of(x, "tile/1/000.p/1")->data[0] ^= 1;
}

static void flip_head(struct export *x)
{
	GByteArray *file = file_of(x, "checkpoints");

	file->data[file->len - 60] ^= 1;
}

static void no_tile(struct export *x)
{
	g_hash_table_remove(x->files, "tile/0/000");
}

static void no_bundle(struct export *x)
{
	g_hash_table_remove(x->files, "tile/entries/001.p/44");
}

static void short_tile(struct export *x)
{
	g_byte_array_set_size(file_of(x, "tile/0/000"), 8000);
}

static void cut_bundle(struct export *x)
{
	GByteArray *file = file_of(x, "tile/entries/001.p/44");

	g_byte_array_set_size(file, file->len - 3);
}

static void long_bundle(struct export *x)
{
	g_byte_array_append(file_of(x, "tile/entries/001.p/44"), (const uint8_t *)"xy", 2);
}

static void heads_twice(struct export *x)
{
	GByteArray *file = file_of(x, "checkpoints");
	g_autofree uint8_t *copy = g_memdup2(file->data, file->len);

	g_byte_array_append(file, copy, file->len);
}

static void heads_cut(struct export *x)
{
	GByteArray *file = file_of(x, "checkpoints");

	g_byte_array_set_size(file, file->len - 1);
}

static void heads_of_nonsense(struct export *x)
{
	put_text(x, "checkpoints", "size 1 bytes 18446744073709551615\n");
}

static void no_manifest(struct export *x)
{
	put_text(x, "export.json", "{");
}

static const struct {
	const char *what;
	unsigned hidden;
	void (*alter)(struct export *x);
	const char *said;
} faults[] = {
	{"a byte of an event", 0, flip_leaf, "the leaf is no canonical event"},
	{"another event", 0, another_leaf, "the event was altered: it has another hash"},
	{"a byte of a tile", 0, flip_tile, "the hash at byte 32"},
	{"a byte of a tile above", 0, flip_upper_tile, "tile/1/000.p/1: the hash at byte 0"},
	{"a byte of a head", 0, flip_head, "checkpoint of size 300: "},
	{"no tile", 0, no_tile, "tile/0/000: the tile is missing"},
	{"no bundle", 0, no_bundle, "the entry bundle is missing"},
	{"a short tile", 0, short_tile, "the tile has 8000 bytes instead of 8192"},
	{"a bundle cut short", 0, cut_bundle, "ends within entry 43"},
	{"a bundle too long", 0, long_bundle, "2 bytes follow the last entry"},
	{"heads twice", 0, heads_twice, "checkpoints are not in order"},
	{"heads cut short", 0, heads_cut, "checkpoints: unreadable at byte"},
	{"heads of nonsense", 0, heads_of_nonsense, "checkpoints: unreadable at byte 0"},
	{"no manifest", 0, no_manifest, "export.json: is not JSON"},
};

static void test_faults(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		struct export *x = export_new(faults[i].hidden);

		faults[i].alter(x);
		if (check(x) <= 0 || !strstr(x->out, faults[i].said))
			fail_msg("%s: \"%s\" is not said:\n%s", faults[i].what, faults[i].said,
				x->out ? x->out : "");
		export_free(x);
	}
}

/* Who says that every leaf is shown must show it. */
static void test_hidden_in_a_full_export(void **state)
{
	struct export *x = export_new(5);

	put_text(x, "export.json", "{\"full\":true}");
	assert_true(check(x) >= 60);
	assert_non_null(strstr(x->out, "only its hash is left"));
	export_free(x);
}

static void test_another_key_and_no_export(void **state)
{
	struct export *x = export_new(0);
	const uint8_t other[ED25519_KEY_LEN] = {9};
	uint8_t key[ED25519_KEY_LEN];

	ed25519_public(other, key);
	note_key_make("example.org/log", NOTE_ED25519, key, &x->key);
	assert_true(check(x) > 0);
	g_free(x->dir);
	x->dir = g_dir_make_tmp("ledger-XXXXXX", NULL);
	g_hash_table_remove_all(x->files);
	assert_int_equal(check(x), -ENOENT);
	export_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_hidden_in_a_full_export),
		cmocka_unit_test(test_another_key_and_no_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
