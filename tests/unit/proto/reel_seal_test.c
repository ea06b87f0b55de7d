/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/reel_check.h"
#include "proto/reel_opened.h"

#define N_OBJECTS 40

static const uint8_t session_key[REEL_SESSION_KEY_LEN] = {7, 7, 7};

static struct reel_head head_of(uint16_t track, bool sealed)
{
	struct reel_head head = {.session = "s1",
		.seat = "expert_1",
		.kind = "cam",
		.mask = "original",
		.epoch = 1,
		.track = track,
		.codec = FRAME_CODEC_VP8,
		.width = 320,
		.height = 180,
		.is_sealed = sealed};

	for (size_t i = 0; sealed && i < REEL_SALT_LEN; i++)
		head.salt[i] = (uint8_t)(i + 1);
	return head;
}

struct made {
	struct reel_head head;
	struct reel_seal *seal;
	GByteArray *bytes;
	GArray *entries;
};

static void note(struct made *m, const struct reel_entry *e)
{
	if (e->length)
		g_array_append_val(m->entries, *e);
}

/* A keyframe every ten pictures, a tick after every four. */
static struct made make(uint16_t track, bool sealed)
{
	struct made m = {.head = head_of(track, sealed),
		.bytes = g_byte_array_new(),
		.entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry))};
	struct reel_writer *w;
	struct reel_entry e;

	if (sealed)
		assert_int_equal(reel_seal_new(&m.head, session_key, &m.seal), 0);
	assert_int_equal(reel_writer_new(&m.head, m.seal, m.bytes, &e, &w), 0);
	note(&m, &e);
	for (uint32_t seq = 0; seq < N_OBJECTS; seq++) {
		uint8_t message[FRAME_HEADER_LEN + 50];
		struct frame f = {.track = track,
			.codec = FRAME_CODEC_VP8,
			.flags = seq % 10 ? 0 : FRAME_KEY,
			.seq = seq,
			.session_ms = 1000 + seq * 40};

		memset(message, (int)seq + 1, sizeof(message));
		frame_write_header(&f, message);
		assert_int_equal(reel_writer_put(w, message, sizeof(message), m.bytes, &e), 0);
		note(&m, &e);
		if (seq % 4 == 3) {
			assert_int_equal(reel_writer_close_cluster(w, m.bytes, &e), 0);
			note(&m, &e);
		}
	}
	reel_writer_free(w);
	return m;
}

static void made_done(struct made *m)
{
	reel_seal_free(m->seal);
	g_byte_array_unref(m->bytes);
	g_array_unref(m->entries);
}

static struct reel_entry *entry(const struct made *m, guint i)
{
	return &g_array_index(m->entries, struct reel_entry, i);
}

static int open_cluster(const struct made *m, guint i, GByteArray *out)
{
	return reel_seal_open(
		m->seal, m->bytes->data + entry(m, i)->offset, entry(m, i)->length, out);
}

/* Opened cluster by cluster it is, byte for byte, the reel that was never sealed. */
static void test_opens_to_the_plain_reel(void **state)
{
	struct made plain = make(7, false), sealed = make(7, true);
	g_autoptr(GByteArray) opened = g_byte_array_new();

	assert_int_equal(plain.entries->len, sealed.entries->len);
	assert_int_equal(reel_unsealed_head(&sealed.head, opened), 0);
	for (guint i = 1; i < sealed.entries->len; i++) {
		assert_int_equal(
			entry(&sealed, i)->length, entry(&plain, i)->length + REEL_SEALED_OVERHEAD);
		assert_int_equal(open_cluster(&sealed, i, opened), 0);
	}
	assert_int_equal(opened->len, plain.bytes->len);
	assert_memory_equal(opened->data, plain.bytes->data, opened->len);
	for (guint from = 0; from < sealed.entries->len; from += 3) {
		struct reel_entry moved[3];
		guint n = MIN(3, sealed.entries->len - from);

		memcpy(moved, entry(&sealed, from), n * sizeof(*moved));
		assert_int_equal(reel_unsealed_entries(&sealed.head, from, moved, n), 0);
		for (guint i = 0; i < n; i++) {
			assert_int_equal(moved[i].offset, entry(&plain, from + i)->offset);
			assert_int_equal(moved[i].length, entry(&plain, from + i)->length);
		}
	}
	made_done(&plain);
	made_done(&sealed);
}

static void test_nothing_shows(void **state)
{
	struct made sealed = make(7, true);
	uint8_t picture[50];

	for (int i = 0; i < N_OBJECTS; i++) {
		memset(picture, i + 1, sizeof(picture));
		assert_null(memmem(sealed.bytes->data, sealed.bytes->len, picture, 8));
	}
	made_done(&sealed);
}

/* Index and check work without the key. */
static void test_without_a_key(void **state)
{
	struct made sealed = make(7, true);
	g_autoptr(GArray) again = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_cursor c;
	struct reel_check rc;

	reel_cursor_init(&c, sealed.bytes->data, sealed.bytes->len);
	assert_int_equal(reel_index(&c, again), REEL_END);
	assert_int_equal(again->len, sealed.entries->len);
	assert_memory_equal(
		again->data, sealed.entries->data, again->len * sizeof(struct reel_entry));
	assert_true(c.head.is_sealed);
	assert_int_equal(
		reel_check(sealed.bytes->data, sealed.bytes->len,
			(struct reel_entry *)sealed.entries->data, sealed.entries->len, NULL, &rc),
		0);
	assert_int_equal(rc.findings->len, 0);
	assert_int_equal(rc.n_blocks, N_OBJECTS);
	assert_int_equal(rc.n_sealed, N_OBJECTS);
	assert_int_equal(rc.n_proven, 0);
	assert_int_equal(rc.first_ms, 1000);
	assert_int_equal(rc.last_ms, 1000 + (N_OBJECTS - 1) * 40);
	reel_check_done(&rc);
	made_done(&sealed);
}

/* Cut anywhere, what is whole before is found and nothing else. */
static void test_torn(void **state)
{
	struct made sealed = make(7, true);
	guint whole = 0;

	for (guint len = entry(&sealed, 1)->offset; len < sealed.bytes->len; len++) {
		g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		g_autoptr(GByteArray) out = g_byte_array_new();
		struct reel_cursor c;
		int r;

		while (whole < sealed.entries->len &&
			entry(&sealed, whole)->offset + entry(&sealed, whole)->length <= len)
			whole++;
		reel_cursor_init(&c, sealed.bytes->data, len);
		r = reel_index(&c, found);
		assert_int_equal(r, len == c.whole ? REEL_END : REEL_E_TORN);
		assert_int_equal(found->len, whole);
		assert_int_equal(reel_seal_open(sealed.seal, sealed.bytes->data + c.whole,
					 len - c.whole, out),
			REEL_E_TORN);
	}
	made_done(&sealed);
}

static void test_altered_or_moved(void **state)
{
	struct made sealed = make(7, true), other = make(8, true);
	struct reel_entry *e = entry(&sealed, 3);
	g_autoptr(GByteArray) out = g_byte_array_new();
	struct reel_head salted = sealed.head;
	uint8_t wrong[REEL_SESSION_KEY_LEN] = {7, 7, 6};
	struct reel_seal *seal;

	for (guint i = 0; i < e->length; i++) {
		sealed.bytes->data[e->offset + i] ^= 1;
		assert_int_not_equal(open_cluster(&sealed, 3, out), 0);
		sealed.bytes->data[e->offset + i] ^= 1;
	}
	assert_int_equal(out->len, 0);
	/* in another track's place, under another salt, under another session's key */
	assert_int_equal(reel_seal_open(other.seal, sealed.bytes->data + e->offset, e->length, out),
		REEL_E_DAMAGED);
	salted.salt[0] ^= 1;
	assert_int_equal(reel_seal_new(&salted, session_key, &seal), 0);
	assert_int_equal(reel_seal_open(seal, sealed.bytes->data + e->offset, e->length, out),
		REEL_E_DAMAGED);
	reel_seal_free(seal);
	assert_int_equal(reel_seal_new(&sealed.head, wrong, &seal), 0);
	assert_int_equal(reel_seal_open(seal, sealed.bytes->data + e->offset, e->length, out),
		REEL_E_DAMAGED);
	reel_seal_free(seal);
	assert_int_equal(open_cluster(&sealed, 3, out), 0);
	made_done(&sealed);
	made_done(&other);
}

/* A plain cluster in a sealed reel, and the other way round, is damage. */
static void test_mixed(void **state)
{
	struct made plain = make(7, false), sealed = make(7, true);
	struct made *pairs[2][2] = {{&plain, &sealed}, {&sealed, &plain}};

	for (int i = 0; i < 2; i++) {
		struct made *to = pairs[i][0], *from = pairs[i][1];
		g_autoptr(GByteArray) mixed = g_byte_array_new();
		g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		struct reel_cursor c;

		g_byte_array_append(mixed, to->bytes->data, entry(to, 1)->offset);
		g_byte_array_append(
			mixed, from->bytes->data + entry(from, 1)->offset, entry(from, 1)->length);
		reel_cursor_init(&c, mixed->data, mixed->len);
		assert_int_equal(reel_index(&c, found), REEL_E_DAMAGED);
		assert_int_equal(found->len, 1);
	}
	made_done(&plain);
	made_done(&sealed);
}

/* What the opened reel is checked against; how many findings. */
static guint check_opened(const struct made *sealed, const struct made *plain, const char *text)
{
	g_autoptr(GArray) entries = g_array_copy(sealed->entries);
	struct reel_entry *e = (struct reel_entry *)(void *)entries->data;
	struct reel_opened o;
	struct reel_check rc;

	assert_int_equal(reel_opened_parse(text, strlen(text), &o), 0);
	assert_int_equal(
		reel_opened_entries(&o, plain->bytes->data, plain->bytes->len, e, entries->len), 0);
	reel_opened_done(&o);
	assert_int_equal(
		reel_check(plain->bytes->data, plain->bytes->len, e, entries->len, NULL, &rc), 0);
	guint n = rc.findings->len;
	for (guint i = 0; i < n; i++)
		n -= g_array_index(rc.findings, struct reel_finding, i).kind ==
		     REEL_FINDING_UNSTAMPED;
	assert_int_equal(rc.n_sealed, 0);
	reel_check_done(&rc);
	return n;
}

/* Opened for somebody it holds against the entries of the sealed one; altered anywhere, or under
 * another key or head, it does not. */
static void test_opened(void **state)
{
	struct made plain = make(7, false), sealed = make(7, true), other = make(8, true);
	struct made *reels[] = {&sealed, &other};
	GString *texts[2];

	for (int i = 0; i < 2; i++) {
		struct reel_opened o;
		assert_int_equal(reel_opened_make(reels[i]->bytes->data, entry(reels[i], 0)->length,
					 reels[i]->seal, &o),
			0);
		assert_int_equal(reel_opened_format(&o, &texts[i]), 0);
		reel_opened_done(&o);
	}
	assert_int_equal(check_opened(&sealed, &plain, texts[0]->str), 0);
	for (guint i = 0; i < plain.entries->len; i++) {
		plain.bytes->data[entry(&plain, i)->offset + entry(&plain, i)->length / 2] ^= 1;
		assert_true(check_opened(&sealed, &plain, texts[0]->str) > 0);
		plain.bytes->data[entry(&plain, i)->offset + entry(&plain, i)->length / 2] ^= 1;
	}
	assert_true(check_opened(&sealed, &plain, texts[1]->str) >= plain.entries->len);
	char *digit = strstr(texts[0]->str, "\"key\":\"") + 7;
	*digit = *digit == '0' ? '1' : '0';
	assert_true(check_opened(&sealed, &plain, texts[0]->str) >= plain.entries->len - 1);
	for (int i = 0; i < 2; i++)
		g_string_free(texts[i], TRUE);
	made_done(&plain);
	made_done(&sealed);
	made_done(&other);
}

static void test_no_opening(void **state)
{
	static const char *const texts[] = {"", "{}", "{\"head\":\"\",\"key\":\"\"}",
		"{\"head\":\"AAAA\",\"key\":\"00\"}",
		"{\"head\":\"=\",\"key\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		"{\"head\":\"GkXf\",\"key\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}"};
	struct made plain = make(7, false), sealed = make(7, true);
	struct reel_opened o;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_int_equal(reel_opened_parse(texts[i], strlen(texts[i]), &o), REEL_E_HEAD);
	assert_int_equal(
		reel_opened_make(plain.bytes->data, entry(&plain, 0)->length, sealed.seal, &o),
		REEL_E_HEAD);
	made_done(&plain);
	made_done(&sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opens_to_the_plain_reel),
		cmocka_unit_test(test_nothing_shows),
		cmocka_unit_test(test_without_a_key),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_altered_or_moved),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_opened),
		cmocka_unit_test(test_no_opening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
