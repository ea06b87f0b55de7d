/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the bundle of a session that never was, with a log of its own: as long as one likes, for
 * measurements; and as somebody would forge it who holds every key of the server, for the verifier
 * to find out. Pictures and sounds are random bytes, or films that begin again and again; stamps,
 * reels and ledger are real. Each seat has a camera and a microphone, or what there are films for.
 *
 *	make_bundle [--seconds N] [--seats N] [--forge HOW] [--begin-us N] [--tick-ms N] [--plain]
 *		[--cam FILM] [--mic FILM] [--screen FILM] DIR
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/bundle_view.h"
#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_tree.h"
#include "proto/media_part.h"
#include "proto/reel_final.h"
#include "tests/support/film_file.h"

#define SESSION "01jz0000000000000000000000"
#define TITLE "演练评标会"
#define ORIGIN "bundle.test/ledger"
#define COSIGNER "supervisor.test/cosigner"
#define START_US INT64_C(1772413200000000)
#define SECOND_US 1000000
#define TICK_MS 500
#define VIDEO_MS 40
#define VIDEO_GROUP 50 /* pictures */
#define VIDEO_BYTES 2400
#define KEY_BYTES 7500
#define AUDIO_MS 20
#define AUDIO_BYTES 80
#define NOISE_LEN ((size_t)1 << 20)

enum forgery {
	FORGE_NOTHING,
	FORGE_CLOCK,          /* from the middle on the server's clock is an hour behind */
	FORGE_COSIGNED_CLOCK, /* the same from a moment on behind which nothing else shows it */
	FORGE_ORDER,          /* two events of the session changed places in the ledger */
	FORGE_SEAT,           /* seat 1 signs what seat 2 sends */
	FORGE_TWIN,           /* the log signed another tree of the size that was cosigned */
	FORGE_REWRITTEN,      /* an event was rewritten after an earlier head had been cosigned */
	FORGE_CHECKPOINT,     /* another key signed under the log's name */
	N_FORGERIES,
};

static const char *const forgeries[N_FORGERIES] = {
	"nothing", "clock", "cosigned-clock", "order", "seat", "twin", "rewritten", "checkpoint"};

struct seat {
	char name[IDENT_SIZE];
	uint8_t seed[ED25519_KEY_LEN], key[ED25519_KEY_LEN];
};

enum kind { CAM, MIC, SCREEN, N_KINDS };

static const char *const kinds[] = {"cam", "mic", "screen"};

struct track {
	unsigned no, seat;
	enum kind kind;
	guint at;      /* its next frame in the film */
	int64_t round; /* when the film began this time, ms */
	struct reel_writer *writer;
	struct stamp_group *group;
	FILE *file;
	GByteArray *out;
	GArray *entries; /* all */
	guint n_told;    /* of them, in parts */
	uint32_t seq;
};

static gint64 arg_seconds = 20, arg_begin_us = START_US, arg_tick_ms = TICK_MS;
static enum kind shown[N_KINDS] = {CAM, MIC}; /* of each seat */
static unsigned n_kinds = 2;
static char *arg_films[N_KINDS];
static struct film *films[N_KINDS];
static gint arg_seats = 4;
static gboolean arg_plain;
static char *arg_forge, *dir;
static enum forgery forge;
static struct seat *seats;
static struct track *tracks;
static unsigned n_tracks;
static uint8_t *noise;
static GPtrArray *leaves; /* GBytes, in the ledger's order */
static int64_t session_no, recording_no, part_no;
static uint8_t log_seed[ED25519_KEY_LEN] = {1}, cosigner_seed[ED25519_KEY_LEN] = {2};
static struct note_key log_key, cosigner_key;

static void check(int r)
{
	if (r)
		g_error("a step of make_bundle failed: %d", r);
}

static int64_t now_us(int64_t ms)
{
	bool behind = forge == FORGE_CLOCK || forge == FORGE_COSIGNED_CLOCK;
	int64_t late_ms = forge == FORGE_CLOCK ? arg_seconds * 500 : 0;

	return arg_begin_us + ms * 1000 - (behind && ms >= late_ms ? INT64_C(3600) * SECOND_US : 0);
}

static GBytes *leaf_of(const char *kind, const char *subject, int64_t no, int64_t ms, json_t *body)
{
	g_autofree char *id = g_strdup_printf("%026" G_GINT64_FORMAT, (gint64)leaves->len);
	g_autofree char *name = g_strdup_printf("%s:" SESSION, subject);
	struct ledger_event e = {.id = id,
		.kind = kind,
		.actor = "system",
		.subject = name,
		.subject_no = no,
		.at_us = now_us(ms),
		.real_us = now_us(ms),
		.body = body};
	GBytes *leaf;

	check(ledger_leaf_encode(&e, &leaf));
	json_decref(body);
	return leaf;
}

static void add(const char *kind, const char *subject, int64_t *no, int64_t ms, json_t *body)
{
	g_ptr_array_add(leaves, leaf_of(kind, subject, ++*no, ms, body));
}

static void say(const char *kind, int64_t ms, json_t *body)
{
	add(kind, "session", &session_no, ms, body);
}

/* Index entries since the last tick as parts of the ledger. */
static void tell_parts(int64_t ms)
{
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));

	for (unsigned i = 0; i < n_tracks; i++)
		for (struct track *t = &tracks[i]; t->n_told < t->entries->len; t->n_told++) {
			struct media_cluster c = {.track = (uint16_t)t->no,
				.entry = g_array_index(t->entries, struct reel_entry, t->n_told)};
			g_array_append_val(clusters, c);
		}
	if (clusters->len)
		add("media.part", "recording", &recording_no, ms,
			media_part_build((uint64_t)++part_no,
				(const struct media_cluster *)(void *)clusters->data,
				clusters->len));
}

static void took(struct track *t, const struct reel_entry *closed)
{
	if (closed->length)
		g_array_append_val(t->entries, *closed);
	if (fwrite(t->out->data, 1, t->out->len, t->file) != t->out->len)
		g_error("%s: %s", dir, g_strerror(errno));
	g_byte_array_set_size(t->out, 0);
}

static void put(struct track *t, const uint8_t *message, size_t len)
{
	struct reel_entry closed;

	check(reel_writer_put(t->writer, message, len, t->out, &closed));
	took(t, &closed);
}

static void close_group(struct track *t)
{
	unsigned signer = forge == FORGE_SEAT && t->seat == 1 ? 0 : t->seat;
	struct stamp_scope scope = {.session = SESSION};
	struct stamp stamp;
	uint8_t message[STAMP_LEN];

	g_strlcpy(scope.seat, seats[t->seat].name, sizeof(scope.seat));
	check(stamp_group_finish(t->group, &stamp));
	stamp.epoch = 1;
	check(stamp_sign(&stamp, &scope, seats[signer].seed));
	stamp_encode(&stamp, message);
	put(t, message, sizeof(message));
}

static bool is_audio(const struct track *t)
{
	return t->kind == MIC;
}

static uint8_t codec_of(const struct track *t)
{
	return is_audio(t) ? FRAME_CODEC_OPUS : FRAME_CODEC_VP8;
}

static void send_object(struct track *t, int64_t ms, const struct film_frame *what)
{
	static uint8_t message[FRAME_HEADER_LEN + FRAME_PAYLOAD_MAX];
	struct frame f = {.track = (uint16_t)t->no,
		.flags = what->flags,
		.codec = codec_of(t),
		.seq = t->seq,
		.capture_us = (uint64_t)ms * 1000,
		.session_ms = (uint32_t)ms,
		.payload = what->payload,
		.payload_len = what->len};

	if (!stamp_group_is_empty(t->group) &&
		(is_audio(t) ? stamp_group_is_due(t->group, f.capture_us) : f.flags & FRAME_KEY))
		close_group(t);
	check(stamp_group_add(t->group, &f));
	frame_write_header(&f, message);
	memcpy(message + FRAME_HEADER_LEN, f.payload, f.payload_len);
	put(t, message, FRAME_HEADER_LEN + f.payload_len);
	t->seq++;
}

static void send_noise(struct track *t, int64_t ms)
{
	bool key = is_audio(t) || t->seq % VIDEO_GROUP == 0;
	struct film_frame what = {.flags = key ? FRAME_KEY : 0,
		.len = is_audio(t) ? AUDIO_BYTES
		       : key       ? KEY_BYTES
				   : VIDEO_BYTES,
		.payload = noise + (t->seq * 7919u + t->no * 104729u) % (NOISE_LEN - KEY_BYTES)};

	if (is_audio(t) || ms % VIDEO_MS == 0)
		send_object(t, ms, &what);
}

/* What is due by now. */
static void send_film(struct track *t, const struct film *film, int64_t ms)
{
	for (;;) {
		const struct film_frame *what =
			&g_array_index(film->frames, struct film_frame, t->at);
		if (t->round + what->ms > ms)
			return;
		send_object(t, t->round + what->ms, what);
		if (++t->at == film->frames->len) {
			t->at = 0;
			t->round += film->length_ms;
		}
	}
}

static char *path_of(const char *fmt, unsigned no)
{
	g_autofree char *name = no ? g_strdup_printf("reels/%u.%s", no, fmt) : g_strdup(fmt);

	return g_build_filename(dir, name, NULL);
}

static void begin_track(struct track *t, unsigned i)
{
	const struct film *film = films[shown[i % n_kinds]];
	g_autofree char *path = NULL;
	struct reel_head head = {.session = SESSION,
		.epoch = 1,
		.track = (uint16_t)(i + 1),
		.session_start_us = arg_begin_us};
	struct reel_entry entry;

	*t = (struct track){.no = i + 1, .seat = i / n_kinds, .kind = shown[i % n_kinds]};
	head.codec = codec_of(t);
	head.width = film ? film->width : is_audio(t) ? 0 : 640;
	head.height = film ? film->height : is_audio(t) ? 0 : 360;
	g_strlcpy(head.kind, kinds[t->kind], sizeof(head.kind));
	g_strlcpy(head.seat, seats[t->seat].name, sizeof(head.seat));
	t->out = g_byte_array_new();
	t->entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	t->group = stamp_group_new((uint16_t)t->no);
	path = path_of("webm", t->no);
	t->file = g_fopen(path, "w+");
	check(t->file ? reel_writer_new(&head, NULL, t->out, &entry, &t->writer) : -errno);
	took(t, &entry);
	say("room.publish", 0,
		json_pack("{s:i, s:s, s:s, s:s}", "track", (int)t->no, "seat", head.seat, "kind",
			head.kind, "codec", is_audio(t) ? "opus" : "vp8"));
}

static void finalise(struct track *t, const struct reel_entry *entries)
{
	g_autofree uint8_t *head = g_malloc(entries[0].length);

	rewind(t->file);
	check(fread(head, 1, entries[0].length, t->file) == entries[0].length ? 0 : -EIO);
	reel_final_fill_head(head, codec_of(t), entries, t->entries->len);
	rewind(t->file);
	check(fwrite(head, 1, entries[0].length, t->file) == entries[0].length ? 0 : -EIO);
	reel_final_put_cues(entries, t->entries->len, t->out);
	check(fseek(t->file, 0, SEEK_END));
	took(t, &(struct reel_entry){0});
}

static void end_track(struct track *t)
{
	const struct reel_entry *entries = (const struct reel_entry *)(void *)t->entries->data;
	g_autofree char *path = path_of("idx", t->no);
	g_autofree uint8_t *index = g_malloc((gsize)t->entries->len * REEL_ENTRY_LEN);

	if (!arg_plain)
		finalise(t, entries);
	check(fclose(t->file));
	for (guint i = 0; i < t->entries->len; i++)
		reel_entry_encode(&entries[i], index + i * REEL_ENTRY_LEN);
	check(g_file_set_contents(
		      path, (const char *)index, (gssize)t->entries->len * REEL_ENTRY_LEN, NULL)
			? 0
			: -EIO);
	reel_writer_free(t->writer);
	stamp_group_free(t->group);
	g_array_unref(t->entries);
	g_byte_array_unref(t->out);
}

static void tick(int64_t ms)
{
	struct reel_entry closed;

	for (unsigned i = 0; i < n_tracks; i++) {
		check(reel_writer_close_cluster(tracks[i].writer, tracks[i].out, &closed));
		if (closed.length)
			took(&tracks[i], &closed);
	}
	tell_parts(ms);
	if (ms % 10000 == 0)
		say("room.chat", ms,
			json_pack("{s:s, s:s}", "seat", seats[0].name, "text", "继续"));
}

static void hold_session(void)
{
	int64_t end_ms = arg_seconds * 1000;

	for (int64_t ms = 0; ms < end_ms; ms += AUDIO_MS) {
		for (unsigned i = 0; i < n_tracks; i++)
			if (films[tracks[i].kind])
				send_film(&tracks[i], films[tracks[i].kind], ms);
			else
				send_noise(&tracks[i], ms);
		if (ms && ms % arg_tick_ms == 0)
			tick(ms);
	}
	for (unsigned i = 0; i < n_tracks; i++)
		if (!stamp_group_is_empty(tracks[i].group))
			close_group(&tracks[i]);
	tick(end_ms);
}

static void begin_session(void)
{
	say("session.created", 0, json_object());
	say("room.opened", 0, json_pack("{s:i}", "epoch", 1));
	for (int i = 0; i < arg_seats; i++) {
		struct seat *s = &seats[i];
		char key[BASE64_SIZE(ED25519_KEY_LEN)];
		g_snprintf(s->name, sizeof(s->name), "expert_%d", i + 1);
		memset(s->seed, 0x40 + i, sizeof(s->seed));
		check(ed25519_public(s->seed, s->key));
		base64_encode(s->key, sizeof(s->key), key);
		say("room.joined", 0,
			json_pack("{s:s, s:s, s:s, s:i, s:b, s:s}", "seat", s->name, "name",
				s->name, "role", "expert", "epoch", 1, "resumed", 0, "device_key",
				key));
	}
	for (unsigned i = 0; i < n_tracks; i++)
		begin_track(&tracks[i], i);
}

/* --- The ledger over the leaves as they stand. --- */

static GHashTable *nodes; /* "level index" -> 32 bytes */

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

static void write_text(const char *name, const char *text, gssize len)
{
	g_autofree char *path = path_of(name, 0);

	check(g_file_set_contents(path, text, len, NULL) ? 0 : -EIO);
}

static void write_json(const char *name, json_t *json)
{
	g_autoptr(GString) text = NULL;

	check(canon_dump(json, &text));
	json_decref(json);
	write_text(name, text->str, (gssize)text->len);
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

static void write_events(void)
{
	g_autofree char *path = path_of("events.jsonl", 0);
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
	write_json("cosigned.json", json_pack("{s:[s], s:o}", "keys", key, "heads", heads));
}

static void write_ledger(void)
{
	static const uint8_t other_seed[ED25519_KEY_LEN] = {9};
	g_autofree char *key = note_key_format(&log_key);
	int64_t middle_s = (arg_begin_us + arg_seconds * 500000) / SECOND_US;
	g_autoptr(GString) early = NULL, twin = NULL, head = NULL;

	if (forge == FORGE_ORDER)
		swap_chats();
	grow_tree();
	early = head_of(leaves->len / 2, log_seed, middle_s);
	if (forge == FORGE_TWIN)
		twin = head_of(leaves->len, log_seed, middle_s + arg_seconds);
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
	write_text("key", key, -1);
	write_text("checkpoint", head->str, (gssize)head->len);
	write_events();
	write_cosigned(early, twin);
}

/* --- What makes a bundle of it. --- */

static void list_file(json_t *files, const char *name)
{
	g_autofree char *path = path_of(name, 0);
	g_autofree char *text = NULL;
	gsize len;

	check(g_file_get_contents(path, &text, &len, NULL) ? 0 : -ENOENT);
	g_autofree char *sha256 =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len);
	json_array_append_new(files, json_pack("{s:s, s:I, s:s}", "path", name, "size",
					     (json_int_t)len, "sha256", sha256));
}

static json_t *manifest_json(void)
{
	static const char *const names[] = {
		"checkpoint", "cosigned.json", "events.jsonl", "key", "session.json"};
	json_t *files = json_array(), *reels = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		list_file(files, names[i]);
	for (unsigned i = 0; i < n_tracks; i++) {
		g_autofree char *name = g_strdup_printf("reels/%u.idx", i + 1);
		list_file(files, name);
		json_array_append_new(
			reels, json_pack("{s:i, s:s}", "track", i + 1, "state", "here"));
	}
	return json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:[], s:o}", "form", "bidroom.bundle.v1",
		"session_id", SESSION, "title", TITLE, "made_us", (json_int_t)arg_begin_us,
		"closed", 1, "reels", reels, "documents", "files", files);
}

static void add_to_view(struct bundle_view *view, GBytes *leaf)
{
	json_t *object = NULL;
	struct ledger_event e;
	gsize len;
	const void *text = g_bytes_get_data(leaf, &len);

	check(ledger_leaf_decode(text, len, &object, &e));
	bundle_view_add(view, &e);
	json_decref(object);
}

static void write_bundle(void)
{
	struct bundle_view *view = bundle_view_new(SESSION, TITLE);
	g_autoptr(GString) text = NULL, script = NULL;
	json_t *manifest = manifest_json();

	check(canon_dump(manifest, &text));
	for (int session = 1; session >= 0; session--)
		for (guint i = 0; i < leaves->len; i++)
			if (is_session(g_ptr_array_index(leaves, i)) == !!session)
				add_to_view(view, g_ptr_array_index(leaves, i));
	check(bundle_view_script(view, text, &script));
	write_text("bundle.json", text->str, (gssize)text->len);
	write_text("player/data.js", script->str, (gssize)script->len);
	bundle_view_free(view);
	json_decref(manifest);
}

static void make(void)
{
	static const char *const folders[] = {"reels", "player"};
	uint8_t public_key[ED25519_KEY_LEN];

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = path_of(folders[i], 0);
		check(g_mkdir_with_parents(path, 0755));
	}
	check(ed25519_public(log_seed, public_key));
	check(note_key_make(ORIGIN, NOTE_ED25519, public_key, &log_key));
	check(ed25519_public(cosigner_seed, public_key));
	check(note_key_make(COSIGNER, NOTE_COSIGNATURE, public_key, &cosigner_key));
	seats = g_new0(struct seat, arg_seats);
	for (int i = 0; i < N_KINDS; i++)
		films[i] = arg_films[i] ? film_read(arg_films[i]) : NULL;
	if (films[CAM] || films[MIC] || films[SCREEN])
		n_kinds = 0;
	for (enum kind k = CAM; k < N_KINDS; k++)
		if (films[k])
			shown[n_kinds++] = k;
	n_tracks = n_kinds * (unsigned)arg_seats;
	tracks = g_new0(struct track, n_tracks);
	leaves = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	noise = g_malloc(NOISE_LEN);
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	for (size_t i = 0; i < NOISE_LEN; i++)
		noise[i] = (uint8_t)g_rand_int(random);
	begin_session();
	hold_session();
	say("session.closed", arg_seconds * 1000, json_object());
	for (unsigned i = 0; i < n_tracks; i++)
		end_track(&tracks[i]);
	write_json("session.json", json_pack("{s:s, s:s, s:s}", "form", "bidroom.session.v1",
					   "session_id", SESSION, "title", TITLE));
	write_ledger();
	write_bundle();
	g_ptr_array_unref(leaves);
	g_hash_table_unref(nodes);
	g_free(seats);
	g_free(tracks);
	g_free(noise);
	for (int i = 0; i < N_KINDS; i++)
		film_free(films[i]);
}

int main(int argc, char **argv)
{
	const GOptionEntry options[] = {
		{"seconds", 0, 0, G_OPTION_ARG_INT64, &arg_seconds, "How long it lasts", "N"},
		{"seats", 0, 0, G_OPTION_ARG_INT, &arg_seats, "Each with picture and voice", "N"},
		{"begin-us", 0, 0, G_OPTION_ARG_INT64, &arg_begin_us, "When it begins", "US"},
		{"tick-ms", 0, 0, G_OPTION_ARG_INT64, &arg_tick_ms, "How long a part is", "MS"},
		{"plain", 0, 0, G_OPTION_ARG_NONE, &arg_plain,
			"Leaves the reels as a recorder does", NULL},
		{"cam", 0, 0, G_OPTION_ARG_FILENAME, &arg_films[CAM], "Of the cameras", "FILM"},
		{"mic", 0, 0, G_OPTION_ARG_FILENAME, &arg_films[MIC], "Of the voices", "FILM"},
		{"screen", 0, 0, G_OPTION_ARG_FILENAME, &arg_films[SCREEN], "Of the screens",
			"FILM"},
		{"forge", 0, 0, G_OPTION_ARG_STRING, &arg_forge, "What is false in it", "HOW"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("DIR");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 2)
		g_error("%s", error ? error->message : "name one folder");
	while (arg_forge && forge < N_FORGERIES && strcmp(forgeries[forge], arg_forge) != 0)
		forge++;
	if (forge == N_FORGERIES)
		g_error("no forgery is called %s", arg_forge);
	dir = argv[1];
	make();
	for (int i = 0; i < N_KINDS; i++)
		g_free(arg_films[i]);
	g_free(arg_forge);
	return 0;
}
