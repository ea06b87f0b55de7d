/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_media.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/hex.h"
#include "proto/media_part.h"
#include "proto/seat_cert.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/verify/session_reel.h"

/* What the events say of one track. */
struct track {
	unsigned number;
	GArray *entries;       /* struct reel_entry */
	const json_t *publish; /* body of its room.publish, or NULL */
	char *path, *index_path, *key_path;
	struct session_reel_check check;
};

struct media {
	const struct session_record *rec;
	struct findings *findings;
	GTree *tracks;           /* number -> struct track */
	GArray *devices;         /* struct session_device */
	GPtrArray *destructions; /* the events of the destruction record, borrowed */
	uint64_t next_part;
	uint64_t n_blocks, n_proven;
};

static gint by_number(gconstpointer a, gconstpointer b, void *unused)
{
	return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

static void track_free(void *data)
{
	struct track *t = data;

	session_reel_check_done(&t->check);
	g_array_unref(t->entries);
	g_free(t->path);
	g_free(t->index_path);
	g_free(t->key_path);
	g_free(t);
}

static struct track *track_of(struct media *m, uint16_t number)
{
	struct track *t = g_tree_lookup(m->tracks, GINT_TO_POINTER((gint)number));

	if (!t) {
		t = g_new0(struct track, 1);
		t->number = number;
		t->entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		t->path = g_strdup_printf("%s/reels/%u.webm", m->rec->dir, number);
		t->index_path = g_strdup_printf("%s/reels/%u.idx", m->rec->dir, number);
		t->key_path = g_strdup_printf("%s/reels/%u.key", m->rec->dir, number);
		g_tree_insert(m->tracks, GINT_TO_POINTER((gint)number), t);
	}
	return t;
}

static void take_part(struct media *m, const struct session_event *row)
{
	g_autofree char *place = record_place(row);
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	uint64_t no;

	if (media_part_parse(row->event.body, &no, clusters) != 0) {
		finding_fault(m->findings, place, "the media part cannot be read");
		return;
	}
	if (no != m->next_part)
		finding_fault(m->findings, place,
			"media part %" PRIu64 " where %" PRIu64 " was expected", no, m->next_part);
	m->next_part = no + 1;
	for (guint i = 0; i < clusters->len; i++) {
		const struct media_cluster *c = &g_array_index(clusters, struct media_cluster, i);
		g_array_append_val(track_of(m, c->track)->entries, c->entry);
	}
}

/* The expert's certificate, where there is one, must name the device that joined. */
static void check_cert(struct media *m, const char *place, const struct session_event *row,
	const struct session_device *device)
{
	const json_t *cert = json_object_get(row->event.body, "seat_cert");
	struct seat_cert named;
	uint8_t expert[ED25519_KEY_LEN];

	if (!cert)
		return;
	int r = seat_cert_verify(cert, NULL, &named, expert);
	if (!r)
		r = seat_cert_check(&named, m->rec->session_id, device->seat, device->epoch,
			device->key, row->event.real_us);
	if (r)
		finding_fault(m->findings, place, "the seat's certificate: %s",
			seat_cert_refusal_code(r));
}

static void take_joined(struct media *m, const struct session_event *row)
{
	g_autofree char *place = record_place(row);
	const char *seat = in_text(row->event.body, "seat");
	g_autoptr(GBytes) key = in_base64(row->event.body, "device_key");
	struct session_device device = {.epoch = (uint32_t)in_int(row->event.body, "epoch", 0)};

	if (!seat || g_strlcpy(device.seat, seat, sizeof(device.seat)) >= sizeof(device.seat) ||
		!key || g_bytes_get_size(key) != ED25519_KEY_LEN) {
		finding_fault(m->findings, place, "joined without a device key");
		return;
	}
	memcpy(device.key, g_bytes_get_data(key, NULL), sizeof(device.key));
	check_cert(m, place, row, &device);
	/* A device that came back joins again; the newest word counts. */
	g_array_prepend_val(m->devices, device);
}

static void take_events(struct media *m)
{
	for (guint i = 0; i < m->rec->events->len; i++) {
		const struct session_event *row = record_event(m->rec, i);
		const json_t *body = row->event.body;
		int64_t track = in_int(body, "track", 0);

		if (strcmp(row->event.kind, "media.part") == 0)
			take_part(m, row);
		else if (strcmp(row->event.kind, "room.joined") == 0)
			take_joined(m, row);
		else if (strcmp(row->event.kind, "room.publish") == 0 && track > 0 &&
			 track <= UINT16_MAX)
			track_of(m, (uint16_t)track)->publish = body;
		else if (strcmp(row->event.kind, "archive.destroyed") == 0)
			g_ptr_array_add(m->destructions, (gpointer)row);
	}
}

/* What the destruction record (销毁记录) says of a track, and the event that does; NULL: it does
 * not name it. */
static const json_t *destroyed_row(
	const struct media *m, const struct track *t, const struct session_event **ret_event)
{
	const json_t *row;
	size_t k;

	for (guint i = 0; i < m->destructions->len; i++) {
		const struct session_event *event = g_ptr_array_index(m->destructions, i);

		json_array_foreach (json_object_get(event->event.body, "reels"), k, row)
			if (in_int(row, "track", 0) == (int64_t)t->number) {
				*ret_event = event;
				return row;
			}
	}
	return NULL;
}

/* Said to one seat alone (单独通话), by its room.publish. */
static bool is_aside(const struct track *t)
{
	return in_has(t->publish, "to");
}

static bool is_original(const struct track *t)
{
	return g_strcmp0(in_text(t->publish, "mask"), "original") == 0;
}

/* What a bundle's manifest says of a reel that is not in it, readable or sealed; "expired" where a
 * destruction record names it and it is gone; NULL: it is here. */
static const char *state_of(const struct media *m, const struct track *t)
{
	const struct session_event *event;

	if (destroyed_row(m, t, &event) && !g_file_test(t->path, G_FILE_TEST_EXISTS))
		return "expired";
	const char *state = m->rec->reel_states ? g_hash_table_lookup(m->rec->reel_states,
							  GUINT_TO_POINTER(t->number))
						: NULL;

	return g_strcmp0(state, "here") == 0 || g_strcmp0(state, "sealed") == 0 ? NULL : state;
}

/* The index is made from the same clusters; whoever seeks by it must land where the ledger says. */
static void check_index(struct media *m, const struct track *t)
{
	const GArray *entries = t->check.opened ? t->check.opened : t->entries;
	g_autofree char *bytes = NULL;
	uint8_t entry[REEL_ENTRY_LEN];
	gsize len;

	if (!g_file_get_contents(t->index_path, &bytes, &len, NULL)) {
		finding_fault(m->findings, t->index_path, "the index is missing");
		return;
	}
	if (len != (gsize)entries->len * REEL_ENTRY_LEN)
		finding_fault(m->findings, t->index_path, "has %zu bytes, %u entries have %zu", len,
			entries->len, (gsize)entries->len * REEL_ENTRY_LEN);
	for (guint i = 0; i < entries->len && (i + 1) * REEL_ENTRY_LEN <= len; i++) {
		reel_entry_encode(&g_array_index(entries, struct reel_entry, i), entry);
		if (memcmp(entry, bytes + i * REEL_ENTRY_LEN, REEL_ENTRY_LEN) == 0)
			continue;
		/* One that is missing moves all behind it. */
		finding_fault(m->findings, t->index_path,
			"entry %u is not the cluster of the ledger", i + 1);
		return;
	}
}

static uint64_t length_of(const struct track *t)
{
	const struct reel_entry *last =
		&g_array_index(t->entries, struct reel_entry, t->entries->len - 1);

	return last->offset + last->length;
}

static bool is_index_digest(const struct track *t, const char *hex)
{
	g_autoptr(GByteArray) index = g_byte_array_new();
	uint8_t entry[REEL_ENTRY_LEN], named[32], made[32];

	for (guint i = 0; i < t->entries->len; i++) {
		reel_entry_encode(&g_array_index(t->entries, struct reel_entry, i), entry);
		g_byte_array_append(index, entry, sizeof(entry));
	}
	SHA256(index->data, index->len, made);
	return hex && hex_decode_exact(hex, strlen(hex), named, sizeof(named)) &&
	       memcmp(named, made, sizeof(made)) == 0;
}

/* The reel is gone, but what is said of it must still be what the ledger says of its parts. */
static void report_destroyed(struct media *m, const struct track *t, const json_t *row,
	const struct session_event *event)
{
	g_autofree char *place = record_place(event);
	char at[CLOCK_TEXT_SIZE];

	if (in_int(row, "length", -1) != (int64_t)length_of(t))
		finding_fault(m->findings, place,
			"track %u: names %" PRId64 " bytes, the ledger has %" PRIu64, t->number,
			in_int(row, "length", -1), length_of(t));
	else if (!is_index_digest(t, in_text(row, "index_sha256")))
		finding_fault(m->findings, place,
			"track %u: the index it names is not that of the ledger's parts",
			t->number);
	else
		finding_note(m->findings, t->path,
			"the reel was destroyed at the end of its time: destruction record of %s, "
			"%" PRIu64 " bytes, SHA-256 %s",
			clock_format_utc(event->event.real_us, at), length_of(t),
			in_text(row, "sha256"));
}

static void report_absent(struct media *m, const struct track *t, const char *state)
{
	const struct session_event *event;
	const json_t *destroyed = destroyed_row(m, t, &event);

	if (destroyed)
		report_destroyed(m, t, destroyed, event);
	else if (strcmp(state, "withheld") == 0 && is_original(t))
		finding_note(m->findings, t->path,
			"the original of a masked track, not part of the bundle");
	else if (strcmp(state, "withheld") == 0 && is_aside(t))
		finding_note(m->findings, t->path, "said to seat %s alone, not part of the bundle",
			in_text(t->publish, "to"));
	else if (strcmp(state, "withheld") == 0)
		finding_fault(m->findings, t->path,
			"was left out, but it is not the original of a masked track, nor said to one "
			"seat alone");
	else if (strcmp(state, "expired") == 0)
		finding_fault(m->findings, t->path,
			"the reel is missing, and no destruction record names it");
	else
		finding_fault(m->findings, t->path,
			"the reel is missing, and was when the bundle was made");
}

static gboolean report_track(gpointer key, gpointer value, gpointer data)
{
	struct track *t = value;
	struct media *m = data;
	const char *state = state_of(m, t);

	if (!t->entries->len)
		return FALSE;
	if (state) {
		report_absent(m, t, state);
		return FALSE;
	}
	session_reel_report(&t->check, m->findings);
	m->n_blocks += t->check.check.n_blocks;
	m->n_proven += t->check.check.n_proven;
	check_index(m, t);
	return FALSE;
}

/* The reels to be checked, and how many of them were taken by a thread. */
struct load {
	struct media *m;
	GPtrArray *checks; /* struct session_reel_check */
	gint n_taken;      /* atomic */
};

static gboolean add_track(gpointer key, gpointer value, gpointer data)
{
	struct track *t = value;
	struct load *load = data;

	if (!t->entries->len || state_of(load->m, t))
		return FALSE;
	t->check.path = t->path;
	t->check.key_path = load->m->rec->reel_states ? t->key_path : NULL;
	t->check.track = t->number;
	t->check.session_id = load->m->rec->session_id;
	t->check.seat = in_text(t->publish, "seat");
	t->check.to = in_text(t->publish, "to");
	t->check.entries = t->entries;
	t->check.devices = load->m->devices;
	g_ptr_array_add(load->checks, &t->check);
	return FALSE;
}

static void *work(void *data)
{
	struct load *load = data;
	guint i;

	while ((i = (guint)g_atomic_int_add(&load->n_taken, 1)) < load->checks->len)
		session_reel_check(g_ptr_array_index(load->checks, i));
	return NULL;
}

/* Hashing is all there is to wait for: as many threads as there are cores. They are joined, for
 * libcrypto keeps something of each until it has ended. */
static void check_reels(struct media *m)
{
	struct load load = {.m = m, .checks = g_ptr_array_new()};
	g_autoptr(GPtrArray) threads = g_ptr_array_new();

	g_tree_foreach(m->tracks, add_track, &load);
	for (guint i = 0; i < MIN(g_get_num_processors(), load.checks->len); i++)
		g_ptr_array_add(threads, g_thread_new("reels", work, &load));
	for (guint i = 0; i < threads->len; i++)
		g_thread_join(g_ptr_array_index(threads, i));
	g_ptr_array_unref(load.checks);
	g_tree_foreach(m->tracks, report_track, m);
}

/* "7.webm" and "7.idx" of a track 7 that was recorded, in exactly this spelling; in a bundle also
 * "7.key", if it was sealed. */
static bool is_known(const struct media *m, const char *name)
{
	guint64 number = g_ascii_strtoull(name, NULL, 10);
	g_autofree char *reel = g_strdup_printf("%" G_GUINT64_FORMAT ".webm", number);
	g_autofree char *index = g_strdup_printf("%" G_GUINT64_FORMAT ".idx", number);
	g_autofree char *key = g_strdup_printf("%" G_GUINT64_FORMAT ".key", number);
	const struct track *t = number <= UINT16_MAX
					? g_tree_lookup(m->tracks, GINT_TO_POINTER((gint)number))
					: NULL;

	return t && t->entries->len &&
	       (strcmp(name, reel) == 0 || strcmp(name, index) == 0 ||
		       (m->rec->reel_states && strcmp(name, key) == 0));
}

/* A file that no event speaks of does not belong to the record. */
static void check_strangers(struct media *m)
{
	g_autofree char *path = g_build_filename(m->rec->dir, "reels", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (!is_known(m, name))
			finding_fault(m->findings, name, "no event speaks of this file");
}

void session_media_check(const struct session_record *rec)
{
	struct media m = {.rec = rec, .findings = rec->findings, .next_part = 1};

	m.tracks = g_tree_new_full(by_number, NULL, NULL, track_free);
	m.devices = g_array_new(FALSE, FALSE, sizeof(struct session_device));
	m.destructions = g_ptr_array_new();
	take_events(&m);
	check_reels(&m);
	check_strangers(&m);
	finding_note(rec->findings, rec->dir,
		"%u reels, %" PRIu64 " pictures and sounds, %" PRIu64 " under a seat's stamp",
		g_tree_nnodes(m.tracks), m.n_blocks, m.n_proven);
	g_tree_destroy(m.tracks);
	g_array_unref(m.devices);
	g_ptr_array_unref(m.destructions);
}
