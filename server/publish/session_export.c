/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/session_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/hex.h"
#include "proto/ledger_checkpoint.h"
#include "proto/media_part.h"
#include "proto/note.h"
#include "server/core/fields.h"
#include "server/publish/ledger_files.h"
#include "server/publish/session_evidence.h"
#include "server/publish/write_file.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/ledger_store.h"
#include "server/store/replay_store.h"

#define BATCH 500

/* The session's own subjects; session_evidence.h names those of what it is about. */
static const char *const subject_types[] = {"session", "recording", "archive"};

struct work {
	struct session_export *x;
	struct db_txn *txn;
	struct ledger_files_reader reader;
	GString *lines;
	GHashTable *reels; /* track -> struct session_reel, owned by x->reels */
	bool cut;          /* the subject being read goes on behind the checkpoint */
	bool expired;      /* two roles agreed on the end of its reels */
};

uint64_t session_reel_length(const struct session_reel *reel)
{
	const struct reel_entry *last;

	if (!reel->entries->len)
		return 0;
	last = &g_array_index(reel->entries, struct reel_entry, reel->entries->len - 1);
	return last->offset + last->length;
}

static void reel_free(void *data)
{
	struct session_reel *reel = data;

	g_array_unref(reel->entries);
	g_free(reel);
}

static struct session_reel *reel_of(struct work *w, unsigned track)
{
	struct session_reel *reel = g_hash_table_lookup(w->reels, GUINT_TO_POINTER(track));

	if (!reel) {
		reel = g_new0(struct session_reel, 1);
		reel->track = track;
		reel->entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		g_hash_table_insert(w->reels, GUINT_TO_POINTER(track), reel);
		g_ptr_array_add(w->x->reels, reel);
	}
	return reel;
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

static int add_part(struct work *w, const struct event *e)
{
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	uint64_t no;

	if (media_part_parse(e->body, &no, clusters))
		return -EBADMSG;
	for (guint i = 0; i < clusters->len; i++) {
		const struct media_cluster *c = &g_array_index(clusters, struct media_cluster, i);
		g_array_append_val(reel_of(w, c->track)->entries, c->entry);
	}
	return 0;
}

/* What the record itself must know of an event. */
static int take_event(struct work *w, const struct event *e)
{
	if (strcmp(e->kind->name, "media.part") == 0)
		return add_part(w, e);
	w->expired |= strcmp(e->kind->name, "archive.expired") == 0;
	w->x->destroyed |= strcmp(e->kind->name, "archive.destroyed") == 0;
	if (strcmp(e->kind->name, "room.publish") == 0 &&
		(in_has(e->body, "to") || g_strcmp0(in_text(e->body, "mask"), "original") == 0))
		reel_of(w, (unsigned)in_int(e->body, "track", 0))->is_withheld = true;
	return 0;
}

/* Kinds that a running room brings all the time and no other file of the record depends on. */
static bool is_passing(const char *kind)
{
	return g_str_has_prefix(kind, "room.") || g_str_has_prefix(kind, "seat.") ||
	       strcmp(kind, "media.part") == 0 || strcmp(kind, "replay.viewed") == 0;
}

/* A subject's events stand in the record without a gap, so the first later one ends it. */
static int leave_later(struct work *w, const struct event *e)
{
	w->cut = true;
	w->x->n_later++;
	return is_passing(e->kind->name) ? 0 : -EAGAIN;
}

static int add_event(struct work *w, const struct event *e)
{
	struct ledger_tile_source source = {ledger_files_read, &w->reader};
	struct ledger_proof proof;
	uint8_t hash[LEDGER_HASH_LEN];
	int64_t seq;
	gsize len;
	int r = ledger_store_place_of(w->txn, e->event_id, &seq, hash);

	if (w->cut || r == STORE_E_NONE || (!r && (uint64_t)seq >= w->reader.size))
		return leave_later(w, e);
	if (!r)
		r = ledger_prove_inclusion(
			(uint64_t)seq, w->reader.size, ledger_tile_hash_at, &source, &proof);
	if (r)
		return r < 0 ? r : -EBADMSG;
	const char *leaf = g_bytes_get_data(e->leaf, &len);
	json_t *line = json_pack("{s:s%, s:I, s:o}", "leaf", leaf, len, "index", (json_int_t)seq,
		"proof", proof_json(&proof));
	g_autofree char *text = json_dumps(line, JSON_COMPACT);
	g_string_append(w->lines, text);
	g_string_append_c(w->lines, '\n');
	json_decref(line);
	w->x->n_events++;
	w->x->first_index = MIN(w->x->first_index, (uint64_t)seq);
	return take_event(w, e);
}

/* All its events, or those of one kind. */
static int add_subject(struct work *w, const char *subject, const char *kind)
{
	int64_t after = 0;
	int r;

	w->cut = false;
	for (;;) {
		g_autoptr(GPtrArray) events = NULL;
		r = kind ? event_store_of_subject_kind(w->txn, subject, kind, after, BATCH, &events)
			 : event_store_of_subject(w->txn, subject, after, BATCH, &events);
		for (guint i = 0; !r && i < events->len; i++) {
			const struct event *e = g_ptr_array_index(events, i);
			r = add_event(w, e);
			after = e->subject_no;
		}
		if (r || events->len < BATCH)
			return r;
	}
}

static int add_own(struct work *w, const char *type)
{
	g_autofree char *subject = g_strdup_printf("%s:%s", type, w->x->session_id);

	return add_subject(w, subject, NULL);
}

static int add_evidence(struct work *w)
{
	struct session_evidence e = {
		.session_id = w->x->session_id, .dir = w->x->dir, .scores = w->x->scores};
	int r = session_evidence_write(w->txn, &e);

	for (guint i = 0; !r && i < e.subjects->len; i++) {
		const struct evidence_subject *s =
			&g_array_index(e.subjects, struct evidence_subject, i);
		r = add_subject(w, s->subject, s->kind);
	}
	session_evidence_clear(&e);
	return r;
}

static int write_text(
	const struct session_export *x, const char *name, const char *text, size_t len)
{
	g_autofree char *path = g_build_filename(x->dir, name, NULL);

	return write_file(path, text, len);
}

/* The head that all proofs lead to is the one the public sees. */
static int take_checkpoint(struct work *w)
{
	g_autofree char *path = g_build_filename(w->reader.dir, "checkpoint", NULL);
	g_autofree char *key_text = note_key_format(checkpoint_key_public(w->x->key));
	g_autofree char *note = NULL;
	struct ledger_checkpoint head;
	gsize len;

	if (!g_file_get_contents(path, &note, &len, NULL))
		return -EAGAIN;
	int r = ledger_checkpoint_open(note, len, checkpoint_key_public(w->x->key), &head);
	if (r)
		return r < 0 ? r : -EBADMSG;
	w->reader.size = w->x->size = head.size;
	r = write_text(w->x, "checkpoint", note, len);
	return r ? r : write_text(w->x, "key", key_text, strlen(key_text));
}

static int copy_bytes(int from, int to, uint64_t left)
{
	char buffer[65536];
	ssize_t n = 0;

	while (left && (n = read(from, buffer, MIN(left, sizeof(buffer)))) > 0) {
		for (ssize_t at = 0, m; at < n; at += m)
			if ((m = write(to, buffer + at, (size_t)(n - at))) < 0)
				return -errno;
		left -= (uint64_t)n;
	}
	return n < 0 ? -errno : 0;
}

/* The first `len` bytes; a file that has fewer is copied as it is, for the verifier to see. Takes
 * `in`, an open file or negative errno. */
static int copy_file(int in, const char *to_dir, unsigned track, const char *ending, uint64_t len)
{
	g_autofree char *name = g_strdup_printf("%u.%s", track, ending);
	g_autofree char *to = g_build_filename(to_dir, name, NULL);
	int out, r;

	if (in < 0)
		return in == -ENOENT ? 0 : in;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	r = out < 0 ? -errno : lseek(in, 0, SEEK_SET) < 0 ? -errno : copy_bytes(in, out, len);
	if (out >= 0 && close(out) < 0 && !r)
		r = -errno;
	close(in);
	return r;
}

static int index_open(const struct work *w, unsigned track)
{
	g_autofree char *name = g_strdup_printf("%u.idx", track);
	g_autofree char *folder = session_reel_folder(w->x->reel_dirs, w->x->session_id, track);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

char *session_reel_folder(const char *const *reel_dirs, const char *session_id, unsigned track)
{
	g_autofree char *name = g_strdup_printf("%u.idx", track);
	const char *const *dir = reel_dirs;

	for (; dir[1]; dir++) {
		g_autofree char *path = g_build_filename(*dir, session_id, name, NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			break;
	}
	return g_build_filename(*dir, session_id, NULL);
}

static int copy_reels(struct work *w)
{
	g_autofree char *to = g_build_filename(w->x->dir, "reels", NULL);
	int r = g_mkdir_with_parents(to, 0755) < 0 ? -errno : 0;

	for (guint i = 0; !r && i < w->x->reels->len; i++) {
		const struct session_reel *reel = g_ptr_array_index(w->x->reels, i);

		if (!reel->entries->len)
			continue;
		const struct reel_source *from = &w->x->reels_from;
		r = copy_file(from->open(from->ctx, w->x->session_id, (uint16_t)reel->track), to,
			reel->track, "webm", session_reel_length(reel));
		if (!r)
			r = copy_file(index_open(w, reel->track), to, reel->track, "idx",
				(uint64_t)reel->entries->len * REEL_ENTRY_LEN);
	}
	return r;
}

static int write_manifest(const struct session_export *x, const char *title)
{
	json_t *json = json_pack("{s:s, s:s, s:s}", "form", "bidroom.session.v1", "session_id",
		x->session_id, "title", title);
	g_autofree char *text = json_dumps(json, JSON_COMPACT);
	int r = write_text(x, "session.json", text, strlen(text));

	json_decref(json);
	return r;
}

void session_export_clear(struct session_export *x)
{
	g_clear_pointer(&x->title, g_free);
	g_clear_pointer(&x->reels, g_ptr_array_unref);
}

static gint by_track(gconstpointer a, gconstpointer b)
{
	const struct session_reel *x = *(const struct session_reel *const *)a;
	const struct session_reel *y = *(const struct session_reel *const *)b;

	return x->track < y->track ? -1 : x->track > y->track;
}

static int read_session(struct db_txn *txn, struct session_export *x)
{
	struct replay_session session = {0};
	int r = replay_store_session(txn, x->session_id, 0, &session);

	session_export_clear(x);
	if (r)
		return r;
	x->title = session.title;
	x->closed = session.closed;
	x->n_events = x->n_later = 0;
	x->destroyed = false;
	x->first_index = UINT64_MAX;
	x->reels = g_ptr_array_new_with_free_func(reel_free);
	return 0;
}

int session_export(struct db_txn *txn, struct session_export *x)
{
	g_autofree char *ledger = g_build_filename(x->data_dir, "public", "ledger", NULL);
	struct work w = {.x = x, .txn = txn, .reader = {.dir = ledger}};
	int r = read_session(txn, x);

	if (r)
		return r;
	w.lines = g_string_new(NULL);
	w.reels = g_hash_table_new(NULL, NULL);
	r = write_manifest(x, x->title);
	if (!r)
		r = take_checkpoint(&w);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(subject_types); i++)
		r = add_own(&w, subject_types[i]);
	if (!r)
		r = add_evidence(&w);
	if (!r)
		r = write_text(x, "events.jsonl", w.lines->str, w.lines->len);
	g_ptr_array_sort(x->reels, by_track);
	/* What was agreed on is not shown any more, and what was destroyed will be known in a
	 * moment. */
	if (!r && w.expired && !x->destroyed)
		r = -EAGAIN;
	if (!r && !x->without_reels && !x->destroyed)
		r = copy_reels(&w);
	g_string_free(w.lines, TRUE);
	g_hash_table_unref(w.reels);
	return r;
}
