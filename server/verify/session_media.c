/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_media.h"

#include <inttypes.h>
#include <string.h>

#include "proto/media_part.h"
#include "proto/reel_check.h"
#include "proto/seat_cert.h"
#include "server/core/fields.h"
#include "server/verify/session_events.h"

/* What the events say of one track. */
struct track {
	GArray *entries; /* struct reel_entry */
};

/* What they say of a seat in one epoch: "seat epoch" -> device key. */
struct media {
	const char *dir;
	struct findings *findings;
	GHashTable *tracks;  /* number -> struct track */
	GHashTable *devices; /* text -> GBytes */
	uint64_t next_part;
	uint64_t n_blocks, n_proven;
};

static void track_free(void *data)
{
	g_array_unref(((struct track *)data)->entries);
	g_free(data);
}

static struct track *track_of(struct media *m, uint16_t number)
{
	struct track *t = g_hash_table_lookup(m->tracks, GUINT_TO_POINTER((guint)number));

	if (!t) {
		t = g_new0(struct track, 1);
		t->entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		g_hash_table_insert(m->tracks, GUINT_TO_POINTER((guint)number), t);
	}
	return t;
}

static void take_part(struct media *m, const struct session_event *row)
{
	g_autofree char *place = g_strdup_printf("events.jsonl line %u", row->line);
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

static char *device_name(const char *seat, int64_t epoch)
{
	return g_strdup_printf("%s %" PRId64, seat, epoch);
}

/* The expert's certificate, where there is one, must name the device that joined. */
static void check_cert(
	struct media *m, const char *place, const struct session_event *row, GBytes *key)
{
	const json_t *cert = json_object_get(row->event.body, "seat_cert");
	const char *session = strchr(row->event.subject, ':');
	struct seat_cert named;
	uint8_t expert[ED25519_KEY_LEN];

	if (!cert || !session)
		return;
	int r = seat_cert_verify(cert, NULL, &named, expert);
	if (!r)
		r = seat_cert_check(&named, session + 1, in_text(row->event.body, "seat"),
			(uint32_t)in_int(row->event.body, "epoch", 0), g_bytes_get_data(key, NULL),
			row->event.real_us);
	if (r)
		finding_fault(m->findings, place, "the seat's certificate: %s",
			seat_cert_refusal_code(r));
}

static void take_joined(struct media *m, const struct session_event *row)
{
	g_autofree char *place = g_strdup_printf("events.jsonl line %u", row->line);
	const char *seat = in_text(row->event.body, "seat");
	g_autoptr(GBytes) key = in_base64(row->event.body, "device_key");

	if (!seat || !key || g_bytes_get_size(key) != ED25519_KEY_LEN) {
		finding_fault(m->findings, place, "joined without a device key");
		return;
	}
	check_cert(m, place, row, key);
	g_hash_table_insert(m->devices, device_name(seat, in_int(row->event.body, "epoch", 0)),
		g_bytes_ref(key));
}

static void report(struct media *m, const char *path, const struct reel_check *check)
{
	for (guint i = 0; i < check->findings->len; i++) {
		const struct reel_finding *f =
			&g_array_index(check->findings, struct reel_finding, i);
		g_autofree char *place = g_strdup_printf(
			"%s byte %" PRIu64 ", time %u ms", path, f->offset, f->time_ms);
		if (reel_finding_is_note(f))
			finding_note(m->findings, place, "%s (%u objects)",
				reel_finding_code(f->kind), f->n_objects);
		else
			finding_fault(m->findings, place, "%s", reel_finding_code(f->kind));
	}
}

/* The head inside the reel says whose track it is; its bytes are in the ledger like all others. */
static GBytes *device_of(struct media *m, const struct reel_entry *entries, guint n,
	const uint8_t *data, gsize len, struct reel_check *ret_first)
{
	int r = reel_check(data, len, entries, n, NULL, ret_first);

	if (r)
		return NULL;
	g_autofree char *name = device_name(ret_first->head.seat, ret_first->head.epoch);
	return g_hash_table_lookup(m->devices, name);
}

/* The index is made from the same clusters; whoever seeks by it must land where the ledger says. */
static void check_index(struct media *m, unsigned number, const struct track *t)
{
	g_autofree char *path = g_strdup_printf("%s/reels/%u.idx", m->dir, number);
	g_autofree char *bytes = NULL;
	uint8_t entry[REEL_ENTRY_LEN];
	gsize len;

	if (!g_file_get_contents(path, &bytes, &len, NULL)) {
		finding_fault(m->findings, path, "the index is missing");
		return;
	}
	if (len != (gsize)t->entries->len * REEL_ENTRY_LEN)
		finding_fault(m->findings, path, "has %zu bytes, %u entries have %zu", len,
			t->entries->len, (gsize)t->entries->len * REEL_ENTRY_LEN);
	for (guint i = 0; i < t->entries->len && (i + 1) * REEL_ENTRY_LEN <= len; i++) {
		reel_entry_encode(&g_array_index(t->entries, struct reel_entry, i), entry);
		if (memcmp(entry, bytes + i * REEL_ENTRY_LEN, REEL_ENTRY_LEN) != 0)
			finding_fault(m->findings, path,
				"entry %u is not the cluster of the ledger", i + 1);
	}
}

static void check_track(struct media *m, unsigned number, const struct track *t)
{
	g_autofree char *path = g_strdup_printf("%s/reels/%u.webm", m->dir, number);
	const struct reel_entry *entries = (const struct reel_entry *)(void *)t->entries->data;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
	struct reel_check first = {0}, check = {0};

	if (!file) {
		finding_fault(m->findings, path, "the reel is missing");
		return;
	}
	const uint8_t *data = (const uint8_t *)g_mapped_file_get_contents(file);
	gsize len = g_mapped_file_get_length(file);
	GBytes *device = device_of(m, entries, t->entries->len, data, len, &first);
	if (first.head.session[0] && !device)
		finding_fault(m->findings, path, "nobody joined as seat %s in epoch %u",
			first.head.seat, first.head.epoch);
	int r = reel_check(data, len, entries, t->entries->len,
		device ? g_bytes_get_data(device, NULL) : NULL, &check);
	if (r) {
		finding_fault(m->findings, path, "could not be checked");
	} else {
		report(m, path, &check);
		m->n_blocks += check.n_blocks;
		m->n_proven += check.n_proven;
		reel_check_done(&check);
	}
	reel_check_done(&first);
}

/* A file that no event speaks of does not belong to the record. */
static void check_strangers(struct media *m)
{
	g_autofree char *path = g_build_filename(m->dir, "reels", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *end;
		guint64 number = g_ascii_strtoull(name, &end, 10);
		if (strcmp(end, ".webm") == 0 &&
			!g_hash_table_contains(m->tracks, GUINT_TO_POINTER((guint)number)))
			finding_fault(m->findings, name, "no event speaks of this reel");
	}
}

void session_media_check(const char *dir, const GArray *events, struct findings *findings)
{
	struct media m = {.dir = dir, .findings = findings, .next_part = 1};
	GHashTableIter iter;
	gpointer number, track;

	m.tracks = g_hash_table_new_full(NULL, NULL, NULL, track_free);
	m.devices = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
	for (guint i = 0; i < events->len; i++) {
		const struct session_event *row = &g_array_index(events, struct session_event, i);
		if (strcmp(row->event.kind, "media.part") == 0)
			take_part(&m, row);
		else if (strcmp(row->event.kind, "room.joined") == 0)
			take_joined(&m, row);
	}
	g_hash_table_iter_init(&iter, m.tracks);
	while (g_hash_table_iter_next(&iter, &number, &track)) {
		check_track(&m, GPOINTER_TO_UINT(number), track);
		check_index(&m, GPOINTER_TO_UINT(number), track);
	}
	check_strangers(&m);
	finding_note(findings, dir,
		"%u reels, %" PRIu64 " pictures and sounds, %" PRIu64 " under a seat's stamp",
		g_hash_table_size(m.tracks), m.n_blocks, m.n_proven);
	g_hash_table_unref(m.tracks);
	g_hash_table_unref(m.devices);
}
