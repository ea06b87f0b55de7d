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
#include "proto/media_part.h"
#include "proto/reel_final.h"
#include "tests/support/bundle_dir.h"
#include "tests/support/film_file.h"
#include "tests/support/made_ledger.h"

#define SESSION "01jz0000000000000000000000"
#define TITLE "演练评标会"
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
static char *arg_forge;
static enum forgery forge;
static struct seat *seats;
static struct track *tracks;
static unsigned n_tracks;
static uint8_t *noise;
static int64_t session_no, recording_no, part_no;

static int64_t now_us(int64_t ms)
{
	bool behind = forge == FORGE_CLOCK || forge == FORGE_COSIGNED_CLOCK;
	int64_t late_ms = forge == FORGE_CLOCK ? arg_seconds * 500 : 0;

	return arg_begin_us + ms * 1000 - (behind && ms >= late_ms ? INT64_C(3600) * SECOND_US : 0);
}

static void say(const char *kind, int64_t ms, json_t *body)
{
	made_ledger_add(kind, "session:" SESSION, ++session_no, now_us(ms), body);
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
		made_ledger_add("media.part", "recording:" SESSION, ++recording_no, now_us(ms),
			media_part_build((uint64_t)++part_no,
				(const struct media_cluster *)(void *)clusters->data,
				clusters->len));
}

static void took(struct track *t, const struct reel_entry *closed)
{
	if (closed->length)
		g_array_append_val(t->entries, *closed);
	if (fwrite(t->out->data, 1, t->out->len, t->file) != t->out->len)
		g_error("reel %u: %s", t->no, g_strerror(errno));
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
	path = bundle_dir_path("webm", t->no);
	t->file = g_fopen(path, "w+");
	check(t->file ? reel_writer_new(&head, NULL, t->out, &entry, &t->writer) : -errno);
	took(t, &entry);
	json_t *body = json_pack("{s:i, s:s, s:s, s:s}", "track", (int)t->no, "seat", head.seat,
		"kind", head.kind, "codec", is_audio(t) ? "opus" : "vp8");
	if (!is_audio(t)) {
		json_object_set_new(body, "width", json_integer(head.width));
		json_object_set_new(body, "height", json_integer(head.height));
	}
	say("room.publish", 0, body);
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
	g_autofree char *path = bundle_dir_path("idx", t->no);
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

static void list_file(json_t *files, const char *name)
{
	g_autofree char *path = bundle_dir_path(name, 0);
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

static void add_to_view(void *view, const struct ledger_event *event)
{
	bundle_view_add(view, event);
}

static void write_bundle(void)
{
	struct bundle_view *view = bundle_view_new(SESSION, TITLE);
	g_autoptr(GString) text = NULL, script = NULL;
	json_t *manifest = manifest_json();

	check(canon_dump(manifest, &text));
	made_ledger_each(add_to_view, view);
	check(bundle_view_script(view, text, &script));
	bundle_dir_write("bundle.json", text->str, (gssize)text->len);
	bundle_dir_write("player/data.js", script->str, (gssize)script->len);
	bundle_view_free(view);
	json_decref(manifest);
}

static void make(void)
{
	int64_t middle_s = (arg_begin_us + arg_seconds * 500000) / SECOND_US;

	made_ledger_begin();
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
	noise = g_malloc(NOISE_LEN);
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	for (size_t i = 0; i < NOISE_LEN; i++)
		noise[i] = (uint8_t)g_rand_int(random);
	begin_session();
	hold_session();
	say("session.closed", arg_seconds * 1000, json_object());
	for (unsigned i = 0; i < n_tracks; i++)
		end_track(&tracks[i]);
	bundle_dir_write_json(
		"session.json", json_pack("{s:s, s:s, s:s}", "form", "bidroom.session.v1",
					"session_id", SESSION, "title", TITLE));
	made_ledger_write(forge, middle_s, middle_s + arg_seconds);
	write_bundle();
	made_ledger_end();
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
	forge = forgery_from_name(arg_forge);
	bundle_dir_open(argv[1]);
	make();
	for (int i = 0; i < N_KINDS; i++)
		g_free(arg_films[i]);
	g_free(arg_forge);
	return 0;
}
