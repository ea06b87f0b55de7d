/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/admin/cosign_round.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_tile.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/core/id.h"
#include "server/core/printable.h"

#define NOTE_BYTES_MAX ((size_t)64 << 10)
#define TILE_BYTES (LEDGER_TILE_WIDTH * LEDGER_HASH_LEN)
#define BUNDLE_BYTES_MAX ((size_t)LEDGER_TILE_WIDTH * (2 + LEDGER_LEAF_MAX))
#define ANSWER_BYTES_MAX ((size_t)64 << 10)
#define ANSWER_SHOWN_MAX 300
/* Old tiles looked at again in each round, so that what was checked once is not safe for ever. */
#define N_SPOTS 2
/* Clocks differ a little. */
#define LATE_US (10 * CLOCK_SECOND_US)

/* A round's work on the way. */
struct work {
	struct cosign_round *r;
	char *note; /* the head as fetched, note_len bytes of anything */
	gsize note_len;
	struct ledger_checkpoint head;
	GByteArray *fresh; /* hashes of the leaves behind the old tree */
};

/* What is no text is evidence all the same. */
static void add_head_shown(const struct work *w, json_t *evidence)
{
	if (w->note && g_utf8_validate_len(w->note, w->note_len, NULL)) {
		json_object_set_new(evidence, "now", json_string(w->note));
	} else if (w->note) {
		g_autofree char *hex = hex_encode(w->note, w->note_len);

		json_object_set_new(evidence, "now_hex", json_string(hex));
	}
}

G_GNUC_PRINTF(4, 5)
static int alarm_raise(struct work *w, const char *kind, json_t *evidence, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	w->r->alarm = kind;
	w->r->text = g_strdup_vprintf(fmt, args);
	va_end(args);
	add_head_shown(w, evidence);
	if (w->r->state->note)
		json_object_set_new(evidence, "before", json_string(w->r->state->note));
	int r = cosign_state_alarm(w->r->state, kind, w->r->text, evidence);
	return r ? r : COSIGN_ALARM;
}

static uint64_t known(const struct work *w)
{
	return w->r->state->tree.size;
}

static const uint8_t *leaf_hash(const struct work *w, uint64_t index)
{
	return index < known(w) ? w->r->state->leaves->data + index * LEDGER_HASH_LEN
				: w->fresh->data + (index - known(w)) * LEDGER_HASH_LEN;
}

/* --- Fetching. --- */

/* The bytes of a public file; *ret NULL: it is not there. */
static int get(struct work *w, const char *name, size_t max, GBytes **ret)
{
	g_autofree char *path = g_strconcat("/ledger/", name, NULL);
	g_autoptr(GBytes) body = NULL;
	int status, r = w->r->ask(w->r->line, path, NULL, max, &status, &body);

	if (r == -EFBIG) {
		*ret = NULL;
		return 0;
	}
	if (r || status >= 500)
		return -EIO;
	*ret = status == 200 ? g_steal_pointer(&body) : NULL;
	return 0;
}

/* A tile of level 0 or a bundle; a partial one that was filled meanwhile has its full name. */
static int get_tile(struct work *w, bool entries, uint64_t index, unsigned width, GBytes **ret)
{
	struct ledger_tile tile = {.entries = entries, .index = index, .width = width};
	char name[LEDGER_TILE_PATH_SIZE];
	size_t max = entries ? BUNDLE_BYTES_MAX : TILE_BYTES;
	int r = get(w, ledger_tile_path(&tile, name), max, ret);

	if (r || *ret || width == LEDGER_TILE_WIDTH)
		return r;
	tile.width = LEDGER_TILE_WIDTH;
	return get(w, ledger_tile_path(&tile, name), max, ret);
}

static unsigned width_of(const struct work *w, uint64_t index)
{
	return (unsigned)MIN(w->head.size - index * LEDGER_TILE_WIDTH, LEDGER_TILE_WIDTH);
}

static int fetch_head(struct work *w)
{
	g_autoptr(GBytes) body = NULL;
	int r = get(w, "checkpoint", NOTE_BYTES_MAX, &body);

	if (r)
		return r;
	if (!body)
		return alarm_raise(
			w, "forged_head", json_object(), "the server has no head to show");
	const char *bytes = g_bytes_get_data(body, &w->note_len);
	w->note = g_strndup(bytes, w->note_len);
	int refusal = ledger_checkpoint_open(w->note, w->note_len, w->r->log_key, &w->head);
	return refusal ? alarm_raise(w, "forged_head", json_object(), "the head: %s",
				 ledger_refusal_code(refusal))
		       : 0;
}

/* --- Checking. --- */

static int edited(struct work *w, uint64_t index, const char *what)
{
	return alarm_raise(w, "edited_row", json_pack("{s:I}", "leaf", (json_int_t)index),
		"leaf %" PRIu64 " %s", index, what);
}

/* The hashes of one tile against those already known; what is new goes to fresh. */
static int take_tile(struct work *w, uint64_t index)
{
	g_autoptr(GBytes) tile = NULL;
	uint64_t first = index * LEDGER_TILE_WIDTH;
	unsigned width = width_of(w, index);
	int r = get_tile(w, false, index, width, &tile);
	gsize len;

	if (r)
		return r;
	const uint8_t *hashes = tile ? g_bytes_get_data(tile, &len) : NULL;
	if (!tile || len < (gsize)width * LEDGER_HASH_LEN)
		return alarm_raise(w, "missing_tile", json_object(),
			"the tile of leaves %" PRIu64 "…: it is not there or too short", first);
	for (unsigned i = 0; i < width; i++) {
		const uint8_t *hash = hashes + (gsize)i * LEDGER_HASH_LEN;
		if (first + i >= known(w) + w->fresh->len / LEDGER_HASH_LEN)
			g_byte_array_append(w->fresh, hash, LEDGER_HASH_LEN);
		else if (memcmp(hash, leaf_hash(w, first + i), LEDGER_HASH_LEN) != 0)
			return edited(w, first + i, "is another than when it was first seen");
	}
	return 0;
}

/* What the entries show must be what was hashed. */
static int check_entries(struct work *w, uint64_t index)
{
	g_autoptr(GBytes) bundle = NULL;
	uint64_t first = index * LEDGER_TILE_WIDTH;
	unsigned width = width_of(w, index);
	int r = get_tile(w, true, index, width, &bundle);
	size_t at = 0;
	gsize len;

	if (r)
		return r;
	const uint8_t *bytes = bundle ? g_bytes_get_data(bundle, &len) : NULL;
	for (unsigned i = 0; i < width; i++) {
		struct ledger_entry entry;
		uint8_t hash[LEDGER_HASH_LEN];
		if (!bundle || ledger_bundle_next(bytes, len, &at, &entry))
			return alarm_raise(w, "missing_tile", json_object(),
				"the entries of leaves %" PRIu64
				"…: they are not there or cut short",
				first);
		memcpy(hash, entry.hash, sizeof(hash));
		if (entry.leaf && ledger_leaf_hash(entry.leaf, entry.leaf_len, hash))
			return -EIO;
		if (memcmp(hash, leaf_hash(w, first + i), LEDGER_HASH_LEN) != 0)
			return edited(w, first + i, "is shown as another event than was hashed");
	}
	return 0;
}

static int check_spots(struct work *w)
{
	uint64_t n = known(w) / LEDGER_TILE_WIDTH;
	int r = 0;

	for (int i = 0; !r && n && i < N_SPOTS; i++) {
		uint64_t index;
		random_bytes(&index, sizeof(index));
		r = take_tile(w, index % n);
		if (!r)
			r = check_entries(w, index % n);
	}
	return r;
}

/* The tree does not lead to the head's root: is it an old leaf, or all of history? */
static int name_rewriting(struct work *w)
{
	int r = 0;

	for (uint64_t i = 0; !r && i * LEDGER_TILE_WIDTH < known(w); i++)
		r = take_tile(w, i);
	if (r)
		return r;
	if (!known(w))
		return alarm_raise(w, "rewritten", json_object(),
			"the leaves do not lead to the head of size %" PRIu64, w->head.size);
	return alarm_raise(w, "rewritten", json_object(),
		"the head of size %" PRIu64 " does not grow from the one of size %" PRIu64
		" that was signed before",
		w->head.size, known(w));
}

static int grow(struct work *w, struct ledger_tree *tree)
{
	uint8_t root[LEDGER_HASH_LEN];
	int r = 0;

	*tree = w->r->state->tree;
	for (uint64_t i = known(w) / LEDGER_TILE_WIDTH; !r && i * LEDGER_TILE_WIDTH < w->head.size;
		i++)
		r = take_tile(w, i);
	for (guint at = 0; !r && at < w->fresh->len; at += LEDGER_HASH_LEN)
		r = ledger_tree_append(tree, w->fresh->data + at, NULL, NULL);
	if (!r)
		r = ledger_tree_root(tree, root);
	if (r)
		return r;
	return memcmp(root, w->head.root, sizeof(root)) == 0 ? 0 : name_rewriting(w);
}

static int check_growth(struct work *w, struct ledger_tree *tree)
{
	int r = grow(w, tree);

	for (uint64_t i = known(w) / LEDGER_TILE_WIDTH; !r && i * LEDGER_TILE_WIDTH < w->head.size;
		i++)
		r = check_entries(w, i);
	return r ? r : check_spots(w);
}

/* Against the head of the last round, before anything else is fetched. */
static int check_size(struct work *w)
{
	uint8_t root[LEDGER_HASH_LEN];
	int r = ledger_tree_root(&w->r->state->tree, root);

	if (r || !known(w))
		return r;
	if (w->head.size < known(w))
		return alarm_raise(w, "rewound", json_object(),
			"a head of size %" PRIu64 " after one of size %" PRIu64, w->head.size,
			known(w));
	if (w->head.size == known(w) && memcmp(root, w->head.root, sizeof(root)) != 0)
		return alarm_raise(w, "split_view", json_object(),
			"the log signed two heads of size %" PRIu64 " with different roots",
			known(w));
	return 0;
}

/* Our own event of the last round; found: takes it off the list. */
static int check_promise(struct work *w, bool *ret_ours)
{
	struct cosign_state *s = w->r->state;
	int64_t now_us = clock_real_us();

	*ret_ours = false;
	if (!s->promise)
		return 0;
	for (guint at = 0; at < w->fresh->len; at += LEDGER_HASH_LEN)
		if (memcmp(w->fresh->data + at, s->promised.leaf_hash, LEDGER_HASH_LEN) == 0)
			*ret_ours = true;
	if (!*ret_ours && now_us > s->promised.due_us + LATE_US)
		return alarm_raise(w, "stale_keeper", json_pack("{s:s}", "promise", s->promise),
			"an event that was promised and due %" PRId64
			" s ago is not in the head of size %" PRIu64,
			(now_us - s->promised.due_us) / CLOCK_SECOND_US, w->head.size);
	if (*ret_ours) {
		g_clear_pointer(&s->promise, g_free);
		s->promised = (struct ledger_promise){0};
	}
	return 0;
}

/* --- Signing. --- */

/* The promise in the answer is what the next rounds hold the log to. */
static int take_answer(struct work *w, GBytes *body)
{
	struct cosign_state *s = w->r->state;
	struct ledger_promise promise;
	json_t *json = NULL;
	gsize len;
	const void *bytes = g_bytes_get_data(body, &len);

	if (canon_load(bytes, len, ANSWER_BYTES_MAX, &json, NULL))
		return -EBADMSG;
	const char *text = in_text(json_array_get(json_object_get(json, "events"), 0), "promise");
	if (text && ledger_promise_verify(text, strlen(text), w->r->log_key, &promise) == 0) {
		g_free(s->promise);
		s->promise = g_strdup(text);
		s->promised = promise;
	}
	json_decref(json);
	return 0;
}

static int publish(struct work *w, const GString *note)
{
	json_t *json = json_pack("{s:s}", "note", note->str);
	g_autofree char *text = json_dumps(json, JSON_COMPACT);
	g_autoptr(GBytes) body = NULL;
	int status, r;

	json_decref(json);
	r = w->r->ask(
		w->r->line, "/api/v1/ledger/cosignatures", text, ANSWER_BYTES_MAX, &status, &body);
	if (r || status >= 500)
		return -EIO;
	if (status != 200) {
		gsize len;
		const char *bytes = g_bytes_get_data(body, &len);
		g_autofree char *said = printable(bytes, len, ANSWER_SHOWN_MAX);
		w->r->text = g_strdup_printf("the server answers %d: %s", status, said);
		return COSIGN_REFUSED;
	}
	return take_answer(w, body);
}

static int sign(struct work *w)
{
	struct cosign_state *s = w->r->state;
	g_autoptr(GString) note = g_string_new(w->note);
	int64_t now_us = clock_real_us();
	int r = ledger_checkpoint_cosign(note, &s->key, s->seed, now_us / CLOCK_SECOND_US);

	if (r)
		return r < 0 ? r : -EBADMSG;
	r = cosign_state_keep_signed(s, note);
	if (!r)
		r = publish(w, note);
	if (r)
		return r;
	s->signed_us = now_us;
	s->signed_size = w->head.size;
	s->owed = false;
	return cosign_state_save(s);
}

/* What was checked is remembered whether it is signed or not. */
static int remember(struct work *w, const struct ledger_tree *tree, bool ours)
{
	struct cosign_state *s = w->r->state;
	guint n = w->fresh->len / LEDGER_HASH_LEN;

	if (!n)
		return 0;
	g_byte_array_append(s->leaves, w->fresh->data, w->fresh->len);
	s->tree = *tree;
	s->owed |= n > (ours ? 1 : 0);
	g_free(s->note);
	s->note = g_strdup(w->note);
	return cosign_state_save(s);
}

/* Each line becomes an event, and thus a head: signing that at once would go on for ever. Now and
 * then it is, for only what the log promises us shows that its keeper works. */
static bool is_due(const struct work *w)
{
	const struct cosign_state *s = w->r->state;

	return w->head.size > s->signed_size &&
	       (s->owed || clock_real_us() - s->signed_us >= w->r->heartbeat_us);
}

static int look(struct work *w)
{
	struct ledger_tree tree;
	bool ours = false;
	int r = fetch_head(w);

	if (!r)
		r = check_size(w);
	if (!r)
		r = check_growth(w, &tree);
	if (!r)
		r = check_promise(w, &ours);
	if (r)
		return r;
	r = remember(w, &tree, ours);
	if (r)
		return r;
	return is_due(w) ? sign(w) : COSIGN_NOTHING_NEW;
}

int cosign_round(struct cosign_round *round)
{
	struct work w = {.r = round, .fresh = g_byte_array_new()};
	int r;

	round->alarm = NULL;
	round->text = NULL;
	r = look(&w);
	round->size = w.head.size;
	g_byte_array_unref(w.fresh);
	g_free(w.note);
	return r;
}
