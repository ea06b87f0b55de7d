/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_tile.h"
#include "proto/ledger_tree.h"

/* A signed head to be met on the way up. */
struct head {
	uint64_t size;
	uint8_t root[LEDGER_HASH_LEN];
};

struct check {
	const char *dir;
	const struct note_key *key;
	struct findings *findings;
	bool full; /* every leaf must be shown */
	uint64_t size;
	GArray *heads; /* struct head, ascending */
	guint next_head;
	struct ledger_tree tree;
	GHashTable *subjects; /* subject -> last number */
	/* The tiles under way, one per level, and how far each was compared. */
	struct {
		char *bytes;
		gsize len;
		uint64_t tile;
		bool loaded, missing;
	} levels[LEDGER_TILE_LEVEL_MAX + 1];
};

static char *tile_path(const struct check *c, const struct ledger_tile *tile)
{
	char name[LEDGER_TILE_PATH_SIZE];

	return g_build_filename(c->dir, ledger_tile_path(tile, name), NULL);
}

static unsigned tile_width(const struct check *c, unsigned level, uint64_t index)
{
	uint64_t nodes = c->size >> (8 * level), first = index * LEDGER_TILE_WIDTH;

	return (unsigned)MIN(nodes - first, LEDGER_TILE_WIDTH);
}

static void load_tile(struct check *c, unsigned level, uint64_t index)
{
	struct ledger_tile tile = {
		.level = level, .index = index, .width = tile_width(c, level, index)};
	g_autofree char *path = tile_path(c, &tile);

	g_clear_pointer(&c->levels[level].bytes, g_free);
	c->levels[level].loaded = true;
	c->levels[level].tile = index;
	c->levels[level].missing =
		!g_file_get_contents(path, &c->levels[level].bytes, &c->levels[level].len, NULL);
	if (c->levels[level].missing)
		finding_fault(c->findings, path, "the tile is missing");
	else if (c->levels[level].len != (gsize)tile.width * LEDGER_HASH_LEN)
		finding_fault(c->findings, path, "the tile has %zu bytes instead of %zu",
			c->levels[level].len, (gsize)tile.width * LEDGER_HASH_LEN);
}

/* Every complete node of a tile level, computed from the leaves, against the tile's bytes. */
static void compare_node(
	void *ctx, unsigned level, uint64_t index, const uint8_t hash[LEDGER_HASH_LEN])
{
	struct check *c = ctx;
	unsigned tile_level = level / 8;
	gsize at = (gsize)(index % LEDGER_TILE_WIDTH) * LEDGER_HASH_LEN;

	if (level % 8)
		return;
	if (!c->levels[tile_level].loaded ||
		c->levels[tile_level].tile != index / LEDGER_TILE_WIDTH)
		load_tile(c, tile_level, index / LEDGER_TILE_WIDTH);
	if (c->levels[tile_level].missing || at + LEDGER_HASH_LEN > c->levels[tile_level].len)
		return;
	if (memcmp(c->levels[tile_level].bytes + at, hash, LEDGER_HASH_LEN) != 0) {
		struct ledger_tile tile = {.level = tile_level,
			.index = index / LEDGER_TILE_WIDTH,
			.width = tile_width(c, tile_level, index / LEDGER_TILE_WIDTH)};
		g_autofree char *path = tile_path(c, &tile);
		finding_fault(c->findings, path,
			"the hash at byte %zu (node %u/%" PRIu64 ") is not that of its leaves", at,
			level, index);
	}
}

/* Leaves of one subject are numbered from 1 without a gap; in a public export some are hidden. */
static void check_number(struct check *c, const char *place, const struct ledger_event *e)
{
	int64_t *last = g_hash_table_lookup(c->subjects, e->subject);

	if (!last) {
		last = g_new0(int64_t, 1);
		g_hash_table_insert(c->subjects, g_strdup(e->subject), last);
	}
	if (c->full && e->subject_no != *last + 1)
		finding_fault(c->findings, place,
			"number %" PRId64 " of %s comes after number %" PRId64, e->subject_no,
			e->subject, *last);
	else if (e->subject_no <= *last)
		finding_fault(c->findings, place,
			"number %" PRId64 " of %s comes after number %" PRId64, e->subject_no,
			e->subject, *last);
	*last = MAX(*last, e->subject_no);
}

static void check_leaf(struct check *c, uint64_t index, const struct ledger_entry *entry,
	uint8_t ret_hash[static 32])
{
	g_autofree char *place = g_strdup_printf("leaf %" PRIu64, index);
	json_t *object = NULL;
	struct ledger_event e;

	memcpy(ret_hash, entry->hash, LEDGER_HASH_LEN);
	if (!entry->leaf) {
		if (c->full)
			finding_fault(c->findings, place,
				"the event is missing or unreadable; only its hash is left");
		return;
	}
	if (ledger_leaf_hash(entry->leaf, entry->leaf_len, ret_hash) != 0 ||
		ledger_leaf_decode(entry->leaf, entry->leaf_len, &object, &e) != 0) {
		finding_fault(c->findings, place, "the leaf is no canonical event");
		return;
	}
	g_free(place);
	place = g_strdup_printf("leaf %" PRIu64 " (event %s, %s, %s no %" PRId64 ")", index, e.id,
		e.kind, e.subject, e.subject_no);
	check_number(c, place, &e);
	/* The tile holds what was signed for this place. */
	if (!c->levels[0].loaded || c->levels[0].tile != index / LEDGER_TILE_WIDTH)
		load_tile(c, 0, index / LEDGER_TILE_WIDTH);
	gsize at = (gsize)(index % LEDGER_TILE_WIDTH) * LEDGER_HASH_LEN;
	if (!c->levels[0].missing && at + LEDGER_HASH_LEN <= c->levels[0].len &&
		memcmp(c->levels[0].bytes + at, ret_hash, LEDGER_HASH_LEN) != 0)
		finding_fault(c->findings, place, "the event was altered: it has another hash");
	json_decref(object);
}

/* At the size of each signed head the tree must have its root. */
static void meet_heads(struct check *c)
{
	while (c->next_head < c->heads->len) {
		const struct head *head = &g_array_index(c->heads, struct head, c->next_head);
		uint8_t root[LEDGER_HASH_LEN];
		if (head->size > c->tree.size)
			return;
		c->next_head++;
		if (head->size < c->tree.size || ledger_tree_root(&c->tree, root) != 0)
			continue;
		if (memcmp(root, head->root, LEDGER_HASH_LEN) != 0) {
			g_autofree char *place =
				g_strdup_printf("checkpoint of size %" PRIu64, head->size);
			finding_fault(c->findings, place, "the leaves do not lead to its root");
		}
	}
}

static int check_bundle(struct check *c, uint64_t bundle)
{
	struct ledger_tile tile = {
		.entries = true, .index = bundle, .width = tile_width(c, 0, bundle)};
	g_autofree char *path = tile_path(c, &tile);
	g_autofree char *bytes = NULL;
	gsize len;
	size_t at = 0;

	if (!g_file_get_contents(path, &bytes, &len, NULL)) {
		finding_fault(c->findings, path, "the entry bundle is missing");
		return -ENOENT;
	}
	for (unsigned i = 0; i < tile.width; i++) {
		struct ledger_entry entry;
		uint8_t hash[LEDGER_HASH_LEN];
		if (ledger_bundle_next((const uint8_t *)bytes, len, &at, &entry) != 0) {
			finding_fault(c->findings, path, "ends within entry %u at byte %zu", i, at);
			return -EBADMSG;
		}
		check_leaf(c, bundle * LEDGER_TILE_WIDTH + i, &entry, hash);
		if (ledger_tree_append(&c->tree, hash, compare_node, c) != 0)
			return -EIO;
		meet_heads(c);
	}
	if (at != len)
		finding_fault(c->findings, path, "%zu bytes follow the last entry", len - at);
	return 0;
}

static int add_head(struct check *c, const char *place, const char *note, size_t len)
{
	struct ledger_checkpoint checkpoint;
	struct head head;
	int r = ledger_checkpoint_open(note, len, c->key, &checkpoint);

	if (r) {
		finding_fault(c->findings, place, "%s", ledger_refusal_code(r));
		return r;
	}
	head.size = checkpoint.size;
	memcpy(head.root, checkpoint.root, sizeof(head.root));
	if (c->heads->len &&
		g_array_index(c->heads, struct head, c->heads->len - 1).size >= head.size)
		finding_fault(c->findings, place, "checkpoints are not in order");
	g_array_append_val(c->heads, head);
	return 0;
}

/* Reads "size <n> bytes <m>\n"; the bytes it takes, 0 if it is not one. */
static gsize read_heads_line(const char *text, gsize len, uint64_t *ret_size, gsize *ret_note_len)
{
	const char *newline = memchr(text, '\n', MIN(len, 64));
	g_autofree char *line = newline ? g_strndup(text, (gsize)(newline - text)) : NULL;
	int used = 0;

	if (!line ||
		sscanf(line, "size %" SCNu64 " bytes %zu%n", ret_size, ret_note_len, &used) != 2)
		return 0;
	return line[used] == '\0' ? (gsize)(newline - text) + 1 : 0;
}

/* Such a line and m bytes of note, again and again. */
static void read_heads(struct check *c)
{
	g_autofree char *path = g_build_filename(c->dir, "checkpoints", NULL);
	g_autofree char *text = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL)) {
		finding_note(c->findings, path, "no earlier checkpoints in this record");
		return;
	}
	for (gsize at = 0; at < len;) {
		uint64_t size;
		gsize note_len, head_len = read_heads_line(text + at, len - at, &size, &note_len);
		if (!head_len || note_len > len - at - head_len) {
			finding_fault(c->findings, path, "unreadable at byte %zu", at);
			return;
		}
		g_autofree char *place =
			g_strdup_printf("%s, checkpoint of size %" PRIu64, path, size);
		add_head(c, place, text + at + head_len, note_len);
		at += head_len + note_len;
	}
}

static int read_last_head(struct check *c)
{
	g_autofree char *path = g_build_filename(c->dir, "checkpoint", NULL);
	g_autofree char *note = NULL;
	struct ledger_checkpoint last;
	gsize len;

	if (!g_file_get_contents(path, &note, &len, NULL))
		return -ENOENT;
	int r = ledger_checkpoint_open(note, len, c->key, &last);
	if (r) {
		finding_fault(c->findings, path, "%s", ledger_refusal_code(r));
		return 1;
	}
	c->size = last.size;
	if (!c->heads->len ||
		g_array_index(c->heads, struct head, c->heads->len - 1).size < last.size)
		return add_head(c, path, note, len) ? 1 : 0;
	return 0;
}

static void read_manifest(struct check *c)
{
	g_autofree char *path = g_build_filename(c->dir, "export.json", NULL);
	g_autofree char *text = NULL;
	json_t *json = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return;
	if (canon_load(text, len, 65536, &json, NULL) == 0)
		c->full = json_is_true(json_object_get(json, "full"));
	else
		finding_fault(c->findings, path, "is not JSON");
	json_decref(json);
}

int verify_ledger(const char *dir, const struct note_key *key, struct findings *findings)
{
	struct check c = {.dir = dir, .key = key, .findings = findings};
	int r;

	c.heads = g_array_new(FALSE, FALSE, sizeof(struct head));
	c.subjects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	read_manifest(&c);
	read_heads(&c);
	r = read_last_head(&c);
	for (uint64_t bundle = 0; !r && bundle * LEDGER_TILE_WIDTH < c.size; bundle++)
		r = check_bundle(&c, bundle);
	if (!r && findings->n_faults == 0)
		finding_note(findings, dir, "%" PRIu64 " events, %u signed heads, %u subjects%s",
			c.size, c.heads->len, g_hash_table_size(c.subjects),
			c.full ? ", every leaf" : "");
	for (unsigned i = 0; i <= LEDGER_TILE_LEVEL_MAX; i++)
		g_free(c.levels[i].bytes);
	g_array_unref(c.heads);
	g_hash_table_unref(c.subjects);
	return r < 0 && !findings->n_faults ? r : 0;
}
