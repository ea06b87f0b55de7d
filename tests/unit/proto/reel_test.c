/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/bytes.h"
#include "proto/reel_check.h"

static const struct reel_head cam = {
	.session = "s1",
	.seat = "expert_1",
	.kind = "cam",
	.epoch = 4,
	.track = 7,
	.codec = FRAME_CODEC_VP8,
	.width = 320,
	.height = 180,
	.session_start_us = 1700000000000000,
};
static const struct stamp_scope scope = {"s1", "expert_1"};
static const uint8_t seed[ED25519_KEY_LEN] = {1, 2, 3};

struct made {
	GByteArray *bytes;
	GArray *entries;
	GArray *ends; /* uint64_t: after the head and after each block and stamp */
	struct reel_writer *writer;
	struct stamp_group *group;
};

static void note_closed(struct made *m, const struct reel_entry *closed)
{
	if (closed->length)
		g_array_append_val(m->entries, *closed);
}

static void note_end(struct made *m)
{
	uint64_t end = m->bytes->len;

	g_array_append_val(m->ends, end);
}

static struct made made_new(void)
{
	struct made m = {
		.bytes = g_byte_array_new(),
		.entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry)),
		.ends = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
		.group = stamp_group_new(cam.track),
	};
	struct reel_entry entry;

	assert_int_equal(reel_writer_new(&cam, NULL, m.bytes, &entry, &m.writer), 0);
	note_closed(&m, &entry);
	note_end(&m);
	return m;
}

static void made_done(struct made *m)
{
	g_byte_array_unref(m->bytes);
	g_array_unref(m->entries);
	g_array_unref(m->ends);
	stamp_group_free(m->group);
	reel_writer_free(m->writer);
}

static void put_object(struct made *m, uint32_t seq, uint32_t session_ms, bool key)
{
	uint8_t message[FRAME_HEADER_LEN + 20];
	struct frame f = {.track = cam.track,
		.codec = cam.codec,
		.flags = key ? FRAME_KEY : FRAME_DISCARDABLE,
		.seq = seq,
		.capture_us = seq * 40000,
		.session_ms = session_ms};
	struct reel_entry closed;

	memset(message, (int)seq, sizeof(message));
	frame_write_header(&f, message);
	assert_int_equal(frame_parse(message, sizeof(message), &f), 0);
	assert_int_equal(stamp_group_add(m->group, &f), 0);
	assert_int_equal(
		reel_writer_put(m->writer, message, sizeof(message), m->bytes, &closed), 0);
	note_closed(m, &closed);
	note_end(m);
}

static void put_stamp(struct made *m, uint32_t session_ms)
{
	uint8_t message[STAMP_LEN];
	struct reel_entry closed;
	struct stamp s;

	assert_int_equal(stamp_group_finish(m->group, &s), 0);
	s.epoch = cam.epoch;
	s.session_ms = session_ms;
	assert_int_equal(stamp_sign(&s, &scope, seed), 0);
	stamp_encode(&s, message);
	assert_int_equal(
		reel_writer_put(m->writer, message, sizeof(message), m->bytes, &closed), 0);
	note_closed(m, &closed);
	note_end(m);
}

static void tick(struct made *m)
{
	struct reel_entry closed;

	assert_int_equal(reel_writer_close_cluster(m->writer, m->bytes, &closed), 0);
	note_closed(m, &closed);
}

/* Three groups of four pictures, a tick in the middle of each and once before a stamp. */
static struct made made_three_groups(void)
{
	struct made m = made_new();

	for (uint32_t g = 0; g < 3; g++) {
		for (uint32_t i = 0; i < 4; i++) {
			put_object(&m, g * 4 + i, 1000 + (g * 4 + i) * 40, i == 0);
			if (i == 1)
				tick(&m);
		}
		if (g == 1)
			tick(&m);
		put_stamp(&m, 1000 + (g * 4 + 3) * 40);
	}
	tick(&m);
	return m;
}

static void test_round_trip(void **state)
{
	struct made m = made_three_groups();
	struct reel_cursor c;
	struct reel_item item;
	uint32_t n_blocks = 0, n_stamps = 0;
	int r;

	reel_cursor_init(&c, m.bytes->data, m.bytes->len);
	assert_int_equal(reel_cursor_next(&c, &item), 0);
	assert_int_equal(item.kind, REEL_ITEM_HEAD);
	assert_memory_equal(&item.head, &cam, sizeof(cam));
	while ((r = reel_cursor_next(&c, &item)) == 0) {
		if (item.kind == REEL_ITEM_BLOCK) {
			assert_int_equal(item.frame.seq, n_blocks);
			assert_int_equal(item.time_ms, 1000 + n_blocks * 40);
			assert_int_equal(item.frame.capture_us, n_blocks * 40000);
			assert_int_equal(item.frame.payload_len, 20);
			assert_int_equal(item.frame.payload[0], n_blocks);
			n_blocks++;
		} else if (item.kind == REEL_ITEM_STAMP) {
			assert_int_equal(item.stamp.group, n_stamps);
			n_stamps++;
		}
	}
	assert_int_equal(r, REEL_END);
	assert_int_equal(c.pos, m.bytes->len);
	assert_int_equal(n_blocks, 12);
	assert_int_equal(n_stamps, 3);
	made_done(&m);
}

static void test_entries(void **state)
{
	/* Two clusters for each group; the late stamp of group 1 begins group 2's first. */
	static const struct {
		uint32_t time_ms, last_ms, n_blocks, n_stamps;
		bool key;
	} want[] = {
		{0, 0, 0, 0, false},
		{1000, 1040, 2, 0, true},
		{1080, 1120, 2, 1, false},
		{1160, 1200, 2, 0, true},
		{1240, 1280, 2, 0, false},
		{1280, 1360, 2, 1, true},
		{1400, 1440, 2, 1, false},
	};
	struct made m = made_three_groups();
	uint64_t end = 0;

	assert_int_equal(m.entries->len, 7);
	for (guint i = 0; i < 7; i++) {
		struct reel_entry *e = &g_array_index(m.entries, struct reel_entry, i), back;
		uint8_t bytes[REEL_ENTRY_LEN];

		assert_int_equal(e->offset, end);
		end += e->length;
		assert_int_equal(e->is_head, i == 0);
		assert_int_equal(e->time_ms, want[i].time_ms);
		assert_int_equal(e->last_ms, want[i].last_ms);
		assert_int_equal(e->n_blocks, want[i].n_blocks);
		assert_int_equal(e->n_stamps, want[i].n_stamps);
		assert_int_equal(e->is_key, want[i].key);
		assert_int_equal(reel_entry_check(e, m.bytes->data, m.bytes->len), 0);
		reel_entry_encode(e, bytes);
		assert_int_equal(reel_entry_decode(bytes, &back), 0);
		assert_memory_equal(e->sha256, back.sha256, 32);
		assert_int_equal(e->offset, back.offset);
		assert_int_equal(e->length, back.length);
		assert_int_equal(e->is_key, back.is_key);
	}
	assert_int_equal(end, m.bytes->len);
	made_done(&m);
}

/* The index made from the reel alone is the one that was written along with it. */
static void test_index_is_rebuilt(void **state)
{
	struct made m = made_three_groups();
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_cursor c;

	reel_cursor_init(&c, m.bytes->data, m.bytes->len);
	assert_int_equal(reel_index(&c, entries), REEL_END);
	assert_int_equal(entries->len, m.entries->len);
	for (guint i = 0; i < entries->len; i++) {
		uint8_t ours[REEL_ENTRY_LEN], theirs[REEL_ENTRY_LEN];

		reel_entry_encode(&g_array_index(entries, struct reel_entry, i), ours);
		reel_entry_encode(&g_array_index(m.entries, struct reel_entry, i), theirs);
		assert_memory_equal(ours, theirs, REEL_ENTRY_LEN);
	}
	made_done(&m);
}

/* Cut anywhere, a reel keeps all that was whole before the cut. */
static void test_cut_anywhere(void **state)
{
	struct made m = made_three_groups();
	guint n_ends = 0;
	uint64_t whole = 0;

	for (uint64_t len = 0; len <= m.bytes->len; len++) {
		g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
		struct reel_cursor c;
		int r;

		while (n_ends < m.ends->len && g_array_index(m.ends, uint64_t, n_ends) <= len)
			whole = g_array_index(m.ends, uint64_t, n_ends++);
		reel_cursor_init(&c, m.bytes->data, len);
		r = reel_index(&c, entries);
		if (r != REEL_END && r != REEL_E_TORN)
			fail_msg("cut at %d gave %d", (int)len, r);
		assert_int_equal(c.whole, whole);
		if (entries->len) {
			struct reel_entry *last =
				&g_array_index(entries, struct reel_entry, entries->len - 1);

			assert_int_equal(last->offset + last->length, whole);
		}
	}
	made_done(&m);
}

static void test_zeros_at_the_end(void **state)
{
	static const uint8_t zeros[4096];
	struct made m = made_three_groups();
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	uint64_t whole = m.bytes->len;
	struct reel_cursor c;

	g_byte_array_append(m.bytes, zeros, sizeof(zeros));
	reel_cursor_init(&c, m.bytes->data, m.bytes->len);
	assert_int_equal(reel_index(&c, entries), REEL_E_DAMAGED);
	assert_int_equal(c.whole, whole);
	made_done(&m);
}

static struct reel_check check(const struct made *m, const uint8_t *key)
{
	struct reel_check rc;

	assert_int_equal(reel_check(m->bytes->data, m->bytes->len,
				 (struct reel_entry *)m->entries->data, m->entries->len, key, &rc),
		0);
	return rc;
}

static void test_check_whole(void **state)
{
	struct made m = made_three_groups();
	uint8_t key[ED25519_KEY_LEN];
	struct reel_check rc;

	assert_int_equal(ed25519_public(seed, key), 0);
	rc = check(&m, key);
	assert_int_equal(rc.findings->len, 0);
	assert_int_equal(rc.n_blocks, 12);
	assert_int_equal(rc.n_proven, 12);
	assert_int_equal(rc.n_stamps, 3);
	assert_int_equal(rc.first_ms, 1000);
	assert_int_equal(rc.last_ms, 1440);
	assert_string_equal(rc.head.seat, "expert_1");
	reel_check_done(&rc);
	key[3] ^= 1;
	rc = check(&m, key);
	assert_int_equal(rc.findings->len, 3);
	assert_int_equal(
		g_array_index(rc.findings, struct reel_finding, 0).kind, REEL_FINDING_SIGNATURE);
	assert_int_equal(rc.n_proven, 0);
	reel_check_done(&rc);
	made_done(&m);
}

/* Whatever byte is flipped, the cluster it stands in is named first, and no other. */
static void test_check_names_any_flipped_byte(void **state)
{
	struct made m = made_three_groups();
	guint entry = 0;

	for (guint at = 0; at < m.bytes->len; at++) {
		struct reel_entry *e = &g_array_index(m.entries, struct reel_entry, entry);
		struct reel_finding *f;
		struct reel_check rc;

		if (at >= e->offset + e->length)
			e = &g_array_index(m.entries, struct reel_entry, ++entry);
		m.bytes->data[at] ^= 0x10;
		rc = check(&m, NULL);
		assert_true(rc.findings->len >= 1);
		f = &g_array_index(rc.findings, struct reel_finding, 0);
		assert_int_equal(f->kind, REEL_FINDING_HASH);
		assert_int_equal(f->offset, e->offset);
		if (rc.findings->len > 1)
			assert_int_not_equal(
				g_array_index(rc.findings, struct reel_finding, 1).kind,
				REEL_FINDING_HASH);
		reel_check_done(&rc);
		m.bytes->data[at] ^= 0x10;
	}
	made_done(&m);
}

/* Without the ledger, who alters payloads and rebuilds the index is still found by the stamps. */
static void test_check_finds_what_the_index_hides(void **state)
{
	struct made m = made_three_groups();
	uint8_t key[ED25519_KEY_LEN];
	struct reel_cursor c;
	struct reel_check rc;
	struct reel_finding *f;

	assert_int_equal(ed25519_public(seed, key), 0);
	/* last byte of the second picture of group 1 */
	m.bytes->data[g_array_index(m.ends, uint64_t, 1 + 5 + 1) - 1] ^= 1;
	g_array_set_size(m.entries, 0);
	reel_cursor_init(&c, m.bytes->data, m.bytes->len);
	assert_int_equal(reel_index(&c, m.entries), REEL_END);
	rc = check(&m, key);
	assert_int_equal(rc.findings->len, 1);
	f = &g_array_index(rc.findings, struct reel_finding, 0);
	assert_int_equal(f->kind, REEL_FINDING_DIGEST);
	assert_int_equal(f->group, 1);
	assert_int_equal(rc.n_proven, 8);
	reel_check_done(&rc);
	made_done(&m);
}

static void test_check_missing_extra_unstamped(void **state)
{
	struct made m = made_three_groups();
	struct reel_check rc;
	guint full = m.bytes->len;

	put_object(&m, 12, 2000, true);
	put_object(&m, 13, 2040, false);
	rc = check(&m, NULL); /* not in the ledger yet */
	assert_int_equal(rc.findings->len, 1);
	assert_int_equal(
		g_array_index(rc.findings, struct reel_finding, 0).kind, REEL_FINDING_EXTRA);
	assert_int_equal(g_array_index(rc.findings, struct reel_finding, 0).offset, full);
	reel_check_done(&rc);

	tick(&m);
	rc = check(&m, NULL); /* the line dropped before the stamp */
	assert_int_equal(rc.findings->len, 1);
	assert_int_equal(
		g_array_index(rc.findings, struct reel_finding, 0).kind, REEL_FINDING_UNSTAMPED);
	assert_int_equal(g_array_index(rc.findings, struct reel_finding, 0).n_objects, 2);
	assert_true(reel_finding_is_note(&g_array_index(rc.findings, struct reel_finding, 0)));
	reel_check_done(&rc);

	g_byte_array_set_size(m.bytes, full - 1);
	rc = check(&m, NULL);
	assert_int_equal(
		g_array_index(rc.findings, struct reel_finding, 0).kind, REEL_FINDING_MISSING);
	assert_int_equal(
		g_array_index(rc.findings, struct reel_finding, 1).kind, REEL_FINDING_MISSING);
	reel_check_done(&rc);
	made_done(&m);
}

/* A seat muted by the host: the server drops what it still sends, group ends included. */
static void test_check_after_a_mute(void **state)
{
	struct made m = made_new();
	struct frame f = {.track = cam.track, .codec = cam.codec, .payload = (const uint8_t *)"x"};
	uint8_t key[ED25519_KEY_LEN];
	struct reel_check rc;
	struct stamp lost;

	assert_int_equal(ed25519_public(seed, key), 0);
	put_object(&m, 0, 1000, true);
	put_object(&m, 1, 1040, false);
	put_stamp(&m, 1040);
	put_object(&m, 2, 1080, true);
	f.payload_len = 1;
	for (f.seq = 3; f.seq < 6; f.seq++)
		assert_int_equal(stamp_group_add(m.group, &f), 0);
	assert_int_equal(stamp_group_finish(m.group, &lost), 0);
	put_object(&m, 6, 5000, true);
	put_object(&m, 7, 5040, false);
	put_stamp(&m, 5040);
	tick(&m);
	rc = check(&m, key);
	assert_int_equal(rc.findings->len, 1);
	assert_int_equal(g_array_index(rc.findings, struct reel_finding, 0).kind, REEL_FINDING_GAP);
	assert_int_equal(g_array_index(rc.findings, struct reel_finding, 0).n_objects, 3);
	assert_true(reel_finding_is_note(&g_array_index(rc.findings, struct reel_finding, 0)));
	assert_int_equal(rc.n_blocks, 5);
	assert_int_equal(rc.n_proven, 4);
	reel_check_done(&rc);
	made_done(&m);
}

static void test_times_never_go_back(void **state)
{
	struct made m = made_new();
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_cursor c;
	struct reel_entry *e;

	put_object(&m, 0, 5000, true);
	put_object(&m, 1, 4000, false);
	tick(&m);
	put_stamp(&m, 6000); /* takes the time of the block before it */
	put_object(&m, 2, 5500, true);
	put_object(&m, 3, 70000, false); /* more than a block can say after its cluster */
	tick(&m);
	reel_cursor_init(&c, m.bytes->data, m.bytes->len);
	assert_int_equal(reel_index(&c, entries), REEL_END);
	assert_int_equal(entries->len, 4);
	e = &g_array_index(entries, struct reel_entry, 1);
	assert_int_equal(e->time_ms, 5000);
	assert_int_equal(e->last_ms, 5000);
	e = &g_array_index(entries, struct reel_entry, 2);
	assert_int_equal(e->time_ms, 5000);
	assert_int_equal(e->last_ms, 5500);
	e = &g_array_index(entries, struct reel_entry, 3);
	assert_int_equal(e->time_ms, 70000);
	assert_int_equal(e->last_ms, 70000);
	made_done(&m);
}

static void test_put_refusals(void **state)
{
	struct made m = made_new();
	struct frame f = {.track = 8, .codec = FRAME_CODEC_VP8, .flags = FRAME_KEY};
	uint8_t message[FRAME_HEADER_LEN + 1] = {0};
	struct reel_entry closed;
	guint before = m.bytes->len;

	frame_write_header(&f, message);
	assert_int_equal(reel_writer_put(m.writer, message, sizeof(message), m.bytes, &closed),
		REEL_E_FOREIGN);
	f.track = cam.track;
	f.codec = FRAME_CODEC_OPUS;
	frame_write_header(&f, message);
	assert_int_equal(reel_writer_put(m.writer, message, sizeof(message), m.bytes, &closed),
		REEL_E_FOREIGN);
	assert_int_equal(reel_writer_put(m.writer, message, FRAME_HEADER_LEN, m.bytes, &closed),
		REEL_E_MESSAGE);
	assert_int_equal(reel_writer_put(m.writer, message, 0, m.bytes, &closed), REEL_E_MESSAGE);
	message[0] = FRAME_TYPE_STAMP;
	assert_int_equal(reel_writer_put(m.writer, message, sizeof(message), m.bytes, &closed),
		REEL_E_MESSAGE);
	message[0] = 9;
	assert_int_equal(reel_writer_put(m.writer, message, sizeof(message), m.bytes, &closed),
		REEL_E_MESSAGE);
	assert_int_equal(m.bytes->len, before);
	made_done(&m);
}

static void test_entry_refusals(void **state)
{
	struct reel_entry e = {.time_ms = 5, .last_ms = 6, .offset = 7, .length = 8}, back;
	uint8_t bytes[REEL_ENTRY_LEN];
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
		{28, 4},  /* unknown flag */
		{28, 2},  /* the head not at 0 */
		{31, 1},  /* reserved */
		{19, 0},  /* length 0 */
		{8, 255}, /* offset beyond all files */
		{7, 4},   /* ends before it begins */
		{15, 0},  /* at 0 but no head */
	};

	reel_entry_encode(&e, bytes);
	assert_int_equal(reel_entry_decode(bytes, &back), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t copy[REEL_ENTRY_LEN];

		memcpy(copy, bytes, sizeof(copy));
		copy[rows[i].at] = rows[i].value;
		assert_int_equal(reel_entry_decode(copy, &back), REEL_E_ENTRY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_index_is_rebuilt),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_zeros_at_the_end),
		cmocka_unit_test(test_check_whole),
		cmocka_unit_test(test_check_names_any_flipped_byte),
		cmocka_unit_test(test_check_finds_what_the_index_hides),
		cmocka_unit_test(test_check_missing_extra_unstamped),
		cmocka_unit_test(test_check_after_a_mute),
		cmocka_unit_test(test_times_never_go_back),
		cmocka_unit_test(test_put_refusals),
		cmocka_unit_test(test_entry_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
