/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_session.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "tests/unit/server/verify/record_kit.h"

/* Before the events are put into a ledger: what a dishonest house would write. */
typedef void alter_record_fn(struct record_kit *k);
/* Afterwards: what anybody may do to the files. */
typedef void alter_files_fn(const struct record_kit *k);

static void set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_string(text));
}

static json_t *result_row(const struct record_kit *k, size_t i)
{
	const json_t *result = json_array_get(json_object_get(k->results, "results"), 0);

	return json_array_get(json_object_get(result, "rows"), i);
}

static void flip(const struct record_kit *k, const char *name, gssize at)
{
	gsize len;
	g_autofree char *bytes = kit_read_file(k, name, &len);

	bytes[at < 0 ? (gssize)len + at : at] ^= 1;
	kit_write_file(k, name, bytes, len);
}

/* --- What a house could write ----------------------------------------------------------------- */

static void another_price(struct record_kit *k)
{
	set_text(kit_body(k, "bid.opened", 1), "price", "124.00");
}

static void another_winner(struct record_kit *k)
{
	json_object_set_new(result_row(k, 0), "rank", json_integer(2));
}

static void another_total(struct record_kit *k)
{
	set_text(result_row(k, 1), "total", "76.6000");
}

static void another_score(struct record_kit *k)
{
	json_t *sheet = json_array_get(json_object_get(k->sheets, "sheets"), 1);

	set_text(json_object_get(json_object_get(sheet, "scores"), "b1"), "plan", "73.00");
}

static void an_unlawful_score(struct record_kit *k)
{
	json_t *sheet = json_array_get(json_object_get(k->sheets, "sheets"), 0);

	set_text(json_object_get(json_object_get(sheet, "scores"), "b1"), "plan", "80.01");
}

static void a_sheet_left_out(struct record_kit *k)
{
	json_array_remove(json_object_get(kit_body(k, "lot.ranked", 0), "sheets"), 1);
}

static void a_sheet_of_nobody(struct record_kit *k)
{
	json_array_append_new(json_object_get(k->sheets, "sheets"),
		json_pack("{s:s, s:i, s:s, s:{}}", "lot_id", "lot1", "member_no", 7, "salt", "00",
			"scores"));
}

static void a_result_of_nothing(struct record_kit *k)
{
	json_array_append_new(json_object_get(k->results, "results"),
		json_pack("{s:s, s:[]}", "lot_id", "lot9", "rows"));
}

static void scored_after_the_ranking(struct record_kit *k)
{
	gpointer ranked = g_ptr_array_steal_index(k->events, kit_find(k, "lot.ranked"));

	g_ptr_array_insert(k->events, (gint)kit_find(k, "sheet.submitted"), ranked);
}

static void a_member_who_recused(struct record_kit *k)
{
	g_ptr_array_insert(k->events, (gint)kit_find(k, "room.joined"),
		json_pack("{s:s, s:s, s:s, s:{s:i}}", "kind", "member.recused", "subject",
			"session:" KIT_SESSION, "actor", "member_2", "body", "member_no", 2));
}

static void a_member_nobody_drew(struct record_kit *k)
{
	json_object_set_new(kit_body(k, "member.arrived", 1), "member_no", json_integer(3));
}

static void another_snapshot(struct record_kit *k)
{
	const char *text = json_string_value(json_object_get(k->draw, "snapshot"));
	g_autofree char *shorter = g_strdup(strchr(text, '\n') + 1);

	set_text(k->draw, "snapshot", shorter);
}

static void another_nonce(struct record_kit *k)
{
	json_t *party =
		json_array_get(json_object_get(json_object_get(k->draw, "record"), "parties"), 1);
	g_autofree char *nonce = g_strnfill(64, '9');

	set_text(party, "nonce", nonce);
}

static void committed_too_late(struct record_kit *k)
{
	gpointer first = g_ptr_array_steal_index(k->events, kit_find(k, "draw.nonce_committed"));

	g_ptr_array_insert(k->events, (gint)kit_find(k, "draw.done"), first);
}

static void another_device(struct record_kit *k)
{
	set_text(kit_body(k, "room.joined", 0), "device_key",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

static void nobody_joined(struct record_kit *k)
{
	g_ptr_array_remove_index(k->events, kit_find(k, "room.joined"));
}

static void a_part_that_is_missing(struct record_kit *k)
{
	json_object_set_new(kit_body(k, "media.part", 0), "no", json_integer(2));
}

static void a_part_of_nonsense(struct record_kit *k)
{
	json_object_set_new(kit_body(k, "media.part", 0), "tracks", json_integer(2));
}

/* The same device, under the same seat's name, on another day: its stamps hold. */
static void a_reel_of_another_session(struct record_kit *k)
{
	json_object_set_new(k->events->pdata[kit_find(k, "media.part")], "body",
		kit_record(k, "01jd0000000000000000000009", 1));
}

static void a_reel_of_another_track(struct record_kit *k)
{
	json_t *body = kit_record(k, KIT_SESSION, 2);

	json_object_set_new(k->events->pdata[kit_find(k, "media.part")], "body", body);
}

static void events_of_another_session(struct record_kit *k)
{
	set_text(k->events->pdata[kit_find(k, "session.created")], "subject",
		"session:01jd0000000000000000000009");
}

static void a_number_that_is_missing(struct record_kit *k)
{
	json_object_set_new(
		k->events->pdata[kit_find(k, "session.closed")], "no", json_integer(99));
}

static void a_signature_of_nobody(struct record_kit *k)
{
	set_text(kit_body(k, "report.signed", 0), "key", "unknown");
}

static void another_opinion(struct record_kit *k)
{
	json_t *row = json_array_get(json_object_get(k->report, "opinions"), 0);

	set_text(row, "opinion", "我同意");
}

static void a_signature_too_few(struct record_kit *k)
{
	g_ptr_array_remove_index(k->events, kit_find(k, "report.signed"));
}

/* One who refused and then signed has done so once; the other one did neither. */
static void a_member_counted_twice(struct record_kit *k)
{
	a_signature_too_few(k);
	for (int i = 0; i < 2; i++)
		kit_event(k, "report.refused", "session:" KIT_SESSION, "host",
			json_pack("{s:i}", "member_no", 2));
}

static void another_model(struct record_kit *k)
{
	set_text(json_object_get(k->report, "model"), "title", "另一份报告");
}

static const struct {
	const char *what;
	alter_record_fn *alter;
	const char *said;
} houses[] = {
	{"another price", another_price, "the price is not what the sheets and the opening give"},
	{"another winner", another_winner, "the rank is not what"},
	{"another total", another_total, "the total is not what"},
	{"another score", another_score, "is not the sheet that was committed to"},
	{"an unlawful score", an_unlawful_score, "sheets.json lot lot1 member 1: score."},
	{"a sheet left out", a_sheet_left_out, "leaves out the sheets of 1 members"},
	{"a sheet of nobody", a_sheet_of_nobody, "no event speaks of this sheet"},
	{"a result of nothing", a_result_of_nothing, "no event speaks of the result of lot lot9"},
	{"scored after the ranking", scored_after_the_ranking,
		"no event says that this sheet was submitted in time"},
	{"a member who recused", a_member_who_recused,
		"counts the sheet of member 2, who may not judge"},
	{"a member nobody drew", a_member_nobody_drew, "nobody drew or called this member"},
	{"another snapshot", another_snapshot, "the snapshot is not the one the record names"},
	{"another nonce", another_nonce, "a nonce is not the one its party committed to"},
	{"committed too late", committed_too_late, "a party committed after a nonce"},
	{"another device", another_device, "the seat's certificate: seat_cert_scope"},
	{"nobody joined", nobody_joined, "nobody joined as seat expert_1 in epoch 1"},
	{"a part that is missing", a_part_that_is_missing, "media part 2 where 1 was expected"},
	{"a part of nonsense", a_part_of_nonsense, "the media part cannot be read"},
	{"a reel of another session", a_reel_of_another_session,
		"is of session 01jd0000000000000000000009"},
	{"a reel of another track", a_reel_of_another_track, "is of track 2"},
	{"events of another session", events_of_another_session, "belongs to another session than"},
	{"a number that is missing", a_number_that_is_missing, "number 99 of session:"},
	{"a signature of nobody", a_signature_of_nobody, "no event registers the key"},
	{"another opinion", another_opinion, "is not the one that was signed"},
	{"a signature too few", a_signature_too_few, "closed with 1 of 2 signatures"},
	{"a member counted twice", a_member_counted_twice, "closed with 1 of 2 signatures"},
	{"another model", another_model, "the model is not the one the report was printed from"},
};

/* --- What anybody could do to the files
 * ----------------------------------------------------------- */

static void flip_reel(const struct record_kit *k)
{
	flip(k, "reels/1.webm", -140);
}

static void flip_index(const struct record_kit *k)
{
	flip(k, "reels/1.idx", 70);
}

static void flip_event(const struct record_kit *k)
{
	gsize len;
	g_autofree char *text = kit_read_file(k, "events.jsonl", &len);
	char *at = strstr(text, "125.00");

	at[2] = '4';
	kit_write_file(k, "events.jsonl", text, len);
}

static void flip_checkpoint(const struct record_kit *k)
{
	flip(k, "checkpoint", 30);
}

static void flip_pdf(const struct record_kit *k)
{
	flip(k, "report.pdf", -1);
}

static void cut_reel(const struct record_kit *k)
{
	kit_write_file(k, "reels/1.webm", k->reel->data, k->reel->len - 1);
}

static void no_reel(const struct record_kit *k)
{
	kit_remove_file(k, "reels/1.webm");
}

static void no_index(const struct record_kit *k)
{
	kit_remove_file(k, "reels/1.idx");
}

static void no_draw(const struct record_kit *k)
{
	kit_remove_file(k, "draw.json");
}

static void no_results(const struct record_kit *k)
{
	kit_remove_file(k, "results.json");
}

static void no_pdf(const struct record_kit *k)
{
	kit_remove_file(k, "report.pdf");
}

static void no_json(const struct record_kit *k)
{
	kit_write_file(k, "sheets.json", "{\"sheets\":[", 11);
}

static void another_reel(const struct record_kit *k)
{
	kit_write_file(k, "reels/2.webm", k->reel->data, k->reel->len);
}

/* A number that is the same in 32 bits, and one that is the same but for how it is written. */
static void a_reel_named_alike(const struct record_kit *k)
{
	kit_write_file(k, "reels/4294967297.webm", k->reel->data, k->reel->len);
}

static void a_reel_written_alike(const struct record_kit *k)
{
	kit_write_file(k, "reels/01.webm", k->reel->data, k->reel->len);
}

static void an_index_of_nothing(const struct record_kit *k)
{
	kit_write_file(k, "reels/5.idx", "x", 1);
}

static void a_line_left_out(const struct record_kit *k)
{
	gsize len;
	g_autofree char *text = kit_read_file(k, "events.jsonl", &len);
	char *from = strstr(text, "member.promised");
	char *begin = g_strrstr_len(text, from - text, "\n") + 1, *end = strchr(from, '\n') + 1;

	memmove(begin, end, len - (gsize)(end - text) + 1);
	kit_write_file(k, "events.jsonl", text, strlen(text));
}

static void a_line_of_nonsense(const struct record_kit *k)
{
	gsize len;
	g_autofree char *text = kit_read_file(k, "events.jsonl", &len);
	g_autofree char *more = g_strconcat(text, "{\"leaf\":7}\nnonsense\n", NULL);

	kit_write_file(k, "events.jsonl", more, strlen(more));
}

static void not_this_session(const struct record_kit *k)
{
	const char text[] = "{\"form\":\"bidroom.session.v1\",\"session_id\":\"x\"}";

	kit_write_file(k, "session.json", text, strlen(text));
}

/* Words that would look like our own in a terminal. */
static void forged_words(const struct record_kit *k)
{
	const char text[] = "{\"results\":[{\"lot_id\":\"x\\nsession: whole\\n\\u001b[2J\"}]}";

	kit_write_file(k, "results.json", text, strlen(text));
}

static const struct {
	const char *what;
	alter_files_fn *alter;
	const char *said;
} hands[] = {
	{"a byte of the reel", flip_reel, "reels/1.webm byte"},
	{"a byte of the index", flip_index, "entry 2 is not the cluster of the ledger"},
	{"a price in an event", flip_event, "the event is not in the signed ledger"},
	{"a byte of the checkpoint", flip_checkpoint, "checkpoint: "},
	{"a byte of the report", flip_pdf, "is not the file that was signed"},
	{"a reel cut short", cut_reel, ": missing"},
	{"no reel", no_reel, "the reel is missing"},
	{"no index", no_index, "the index is missing"},
	{"no draw", no_draw, "draw.json: is missing"},
	{"no results", no_results, "results.json: is missing"},
	{"no report", no_pdf, "report.pdf: is missing"},
	{"half a file", no_json, "sheets.json: cannot be read"},
	{"another reel", another_reel, "2.webm: no event speaks of this file"},
	{"a reel named alike", a_reel_named_alike, "4294967297.webm: no event speaks"},
	{"a reel written alike", a_reel_written_alike, "01.webm: no event speaks"},
	{"an index of nothing", an_index_of_nothing, "5.idx: no event speaks"},
	{"a line left out", a_line_left_out, "comes after number"},
	{"lines of nonsense", a_line_of_nonsense, "is not an event with its proof"},
	{"another session's name", not_this_session, "is not the record of a session"},
	{"forged words", forged_words, "lot x?session: whole??[2J"},
};

static void assert_said(const struct record_kit *k, const char *what, int n, const char *said)
{
	if (n <= 0 || !strstr(k->out, "FAULT ") || !strstr(k->out, said))
		fail_msg("%s: %d faults, \"%s\" is not said:\n%s", what, n, said, k->out);
}

static void test_whole(void **state)
{
	struct record_kit *k = kit_new();

	kit_write(k);
	if (kit_verify(k) != 0)
		fail_msg("%s", k->out);
	assert_non_null(strstr(k->out, "5 under a seat's stamp"));
	assert_non_null(strstr(k->out, "1 lots ranked anew"));
	assert_non_null(strstr(k->out, "report signed by 2 of 2 members"));
	kit_free(k);
}

static void test_what_a_house_could_write(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++) {
		struct record_kit *k = kit_new();

		houses[i].alter(k);
		kit_write(k);
		assert_said(k, houses[i].what, kit_verify(k), houses[i].said);
		kit_free(k);
	}
}

static void test_what_hands_could_do(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hands); i++) {
		struct record_kit *k = kit_new();

		kit_write(k);
		hands[i].alter(k);
		assert_said(k, hands[i].what, kit_verify(k), hands[i].said);
		kit_free(k);
	}
}

/* Without these nothing can be said at all. */
static void test_no_record(void **state)
{
	struct record_kit *k = kit_new();

	assert_int_equal(kit_verify(k), -ENOENT);
	kit_write(k);
	kit_remove_file(k, "events.jsonl");
	assert_int_equal(kit_verify(k), -ENOENT);
	kit_free(k);
}

/* Any byte of any file, by turns: what is not the record's own padding is noticed. */
static void test_any_byte(void **state)
{
	static const char *const names[] = {"checkpoint", "draw.json", "events.jsonl",
		"report.json", "report.pdf", "results.json", "session.json", "sheets.json",
		"reels/1.webm", "reels/1.idx"};
	struct record_kit *k = kit_new();
	GRand *chance = g_rand_new_with_seed(7);

	kit_write(k);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		for (int n = 0; n < 20; n++) {
			gsize len;
			g_autofree char *bytes = kit_read_file(k, names[i], &len);
			gssize at = g_rand_int_range(chance, 0, (gint32)len);

			/* The title and a name are for people; nothing is derived from them. */
			if (strcmp(names[i], "session.json") == 0 &&
				at > strstr(bytes, "\"title\"") - bytes)
				continue;
			flip(k, names[i], at);
			if (kit_verify(k) == 0)
				fail_msg("%s byte %zd: not noticed\n%s", names[i], at, k->out);
			kit_write_file(k, names[i], bytes, len);
		}
	g_rand_free(chance);
	assert_int_equal(kit_verify(k), 0);
	kit_free(k);
}

/* Before results told the number of the opening. */
static void test_rows_without_the_number(void **state)
{
	struct record_kit *k = kit_new();
	json_t *result = json_array_get(json_object_get(k->results, "results"), 0);
	uint8_t digest[32];

	for (size_t i = 0; i < 2; i++)
		json_object_del(result_row(k, i), "bid_no");
	assert_int_equal(canon_digest(result, digest), 0);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	set_text(kit_body(k, "lot.ranked", 0), "result_sha256", hex);
	kit_write(k);
	if (kit_verify(k) != 0)
		fail_msg("%s", k->out);
	kit_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_rows_without_the_number),
		cmocka_unit_test(test_what_a_house_could_write),
		cmocka_unit_test(test_what_hands_could_do),
		cmocka_unit_test(test_no_record),
		cmocka_unit_test(test_any_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
