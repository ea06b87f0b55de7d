/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cosigner who is answered anything, in three rounds one after the other. The input is files (see
 * files.h), each for one round and those after it:
 *
 *	1/checkpoint, 1/tile/0/000, 1/tile/entries/000.p/3 …    as the server gives them
 *	1/size       instead of a checkpoint: the log signs a head of this size over its tiles
 *	1/answer     to the cosignature; 1/refused: the same, but it is not taken
 *	1/promise    instead of an answer: the log's promise for this leaf; a '!' before: overdue
 *
 * A tile that is not given is made from the entries, so that a log that lies in one thing alone can
 * be written down. Whatever comes, nothing checked is forgotten, nothing unchecked signed, and what
 * is found is written down with its evidence.
 */
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/ledger_leaf.h"
#include "proto/ledger_tile.h"
#include "server/admin/cosign_round.h"
#include "server/core/clock.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_ROUNDS 3
#define TILES_MAX 4 /* of a head that the log signs over them */
#define KEY_FILE            \
	"outside.example\n" \
	"0200000000000000000000000000000000000000000000000000000000000000\n"

static const uint8_t log_seed[ED25519_KEY_LEN] = {1};

struct server {
	GHashTable *files; /* "1/size" → GBytes */
	int round;
	struct note_key key;
	struct cosign_state *state;
	bool handed_in, head_shown;
};

static void keep(void *user, const char *name, const char *bytes, gsize len)
{
	g_hash_table_replace(user, g_strdup(name), g_bytes_new(bytes, len));
}

/* The newest file of this name up to the round; borrowed. */
static GBytes *find(struct server *s, const char *name)
{
	for (int round = s->round; round >= 1; round--) {
		g_autofree char *key = g_strdup_printf("%d/%s", round, name);
		GBytes *bytes = g_hash_table_lookup(s->files, key);

		if (bytes)
			return bytes;
	}
	return NULL;
}

static char *text_of(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return g_strndup(data, len);
}

/* --- What an honest log does of itself --------------------------------------------------- */

static GBytes *tile_from_entries(GBytes *entries)
{
	GByteArray *tile = g_byte_array_new();
	struct ledger_entry e;
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(entries, &len);
	size_t at = 0;

	while (at < len && ledger_bundle_next(bytes, len, &at, &e) == 0) {
		if (e.leaf)
			g_assert(ledger_leaf_hash(e.leaf, e.leaf_len, e.hash) == 0);
		g_byte_array_append(tile, e.hash, LEDGER_HASH_LEN);
	}
	return g_byte_array_free_to_bytes(tile);
}

/* New, or NULL: there is none. */
static GBytes *file_of(struct server *s, const char *name)
{
	static const char tile[] = "tile/0/";
	GBytes *given = find(s, name);

	if (given)
		return g_bytes_ref(given);
	if (!g_str_has_prefix(name, tile))
		return NULL;
	g_autofree char *entries = g_strconcat("tile/entries/", name + strlen(tile), NULL);
	given = find(s, entries);
	return given ? tile_from_entries(given) : NULL;
}

static void tree_grow(struct server *s, struct ledger_tree *tree, uint64_t size)
{
	while (tree->size < size) {
		uint64_t index = tree->size / LEDGER_TILE_WIDTH;
		uint64_t width = MIN(size - tree->size, LEDGER_TILE_WIDTH);
		const struct ledger_tile t = {.index = index, .width = (unsigned)width};
		char name[LEDGER_TILE_PATH_SIZE];
		g_autoptr(GBytes) tile = file_of(s, ledger_tile_path(&t, name));
		gsize len;
		const uint8_t *hash = tile ? g_bytes_get_data(tile, &len) : NULL;

		if (!tile || len < width * LEDGER_HASH_LEN)
			return;
		for (uint64_t i = 0; i < width; i++, hash += LEDGER_HASH_LEN)
			g_assert(ledger_tree_append(tree, hash, NULL, NULL) == 0);
	}
}

static GBytes *signed_head(struct server *s, GBytes *size_file)
{
	g_autofree char *text = text_of(size_file);
	uint64_t size = g_ascii_strtoull(text, NULL, 10);
	struct ledger_tree tree = {0};
	uint8_t root[LEDGER_HASH_LEN];
	GString *note = NULL;

	if (size <= (uint64_t)TILES_MAX * LEDGER_TILE_WIDTH)
		tree_grow(s, &tree, size);
	g_assert(ledger_tree_root(&tree, root) == 0);
	if (ledger_checkpoint_sign(size, root, &s->key, log_seed, &note) != 0)
		return NULL;
	return g_string_free_to_bytes(note);
}

static GBytes *answer_with_promise(struct server *s, GBytes *promised)
{
	g_autofree char *text = text_of(promised), *promise = NULL;
	bool overdue = text[0] == '!';
	int64_t now_us = clock_real_us();
	struct ledger_promise p = {
		.made_us = 1, .due_us = overdue ? 2 : now_us + 60 * CLOCK_SECOND_US};

	g_assert(ledger_leaf_hash(text + overdue, strlen(text + overdue), p.leaf_hash) == 0);
	g_assert(ledger_promise_build(&p, &s->key, log_seed, &promise) == 0);
	json_auto_t *json = json_pack("{s:[{s:s}]}", "events", "promise", promise);
	char *answer = json_dumps(json, JSON_COMPACT);
	GBytes *bytes = g_bytes_new(answer, strlen(answer));

	free(answer);
	return bytes;
}

/* --- The line to it -------------------------------------------------------------------------- */

/* What is handed in is the log's head with our line, and on the disk. */
static void check_handed_in(struct server *s, const char *post)
{
	json_auto_t *json = json_loads(post, JSON_REJECT_DUPLICATES, NULL);
	const char *text = json_string_value(json_object_get(json, "note"));
	g_autofree char *path = g_build_filename(s->state->dir, "checkpoint", NULL), *kept = NULL;
	uint8_t root[LEDGER_HASH_LEN];
	struct ledger_checkpoint head;
	struct note note;

	g_assert(text && ledger_checkpoint_open(text, strlen(text), &s->key, &head) == 0);
	g_assert(note_parse(text, strlen(text), &note) == 0);
	g_assert(note_verify(&note, &s->state->key, NULL) == 0);
	g_assert(ledger_tree_root(&s->state->tree, root) == 0);
	g_assert(head.size == s->state->tree.size && memcmp(head.root, root, sizeof(root)) == 0);
	g_assert(g_file_get_contents(path, &kept, NULL, NULL) && g_str_equal(kept, text));
	s->handed_in = true;
}

static GBytes *answer_of(struct server *s, const char *post, int *ret_status)
{
	GBytes *refused = find(s, "refused"), *promised = find(s, "promise");
	GBytes *answer = find(s, "answer");

	check_handed_in(s, post);
	*ret_status = refused ? 409 : 200;
	if (refused)
		return g_bytes_ref(refused);
	if (promised)
		return answer_with_promise(s, promised);
	return answer ? g_bytes_ref(answer) : NULL;
}

static int ask(void *line, const char *path, const char *post, size_t max, int *ret_status,
	GBytes **ret_body)
{
	static const char ledger[] = "/ledger/";
	struct server *s = line;
	GBytes *size = find(s, "size"), *body;

	*ret_status = 200;
	if (post) {
		g_assert_cmpstr(path, ==, "/api/v1/ledger/cosignatures");
		body = answer_of(s, post, ret_status);
	} else {
		g_assert(g_str_has_prefix(path, ledger));
		const char *name = path + strlen(ledger);
		body = size && g_str_equal(name, "checkpoint") ? signed_head(s, size)
							       : file_of(s, name);
	}
	if (body && g_bytes_get_size(body) > max) {
		g_bytes_unref(body);
		return -EFBIG;
	}
	if (!body && post)
		return -EIO;
	s->head_shown |= body && g_str_equal(path, "/ledger/checkpoint");
	*ret_status = body ? *ret_status : 404;
	*ret_body = body ? body : g_bytes_new(NULL, 0);
	return 0;
}

/* --- A round ------------------------------------------------------------------------------- */

/* The last line says what was found, and holds the head if one was shown. */
static void check_alarm(const struct server *s, const struct cosign_round *r, unsigned n)
{
	g_autofree char *path = g_build_filename(s->state->dir, "alarms.jsonl", NULL), *text = NULL;

	g_assert(r->alarm && r->text && g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, n + 1);
	json_auto_t *row = json_loads(lines[n - 1], JSON_REJECT_DUPLICATES, NULL);
	const json_t *evidence = json_object_get(row, "evidence");
	g_assert_cmpstr(json_string_value(json_object_get(row, "kind")), ==, r->alarm);
	g_assert_cmpstr(json_string_value(json_object_get(row, "text")), ==, r->text);
	g_assert(s->head_shown == (json_is_string(json_object_get(evidence, "now")) ||
					  json_is_string(json_object_get(evidence, "now_hex"))));
}

static void check_text(const char *text)
{
	g_assert(g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p; p++)
		g_assert((unsigned char)*p >= 0x20 && *p != 0x7f);
}

/* What the next round begins with is what is on the disk. */
static void open_again(struct cosign_state *s)
{
	uint64_t size = s->tree.size;
	const char *dir = s->dir;
	g_autoptr(GByteArray) leaves = g_byte_array_ref(s->leaves);

	cosign_state_done(s);
	g_assert(cosign_state_open(dir, s) == 0);
	g_assert(s->tree.size == size && s->leaves->len == size * LEDGER_HASH_LEN);
	g_assert(leaves->len == s->leaves->len);
	g_assert(!leaves->len || memcmp(leaves->data, s->leaves->data, leaves->len) == 0);
}

static void play(struct server *s)
{
	unsigned n_alarms = 0;

	for (s->round = 1; s->round <= N_ROUNDS; s->round++) {
		struct cosign_round round = {.ask = ask,
			.line = s,
			.state = s->state,
			.log_key = &s->key,
			.heartbeat_us = 0};
		uint64_t size = s->state->tree.size;

		s->handed_in = s->head_shown = false;
		int r = cosign_round(&round);
		g_assert((r >= COSIGN_SIGNED && r <= COSIGN_REFUSED) || r == -EIO || r == -EBADMSG);
		g_assert(s->state->tree.size >= size);
		if (r == COSIGN_ALARM)
			check_alarm(s, &round, ++n_alarms);
		if (round.text)
			check_text(round.text);
		g_assert(r == COSIGN_SIGNED || r == COSIGN_REFUSED ? s->handed_in : true);
		g_assert(r == COSIGN_ALARM || r == COSIGN_NOTHING_NEW ? !s->handed_in : true);
		g_free(round.text);
		open_again(s->state);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = g_dir_make_tmp("fuzz-XXXXXX", NULL);
	g_autofree char *key = g_build_filename(dir, "key", NULL);
	uint8_t public_key[ED25519_KEY_LEN];
	struct cosign_state state;
	struct server s = {.state = &state,
		.files = g_hash_table_new_full(
			g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref)};

	g_assert(ed25519_public(log_seed, public_key) == 0);
	g_assert(note_key_make("example.org/log", NOTE_ED25519, public_key, &s.key) == 0);
	g_assert(g_file_set_contents_full(key, KEY_FILE, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	g_assert(cosign_state_open(dir, &state) == 0);
	files_each(data, size, keep, s.files);
	play(&s);
	cosign_state_done(&state);
	g_hash_table_unref(s.files);
	files_remove(dir);
	return 0;
}
