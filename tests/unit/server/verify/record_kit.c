/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/verify/record_kit_inner.h"

#include <errno.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/media_part.h"
#include "proto/report_statement.h"
#include "proto/seat_cert.h"
#include "proto/stamp.h"
#include "server/eval/draw.h"
#include "server/eval/report_model.h"
#include "server/eval/score.h"

#define LOT "lot1"
#define SUBJECT "session:" KIT_SESSION

const uint8_t kit_log_seed[ED25519_KEY_LEN] = {1};
static const uint8_t device_seed[ED25519_KEY_LEN] = {2};
const uint8_t kit_member_seeds[2][ED25519_KEY_LEN] = {{3}, {4}};
const char *const kit_members[2] = {"member_1", "member_2"};

static const char scheme_text[] =
	"{\"items\":[{\"id\":\"plan\",\"kind\":\"technical\",\"max\":\"80.00\",\"name\":\"方案\","
	"\"objective\":false}],\"price\":{\"method\":\"gp_lowest\",\"weight\":\"20.00\"}}";

/* 20 points for the lowest price: 100/125 of them for the other. */
static const char results_text[] =
	"{\"results\":[{\"lot_id\":\"lot1\",\"rows\":["
	"{\"bid_id\":\"b1\",\"no\":1,\"bid_no\":1,\"bidder_name\":\"甲\",\"price\":\"100.00\",\"mean\":\"71.0000\","
	"\"price_score\":\"20.00\",\"total\":\"91.0000\",\"rank\":1,\"tied\":false,\"members\":["
	"{\"member_no\":1,\"total\":\"70.00\",\"scores\":{\"plan\":\"70.00\"}},"
	"{\"member_no\":2,\"total\":\"72.00\",\"scores\":{\"plan\":\"72.00\"}}]},"
	"{\"bid_id\":\"b2\",\"no\":2,\"bid_no\":3,\"bidder_name\":\"乙\",\"price\":\"125.00\",\"mean\":\"60.5000\","
	"\"price_score\":\"16.00\",\"total\":\"76.5000\",\"rank\":2,\"tied\":false,\"members\":["
	"{\"member_no\":1,\"total\":\"60.00\",\"scores\":{\"plan\":\"60.00\"}},"
	"{\"member_no\":2,\"total\":\"61.00\",\"scores\":{\"plan\":\"61.00\"}}]}]}]}";

static const char sheets_text[] =
	"{\"sheets\":[{\"lot_id\":\"lot1\",\"member_no\":1,"
	"\"salt\":\"00112233445566778899aabbccddeeff\","
	"\"scores\":{\"b1\":{\"plan\":\"70.00\"},\"b2\":{\"plan\":\"60.00\"}}},"
	"{\"lot_id\":\"lot1\",\"member_no\":2,\"salt\":\"ffeeddccbbaa99887766554433221100\","
	"\"scores\":{\"b1\":{\"plan\":\"72.00\"},\"b2\":{\"plan\":\"61.00\"}}}]}";

static json_t *json_of(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s: %s", text, error.text);
	return json;
}

json_t *kit_hex(const uint8_t digest[32])
{
	g_autofree char *text = hex_encode(digest, 32);

	return json_string(text);
}

static json_t *base64_json(const uint8_t *bytes, size_t len)
{
	g_autofree char *text = g_malloc(BASE64_SIZE(len));

	base64_encode(bytes, len, text);
	return json_string(text);
}

static json_t *sha256_json(const void *bytes, size_t len)
{
	uint8_t digest[32];

	SHA256(bytes, len, digest);
	return kit_hex(digest);
}

static json_t *digest_json(const json_t *value)
{
	uint8_t digest[32];

	assert_int_equal(canon_digest(value, digest), 0);
	return kit_hex(digest);
}

void kit_event(struct record_kit *k, const char *kind, const char *subject, const char *actor,
	json_t *body)
{
	g_ptr_array_add(k->events, json_pack("{s:s, s:s, s:s, s:o}", "kind", kind, "subject",
					   subject, "actor", actor, "body", body));
}

guint kit_find(const struct record_kit *k, const char *kind)
{
	for (guint i = 0; i < k->events->len; i++)
		if (strcmp(json_string_value(json_object_get(k->events->pdata[i], "kind")), kind) ==
			0)
			return i;
	fail_msg("no event %s", kind);
	return 0;
}

GPtrArray *kit_cut(struct record_kit *k, const char *kind)
{
	guint at = kit_find(k, kind);
	GPtrArray *rest = g_ptr_array_new();

	while (k->events->len > at)
		g_ptr_array_add(rest, g_ptr_array_steal_index(k->events, at));
	return rest;
}

void kit_put_back(struct record_kit *k, GPtrArray *rest)
{
	for (guint i = 0; i < rest->len; i++)
		g_ptr_array_add(k->events, g_ptr_array_index(rest, i));
	g_ptr_array_unref(rest);
}

void kit_again(struct record_kit *k, const GPtrArray *rest)
{
	for (guint i = 0; i < rest->len; i++)
		g_ptr_array_add(k->events, json_incref(g_ptr_array_index(rest, i)));
}

json_t *kit_body(const struct record_kit *k, const char *kind, unsigned n)
{
	for (guint i = kit_find(k, kind); i < k->events->len; i++)
		if (strcmp(json_string_value(json_object_get(k->events->pdata[i], "kind")), kind) ==
				0 &&
			n-- == 0)
			return json_object_get(k->events->pdata[i], "body");
	fail_msg("not that many events %s", kind);
	return NULL;
}

/* --- The draw ------------------------------------------------------------------------------- */

static void draw_events(struct record_kit *k)
{
	static const char *const events[] = {"draw.nonce_committed", "draw.nonce_revealed"};
	static const char *const names[] = {"commitment", "nonce"};
	json_t *record = json_object_get(k->draw, "record");

	kit_event(k, "draw.prepared", "draw:d1", "staff",
		json_pack("{s:O, s:O, s:O}", "key_commitment",
			json_object_get(record, "key_commitment"), "rule",
			json_object_get(record, "rule"), "snapshot",
			json_object_get(record, "snapshot")));
	for (int e = 0; e < 2; e++)
		for (size_t p = 0; p < N_DRAW_PARTIES; p++) {
			const json_t *row = json_array_get(json_object_get(record, "parties"), p);

			kit_event(k, events[e], "draw:d1", "party",
				json_pack("{s:O, s:O}", "party", json_object_get(row, "party"),
					names[e], json_object_get(row, names[e])));
		}
	kit_event(k, "draw.done", "draw:d1", "staff", json_pack("{s:O}", "record", record));
}

static void make_draw(struct record_kit *k)
{
	static const uint8_t key[DRAW_BYTES] = "the key of this draw, 32 bytes.";
	const struct draw_rule rule = {2, 1};
	struct draw_entry entries[9] = {0};
	struct draw_snapshot *snapshot = NULL;
	struct draw_secrets secrets;
	json_t *record = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
		g_autofree char *id = g_strdup_printf("expert-%zu", i);

		draw_pseudonym(key, id, entries[i].pseudonym);
		entries[i].flags = DRAW_SPECIALITY;
	}
	draw_key_commitment(key, secrets.key_commitment);
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		memset(secrets.nonces[p], p + 1, DRAW_BYTES);
		draw_nonce_commitment(secrets.nonces[p], secrets.commitments[p]);
	}
	assert_int_equal(draw_snapshot_new(entries, G_N_ELEMENTS(entries), &snapshot), 0);
	assert_int_equal(draw_run(snapshot, &rule, &secrets, &record, NULL), 0);
	g_autoptr(GString) text = draw_snapshot_text(snapshot);

	json_object_set(json_array_get(json_object_get(k->results, "results"), 0), "seed",
		json_object_get(record, "seed"));
	k->draw = json_pack("{s:s, s:s, s:o, s:s}", "draw_id", "d1", "session_id", KIT_SESSION,
		"record", record, "snapshot", text->str);
	draw_snapshot_free(snapshot);
}

/* --- The recording -----------------------------------------------------------------------------
 */

static void add_entry(GArray *clusters, GByteArray *index, const struct reel_entry *e)
{
	struct media_cluster c = {.track = 1, .entry = *e};
	uint8_t bytes[REEL_ENTRY_LEN];

	g_array_append_val(clusters, c);
	reel_entry_encode(e, bytes);
	g_byte_array_append(index, bytes, sizeof(bytes));
}

/* Five sounds under one stamp. */
static void put_sounds(struct reel_writer *w, const struct reel_head *head, GByteArray *reel)
{
	struct stamp_group *group = stamp_group_new(head->track);
	struct stamp_scope scope = {.seat = "expert_1"};
	struct stamp stamp = {0};
	struct reel_entry closed;
	uint8_t message[FRAME_HEADER_LEN + 8], sealed[STAMP_LEN];

	g_strlcpy(scope.session, head->session, sizeof(scope.session));
	for (uint32_t i = 0; i < 5; i++) {
		struct frame f = {.track = head->track,
			.seq = i,
			.flags = FRAME_KEY,
			.codec = FRAME_CODEC_OPUS,
			.capture_us = 1000000 + i * 20000,
			.session_ms = 100 + i * 20,
			.payload = message + FRAME_HEADER_LEN,
			.payload_len = 8};

		memset(message + FRAME_HEADER_LEN, (int)i, 8);
		frame_write_header(&f, message);
		assert_int_equal(stamp_group_add(group, &f), 0);
		assert_int_equal(reel_writer_put(w, message, sizeof(message), reel, &closed), 0);
	}
	assert_int_equal(stamp_group_finish(group, &stamp), 0);
	stamp.epoch = 1;
	assert_int_equal(stamp_sign(&stamp, &scope, device_seed), 0);
	stamp_encode(&stamp, sealed);
	assert_int_equal(reel_writer_put(w, sealed, sizeof(sealed), reel, &closed), 0);
	stamp_group_free(group);
}

json_t *kit_record(struct record_kit *k, const char *session, uint16_t track)
{
	struct reel_head head = {.seat = "expert_1",
		.kind = "mic",
		.epoch = 1,
		.track = track,
		.codec = FRAME_CODEC_OPUS,
		.session_start_us = START_US};
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	struct reel_writer *w;
	struct reel_entry entry;

	g_strlcpy(head.session, session, sizeof(head.session));
	g_byte_array_set_size(k->reel, 0);
	g_byte_array_set_size(k->index, 0);
	assert_int_equal(reel_writer_new(&head, NULL, k->reel, &entry, &w), 0);
	add_entry(clusters, k->index, &entry);
	put_sounds(w, &head, k->reel);
	assert_int_equal(reel_writer_close_cluster(w, k->reel, &entry), 0);
	add_entry(clusters, k->index, &entry);
	reel_writer_free(w);
	return media_part_build(1, (struct media_cluster *)(void *)clusters->data, clusters->len);
}

static void join_seat(struct record_kit *k)
{
	struct seat_cert cert = {.session = KIT_SESSION,
		.seat = "expert_1",
		.epoch = 1,
		.not_before_us = START_US,
		.not_after_us = START_US + INT64_C(86400) * 1000000};
	json_t *json = NULL;

	assert_int_equal(ed25519_public(device_seed, cert.device_key), 0);
	assert_int_equal(seat_cert_build(&cert, kit_member_seeds[0], &json), 0);
	kit_event(k, "room.joined", SUBJECT, kit_members[0],
		json_pack("{s:s, s:i, s:o, s:o}", "seat", "expert_1", "epoch", 1, "device_key",
			base64_json(cert.device_key, sizeof(cert.device_key)), "seat_cert", json));
}

/* --- The evaluation ------------------------------------------------------------------------------
 */

static void register_lot(struct record_kit *k)
{
	kit_event(k, "project.created", "project:p1", "agency",
		json_pack("{s:[{s:s, s:i, s:s}], s:{s:[{s:s, s:o}]}}", "lots", "lot_id", LOT, "no",
			1, "code", "L1", "input", "lots", "price_form", "amount", "scheme",
			json_incref(k->scheme)));
	for (int i = 0; i < 2; i++) {
		g_autofree char *subject = g_strconcat("account:", kit_members[i], NULL);
		uint8_t key[ED25519_KEY_LEN];

		ed25519_public(kit_member_seeds[i], key);
		kit_event(k, "account.key_registered", subject, kit_members[i],
			json_pack("{s:s, s:o}", "kid", kit_members[i], "public_key",
				base64_json(key, sizeof(key))));
	}
	kit_event(k, "bid.opened", "bid:b1", "system",
		json_of("{\"lot_code\":\"L1\",\"bid_no\":1,\"bidder_name\":\"甲\",\"price\":\"100.00\"}"));
	kit_event(k, "bid.opened", "bid:b2", "system",
		json_of("{\"lot_code\":\"L1\",\"bid_no\":3,\"bidder_name\":\"乙\",\"price\":\"125.00\"}"));
}

static void submit_sheets(struct record_kit *k)
{
	struct criteria *criteria = NULL;
	size_t i;
	json_t *sheet;

	assert_int_equal(criteria_read(k->scheme, &criteria, NULL), 0);
	json_array_foreach (json_object_get(k->sheets, "sheets"), i, sheet) {
		struct score_sheet_head head = {KIT_SESSION, LOT, (int)i + 1};
		const char *salt_text = json_string_value(json_object_get(sheet, "salt"));
		g_autoptr(GString) text = NULL;
		uint8_t salt[SCORE_SALT_LEN], commitment[32];

		assert_true(hex_decode_exact(salt_text, strlen(salt_text), salt, sizeof(salt)));
		assert_int_equal(
			score_canonical(criteria, &head, json_object_get(sheet, "scores"), &text),
			0);
		score_commitment(salt, text, commitment);
		kit_event(k, "sheet.submitted", "lot:" LOT, kit_members[i],
			json_pack("{s:s, s:i, s:o, s:o}", "lot", LOT, "member_no", (int)i + 1,
				"criteria", kit_hex(criteria->digest), "commitment",
				kit_hex(commitment)));
	}
	kit_event(k, "lot.ranked", "lot:" LOT, "system",
		json_pack("{s:s, s:o, s:o, s:[{s:i}, {s:i}]}", "lot", LOT, "criteria",
			kit_hex(criteria->digest), "result_sha256",
			digest_json(json_array_get(json_object_get(k->results, "results"), 0)),
			"sheets", "member_no", 1, "member_no", 2));
	criteria_free(criteria);
}

static json_t *signature_of(const struct record_kit *k, int member, const char *opinion)
{
	uint8_t digest[32], sig[ED25519_SIG_LEN];

	SHA256((const uint8_t *)k->pdf->str, k->pdf->len, digest);
	/* Of before there were signatures inside the PDF: such records verify for ever. */
	const struct report_statement statement = {KIT_SESSION, member + 1, digest, opinion, NULL};
	g_autoptr(GString) text = report_statement(&statement);

	assert_int_equal(ed25519_sign(kit_member_seeds[member], text->str, text->len, sig), 0);
	return base64_json(sig, sizeof(sig));
}

static void sign_report(struct record_kit *k)
{
	static const char opinion[] = KIT_OPINION;
	json_t *model = report_model_new("评标报告", START_US);
	json_t *signed_2;

	report_model_finish(model);
	k->pdf = g_string_new("%PDF-1.7 the printed report");
	k->report = json_pack("{s:o, s:[{s:i, s:s}]}", "model", model, "opinions", "member_no", 2,
		"opinion", opinion);
	kit_event(k, "report.made", SUBJECT, "host",
		json_pack("{s:o, s:o}", "pdf_sha256", sha256_json(k->pdf->str, k->pdf->len),
			"model_sha256", digest_json(model)));
	kit_event(k, "report.signed", SUBJECT, kit_members[0],
		json_pack("{s:i, s:s, s:o, s:o}", "member_no", 1, "key", kit_members[0], "sha256",
			sha256_json(k->pdf->str, k->pdf->len), "signature",
			signature_of(k, 0, NULL)));
	signed_2 = json_pack("{s:i, s:s, s:o, s:o, s:o}", "member_no", 2, "key", kit_members[1],
		"sha256", sha256_json(k->pdf->str, k->pdf->len), "signature",
		signature_of(k, 1, opinion), "opinion_sha256",
		sha256_json(opinion, strlen(opinion)));
	kit_event(k, "report.signed", SUBJECT, kit_members[1], signed_2);
}

static void seat_members(struct record_kit *k)
{
	for (int i = 0; i < 2; i++)
		kit_event(k, "member.arrived", SUBJECT, kit_members[i],
			json_pack("{s:i}", "member_no", i + 1));
	for (int i = 0; i < 2; i++)
		kit_event(k, "member.promised", SUBJECT, kit_members[i],
			json_pack("{s:i}", "member_no", i + 1));
}

static void decref(gpointer json)
{
	json_decref(json);
}

void kit_rank_again(struct record_kit *k)
{
	json_object_set_new(kit_body(k, "lot.ranked", 0), "result_sha256",
		digest_json(json_array_get(json_object_get(k->results, "results"), 0)));
}

static struct record_kit *new_with(const char *review, const char *low_price, bool objective)
{
	struct record_kit *k = g_new0(struct record_kit, 1);
	uint8_t log_key[ED25519_KEY_LEN];

	k->dir = g_dir_make_tmp("record-XXXXXX", NULL);
	assert_non_null(k->dir);
	assert_int_equal(ed25519_public(kit_log_seed, log_key), 0);
	assert_int_equal(note_key_make("example.org/log", NOTE_ED25519, log_key, &k->key), 0);
	k->events = g_ptr_array_new_with_free_func(decref);
	k->reel = g_byte_array_new();
	k->index = g_byte_array_new();
	k->scheme = json_of(scheme_text);
	json_object_set_new(json_array_get(json_object_get(k->scheme, "items"), 0), "objective",
		json_boolean(objective));
	if (review)
		json_object_set_new(k->scheme, "review", json_of(review));
	if (low_price)
		json_object_set_new(k->scheme, "low_price", json_of(low_price));
	k->sheets = json_of(sheets_text);
	k->results = json_of(results_text);
	register_lot(k);
	kit_event(k, "session.created", SUBJECT, "host", json_of("{\"input\":{\"panel_size\":2}}"));
	make_draw(k);
	draw_events(k);
	seat_members(k);
	join_seat(k);
	kit_event(
		k, "media.part", "recording:" KIT_SESSION, "system", kit_record(k, KIT_SESSION, 1));
	submit_sheets(k);
	sign_report(k);
	kit_event(k, "session.closed", SUBJECT, "host", json_object());
	return k;
}

struct record_kit *kit_new(void)
{
	return kit_new_of(NULL);
}

struct record_kit *kit_new_of(const char *review)
{
	return new_with(review, NULL, false);
}

struct record_kit *kit_new_objective(void)
{
	return new_with(NULL, NULL, true);
}

struct record_kit *kit_new_low_price(void)
{
	struct record_kit *k = new_with(NULL, "{\"rule\":\"E20\"}", false);
	json_t *lots = json_object_get(
		json_object_get(kit_body(k, "project.created", 0), "input"), "lots");

	json_object_set_new(json_array_get(lots, 0), "ceiling", json_string("120"));
	json_object_set_new(json_object_get(kit_body(k, "session.created", 0), "input"), "lots",
		json_of("[\"lot1\"]"));
	return k;
}

static void remove_all(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_all(path);
		else
			remove(path);
	}
	remove(dir);
}

struct record_kit *kit_free(struct record_kit *k)
{
	remove_all(k->dir);
	g_free(k->dir);
	g_ptr_array_unref(k->events);
	json_decref(k->scheme);
	json_decref(k->draw);
	json_decref(k->sheets);
	json_decref(k->results);
	json_decref(k->report);
	g_string_free(k->pdf, TRUE);
	g_clear_pointer(&k->signed_pdf, g_bytes_unref);
	g_byte_array_unref(k->reel);
	g_byte_array_unref(k->index);
	g_free(k->out);
	g_free(k);
	return NULL;
}

void kit_check_houses(const struct kit_house *houses, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct record_kit *k = kit_new();

		houses[i].write(k);
		kit_write(k);
		const char *said = houses[i].said;
		int faults = kit_verify(k);
		if (said ? faults <= 0 || !strstr(k->out, said) : faults != 0)
			fail_msg("%s: \"%s\" is not said:\n%s", houses[i].what, said ?: "nothing",
				k->out);
		kit_free(k);
	}
}
