/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/relay.h"

#include "proto/stamp.h"
#include "server/room/subscription.h"
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = hall_new();
	return 0;
}

static int teardown(void **state)
{
	hall_free(*state);
	return 0;
}

static void test_one_object_reaches_all_and_the_recorder(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *c = hall_join(h, "c", RIGHT_WATCH);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	struct frame f;
	gsize len;
	const uint8_t *data;

	h->now += 250;
	assert_int_equal(hall_send(h, a, cam, FRAME_KEY, 0), 0);
	assert_true(b->dirty);
	assert_int_equal(hall_count(h, a, cam), 0);
	assert_int_equal(hall_count(h, b, cam), 1);
	assert_int_equal(hall_count(h, c, cam), 1);
	assert_int_equal(h->recorded->len, 1);
	data = g_bytes_get_data(g_ptr_array_index(h->recorded, 0), &len);
	assert_int_equal(frame_parse(data, len, &f), 0);
	assert_int_equal(f.session_ms, 5250);
}

static void test_who_only_listens_is_patient(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *c = hall_join(h, "c", RIGHT_WATCH);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);

	hall_publish(h, b, TRACK_MIC);
	h->now += 250;
	assert_int_equal(hall_send(h, a, cam, FRAME_KEY, 0), 0);
	assert_true(b->dirty && c->dirty);
	assert_false(b->patient);
	assert_true(c->patient);
}

static void test_original_of_a_masked_track(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *s = hall_join(h, "s", RIGHTS_SUPERVISOR);
	struct track_form form = {.kind = TRACK_CAM,
		.codec = FRAME_CODEC_VP8,
		.width = 16,
		.height = 16,
		.fps = 5,
		.mask = TRACK_MASK_ORIGINAL};

	hall_forget(b);
	assert_int_equal(room_publish(a->seat, &form, "r", h->now, NULL), 0);
	hall_send(h, a, 1, FRAME_KEY, 0);
	assert_int_equal(hall_count(h, b, 1), 0);
	assert_int_equal(hall_count(h, s, 1), 1);
	assert_int_equal(hall_n_texts(b, "track"), 0);
	assert_int_equal(hall_n_texts(s, "track"), 1);
	assert_int_equal(
		room_subscribe(b->seat, 1, &(struct track_wish){.on = true}, h->now, &h->refusal),
		REFUSED);
	assert_string_equal(h->refusal.code, "room.unknown_track");
	assert_int_equal(room_ask_key(b->seat, 1, h->now, &h->refusal), REFUSED);
}

static void test_refusals_of_objects(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	uint8_t *m;

	assert_int_equal(hall_send(h, b, cam, FRAME_KEY, 0), REFUSED);
	assert_string_equal(h->refusal.code, "room.foreign_track");
	assert_int_equal(hall_send(h, b, 77, FRAME_KEY, 0), REFUSED);
	assert_string_equal(h->refusal.code, "room.unknown_track");
	assert_int_equal(hall_send_codec(h, a, cam, FRAME_CODEC_OPUS, FRAME_KEY, 0), REFUSED);
	assert_string_equal(h->refusal.code, "room.wrong_codec");
	assert_int_equal(hall_send(h, a, cam, FRAME_KEY, 4), 0);
	assert_int_equal(hall_send(h, a, cam, FRAME_KEY, 4), REFUSED);
	assert_string_equal(h->refusal.code, "room.sequence");

	m = frame_message(cam, FRAME_CODEC_VP8, FRAME_KEY, 5, FRAME_PAYLOAD_MAX);
	m = g_realloc(m, FRAME_LEN_MAX + 1);
	m[FRAME_LEN_MAX] = 0;
	assert_int_equal(room_relay(a->seat, m, FRAME_LEN_MAX + 1, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "frame_too_long");
	m = g_malloc0(3);
	assert_int_equal(room_relay(a->seat, m, 3, h->now, &h->refusal), REFUSED);
	assert_int_equal(room_relay(a->seat, NULL, 0, h->now, &h->refusal), REFUSED);

	/* Of all that nobody saw anything but the good object. */
	assert_int_equal(hall_count(h, b, cam), 1);
	assert_int_equal(h->recorded->len, 1);
}

static void test_repeated_abuse_closes_that_line_only(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	int n = 0;

	while (b->seat) {
		assert_int_equal(hall_send(h, b, cam, FRAME_KEY, 0), REFUSED);
		room_offend(b->seat, &h->refusal, NULL, h->now);
		n++;
	}
	assert_int_equal(n, SEAT_FAULTS + 1);
	assert_int_equal(b->closed, ROOM_CLOSE_ABUSE);
	assert_int_equal(hall_n_texts(b, "error"), SEAT_FAULTS);
	assert_string_equal(json_string_value(json_object_get(hall_last(b, "error"), "code")),
		"room.foreign_track");
	assert_int_equal(a->closed, 0);
	assert_int_equal(hall_send(h, a, cam, FRAME_KEY, 0), 0);
}

static void test_rate(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);
	uint16_t mic = hall_publish(h, a, TRACK_MIC);
	uint32_t seq = 0;

	for (int i = 0; i < SEAT_OBJECTS_PER_S * SEAT_BURST_S; i++)
		assert_int_equal(hall_send(h, a, mic, FRAME_KEY, seq++), 0);
	assert_int_equal(hall_send(h, a, mic, FRAME_KEY, seq++), REFUSED);
	assert_string_equal(h->refusal.code, "room.rate");
	h->now += 1000;
	for (int i = 0; i < SEAT_OBJECTS_PER_S; i++)
		assert_int_equal(hall_send(h, a, mic, FRAME_KEY, seq++), 0);
	assert_int_equal(hall_send(h, a, mic, FRAME_KEY, seq++), REFUSED);
}

static void test_objects_under_way_when_a_track_ends(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT);
	uint16_t first = hall_publish(h, a, TRACK_CAM), second = hall_publish(h, a, TRACK_CAM);

	assert_int_not_equal(first, second);
	assert_null(room_track(h->room, first));
	assert_int_equal(hall_send(h, a, first, FRAME_KEY, 0), 0);
	assert_int_equal(h->recorded->len, 0);
	assert_int_equal(room_unpublish(a->seat, second, h->now, NULL), 0);
	assert_int_equal(room_unpublish(a->seat, second, h->now, &h->refusal), REFUSED);
	assert_string_equal(hall_last_act(h, ROOM_ACT_UNPUBLISH)->text, "unpublish");
}

static void test_limit_of_tracks(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM), foreign = hall_publish(h, b, TRACK_CAM);
	struct track_form form = {.kind = TRACK_CAM,
		.codec = FRAME_CODEC_VP8,
		.width = 16,
		.height = 16,
		.fps = 5,
		.simulcast_of = foreign};

	assert_int_equal(room_publish(a->seat, &form, "r", h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.foreign_track");
	assert_int_equal(room_unpublish(a->seat, foreign, h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.foreign_track");
	for (int i = 1; i < SEAT_MAX_TRACKS; i++) {
		form.simulcast_of = (uint16_t)(i == 1 ? cam : form.simulcast_of + (i == 2 ? 2 : 1));
		assert_int_equal(room_publish(a->seat, &form, "r", h->now, &h->refusal), 0);
	}
	form.kind = TRACK_SCREEN;
	form.simulcast_of = 0;
	assert_int_equal(room_publish(a->seat, &form, "r", h->now, &h->refusal), REFUSED);
	assert_string_equal(h->refusal.code, "room.too_many_tracks");
	assert_int_not_equal(hall_publish(h, a, TRACK_CAM), 0); /* replaces one */
}

static void test_key_requests_are_limited(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);

	for (int i = 0; i < 50; i++)
		assert_int_equal(room_ask_key(b->seat, cam, h->now, NULL), 0);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 1);
	h->now += TRACK_KEY_EVERY_MS - 1;
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 1);
	h->now += 1; /* none came, somebody still waits */
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 2);
	hall_send(h, a, cam, FRAME_KEY, 0);
	h->now += TRACK_KEY_EVERY_MS;
	room_tick(h->room, h->now);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 2);
}

static void test_switched_off(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM), mic = hall_publish(h, a, TRACK_MIC);
	struct track_wish off = {.on = false, .priority = 128};
	struct track_wish on = {.on = true, .layer = 2, .priority = 128};

	hall_send(h, a, cam, FRAME_KEY, 0);
	hall_send(h, a, mic, FRAME_KEY, 0);
	room_subscribe(b->seat, cam, &off, h->now, NULL);
	room_subscribe(b->seat, mic, &off, h->now, NULL);
	hall_send(h, a, cam, 0, 1);
	hall_send(h, a, mic, FRAME_KEY, 1);
	assert_true(queue_is_empty(&b->seat->queue));
	hall_forget(a);
	room_subscribe(b->seat, cam, &on, h->now, NULL);
	room_subscribe(b->seat, mic, &on, h->now, NULL);
	assert_int_equal(hall_n_texts(a, "keyframe_request"), 1);
	hall_send(h, a, cam, 0, 2);
	hall_send(h, a, mic, FRAME_KEY, 2);
	assert_int_equal(hall_count(h, b, cam), 0);
	hall_send(h, a, cam, FRAME_KEY, 3);
	assert_int_equal(hall_count(h, b, cam), 1);
}

static void test_stamps(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	struct stamp s = {.track = cam, .group = 0, .first_seq = 0, .last_seq = 0};
	uint8_t *m = g_malloc(STAMP_LEN);

	stamp_encode(&s, m);
	assert_int_equal(
		room_relay(a->seat, g_memdup2(m, STAMP_LEN), STAMP_LEN, h->now, &h->refusal),
		REFUSED);
	assert_string_equal(h->refusal.code, "room.stamp"); /* of objects that did not come */
	hall_send(h, a, cam, FRAME_KEY, 0);
	assert_int_equal(
		room_relay(b->seat, g_memdup2(m, STAMP_LEN), STAMP_LEN, h->now, &h->refusal),
		REFUSED);
	assert_string_equal(h->refusal.code, "room.foreign_track");
	assert_int_equal(room_relay(a->seat, g_memdup2(m, STAMP_LEN), STAMP_LEN, h->now, NULL), 0);
	assert_int_equal(h->recorded->len, 2);
	assert_int_equal(b->seat->queue.lanes->len, 1);
	assert_int_equal(((struct lane *)b->seat->queue.lanes->pdata[0])->objects.length, 2);
	assert_int_equal(
		room_relay(a->seat, g_memdup2(m, STAMP_LEN), STAMP_LEN, h->now, &h->refusal),
		REFUSED);
	g_free(m);
}

static void test_slow_receiver_tells_and_is_recorded(void **state)
{
	struct hall *h = *state;
	struct peer *a = hall_join(h, "a", RIGHTS_EXPERT), *b = hall_join(h, "b", RIGHTS_EXPERT);
	struct peer *c = hall_join(h, "c", RIGHTS_EXPERT);
	uint16_t cam = hall_publish(h, a, TRACK_CAM);
	unsigned n_got = 0;

	for (uint32_t seq = 0; seq < 50; seq++) {
		assert_int_equal(hall_send(h, a, cam, seq ? 0 : FRAME_KEY, seq), 0);
		n_got += hall_count(h, c, cam);
		h->now += 40;
	}
	assert_int_equal(n_got, 50);
	assert_int_equal(hall_n_texts(c, "lag"), 0);
	assert_true(hall_n_texts(b, "lag") >= 3);
	assert_int_equal(json_integer_value(json_object_get(hall_last(b, "lag"), "level")),
		QUEUE_LAG_FLUSHED);
	assert_int_equal(hall_n_acts(h, ROOM_ACT_LAG), 1);
	assert_string_equal(hall_last_act(h, ROOM_ACT_LAG)->seat, "b");
	assert_true(hall_n_texts(a, "keyframe_request") >= 1);
	/* Well again: three times calm, the end is on the record. */
	hall_count(h, b, cam);
	for (int i = 0; i < 4; i++) {
		h->now += QUEUE_CALM_MS;
		hall_count(h, b, cam);
	}
	assert_int_equal(hall_n_acts(h, ROOM_ACT_LAG), 2);
	assert_int_equal(hall_last_act(h, ROOM_ACT_LAG)->lag_level, QUEUE_LAG_NONE);
}

/*
 * Forty seats do everything at random. Whatever happens, nobody receives an object of its own, of a
 * track it did not want, of a muted source, or one older than what it already got.
 */
#define N_SEATS 40
#define N_STEPS 5000

struct crowd {
	struct hall *h;
	GRand *random;
	struct peer *peers[N_SEATS];
	bool wants[N_SEATS][4096];
	uint32_t last_seq[N_SEATS][4096]; /* plus one */
	uint32_t next_seq[4096];
	uint64_t n_delivered;
};

static void crowd_check(struct crowd *c, int i)
{
	g_autoptr(GArray) got = hall_collect(c->h, c->peers[i]);

	for (guint k = 0; k < got->len; k++) {
		uint16_t track = (uint16_t)(g_array_index(got, uint32_t, k) >> 16);
		uint32_t seq = g_array_index(got, uint32_t, k) & 0xffff;
		const struct track *t = room_track(c->h->room, track);

		assert_non_null(t);
		assert_ptr_not_equal(t->seat, c->peers[i]->seat);
		assert_true(c->wants[i][track]);
		assert_false(seat_is_muted(t->seat, t->form.kind));
		assert_true(seq >= c->last_seq[i][track]);
		c->last_seq[i][track] = seq + 1;
		c->n_delivered++;
	}
}

static void crowd_seat(struct crowd *c, int i)
{
	g_autofree char *name = g_strdup_printf("s%d", i);

	if (!c->peers[i]) {
		c->peers[i] = hall_join(c->h, name, RIGHTS_HOST);
		for (int t = 0; t < 4096; t++)
			c->wants[i][t] = true;
	} else if (g_rand_int_range(c->random, 0, 20) == 0) {
		room_detach(c->peers[i]->seat, c->h->now);
		c->peers[i] = NULL;
	}
}

static void crowd_speak(struct crowd *c, struct peer *p)
{
	const GPtrArray *tracks = p->seat->tracks;
	const struct track *t;

	if (tracks->len < 2 && c->h->room->next_track < 4096) {
		hall_publish(c->h, p, g_rand_int_range(c->random, 0, N_TRACK_KINDS));
		return;
	}
	if (!tracks->len)
		return;
	t = g_ptr_array_index(tracks, g_rand_int_range(c->random, 0, (gint32)tracks->len));
	hall_send(c->h, p, t->id,
		track_is_audio(t) || g_rand_int_range(c->random, 0, 5) == 0 ? FRAME_KEY : 0,
		c->next_seq[t->id]++);
}

static void crowd_choose(struct crowd *c, int i)
{
	uint16_t track = (uint16_t)g_rand_int_range(
		c->random, 1, (gint32)MIN(c->h->room->next_track + 1, 4096));
	struct track_wish wish = {.on = g_rand_boolean(c->random),
		.layer = 2,
		.priority = (uint8_t)g_rand_int_range(c->random, 0, 256)};

	if (room_subscribe(c->peers[i]->seat, track, &wish, c->h->now, NULL) == 0)
		c->wants[i][track] = wish.on;
}

static void crowd_step(struct crowd *c)
{
	int i = g_rand_int_range(c->random, 0, N_SEATS);
	struct peer *p = c->peers[i];

	c->h->now += g_rand_int_range(c->random, 0, 20);
	if (!p || g_rand_int_range(c->random, 0, 100) == 0) {
		crowd_seat(c, i);
		return;
	}
	switch (g_rand_int_range(c->random, 0, 10)) {
	case 0:
		crowd_choose(c, i);
		break;
	case 1:
		room_apply_mute(p->seat, g_rand_int_range(c->random, 0, N_TRACK_KINDS), false,
			g_rand_boolean(c->random), c->h->now);
		break;
	case 2:
		if (p->seat->tracks->len)
			room_unpublish(p->seat, ((struct track *)p->seat->tracks->pdata[0])->id,
				c->h->now, NULL);
		break;
	case 3:
		crowd_check(c, i);
		break;
	default:
		crowd_speak(c, p);
	}
	if (g_rand_int_range(c->random, 0, 50) == 0)
		room_tick(c->h->room, c->h->now);
}

static void test_nobody_gets_what_is_not_his(void **state)
{
	g_autofree struct crowd *c = g_new0(struct crowd, 1);

	c->h = *state;
	c->random = g_rand_new_with_seed(20260301);
	for (int n = 0; n < N_STEPS; n++) {
		crowd_step(c);
		/* Texts are not the subject here and there are very many. */
		for (guint i = 0; n % 100 == 0 && i < c->h->peers->len; i++)
			hall_forget(g_ptr_array_index(c->h->peers, i));
	}
	print_message("%u objects delivered\n", (unsigned)c->n_delivered);
	assert_true(c->n_delivered > 1000);
	g_rand_free(c->random);
}

#define RELAY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_TEST(test_one_object_reaches_all_and_the_recorder),
		RELAY_TEST(test_who_only_listens_is_patient),
		RELAY_TEST(test_original_of_a_masked_track),
		RELAY_TEST(test_refusals_of_objects),
		RELAY_TEST(test_repeated_abuse_closes_that_line_only),
		RELAY_TEST(test_rate),
		RELAY_TEST(test_objects_under_way_when_a_track_ends),
		RELAY_TEST(test_limit_of_tracks),
		RELAY_TEST(test_key_requests_are_limited),
		RELAY_TEST(test_switched_off),
		RELAY_TEST(test_stamps),
		RELAY_TEST(test_slow_receiver_tells_and_is_recorded),
		RELAY_TEST(test_nobody_gets_what_is_not_his),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
