/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A machine whose clock is wrong, or is set while somebody sits at it: the certificate goes by the
 * server's clock. */

#include "tests/unit/room-client/seat/bench.h"

#include <string.h>

#include "proto/seat_cert.h"

#define S 1000000LL
#define HOUR (3600 * S)

/* How far the clock of this machine is ahead of the server's. */
static const struct {
	const char *name;
	int64_t ahead_us;
} CLOCKS[] = {
	{"right", 0},
	{"an hour fast", HOUR},
	{"two days slow", -48 * HOUR},
	{"ten years slow, its battery is empty", -10 * 365 * 24 * HOUR},
};

static void hear_welcome(struct bench *b, int64_t at_us)
{
	g_autofree char *said = g_strdup_printf(
		"<{'type':'welcome','v':1,'session':'s1','seat':'expert_1','seat_name':'专家一',"
		"'epoch':3,'rights':['watch'],'resume_token':'R1','session_ms':5000,'at_us':%lld,"
		"'event_no':0,'tracks':[],'roster':[{'seat':'expert_1','name':'专家',"
		"'role':'expert','presence':'present','mic_muted':false,'cam_muted':false,"
		"'hand':false}],'server':{'version':'1','limits':{'text_bytes':16384,"
		"'chat_chars':2000,'payload_bytes':262144,'objects_per_s':200,'tracks':4,"
		"'group_ms':2000}}}",
		(long long)at_us);

	bench_happen(b, said);
	assert_int_equal(seat_state(b->seat), SEAT_SEATED);
}

/* As the server judges the last hello whose clock says utc_us. */
static int judge(const struct bench *b, int64_t utc_us)
{
	uint8_t seed_device[ED25519_KEY_LEN] = {1}, device[ED25519_KEY_LEN];
	struct seat_cert cert;

	ed25519_public(seed_device, device);
	assert_int_equal(
		seat_cert_verify(json_object_get(b->hello, "seat_cert"), NULL, &cert, NULL), 0);
	return seat_cert_check(&cert, "s1", "expert_1", 3, device, utc_us);
}

static int64_t server_now(const struct bench *b)
{
	return UTC_US + b->now_us;
}

static void resume(struct bench *b)
{
	bench_happen(b, "closed");
	bench_happen(b, "tick 8000");
	bench_happen(b, "opened");
	assert_non_null(json_object_get(b->hello, "resume_token"));
}

static void joins_by_the_clock_that_made_the_ticket(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(CLOCKS); i++) {
		struct bench b;

		print_message("%s\n", CLOCKS[i].name);
		bench_init(&b);
		b.clock_ahead_us = CLOCKS[i].ahead_us;
		b.issued_us = server_now(&b);
		bench_pass_time(&b, 59 * S);
		bench_happen(&b, "join");
		bench_happen(&b, "opened");
		assert_int_equal(judge(&b, server_now(&b)), 0);
		bench_done(&b);
	}
}

static void comes_back_by_the_clock_that_welcomed(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(CLOCKS); i++) {
		struct bench b;

		print_message("%s\n", CLOCKS[i].name);
		bench_init(&b);
		bench_happen(&b, "join");
		bench_happen(&b, "opened");
		hear_welcome(&b, server_now(&b));
		/* Set while we sit here. */
		b.clock_ahead_us = CLOCKS[i].ahead_us;
		resume(&b);
		assert_int_equal(judge(&b, server_now(&b)), 0);
		bench_done(&b);
	}
}

/* A server that was set in the meantime is met with the clock of this machine, and with the same
 * token; only when that does not help either is the token given up. */
static void a_server_that_was_set(void **state)
{
	static const char refused[] =
		"<{'type':'error','code':'seat.cert','title':'no','fatal':true}";
	struct bench b;

	bench_init(&b);
	b.issued_us = server_now(&b) + 4 * HOUR;
	bench_happen(&b, "join");
	bench_happen(&b, "opened");
	hear_welcome(&b, server_now(&b) + 4 * HOUR);
	resume(&b);
	assert_int_equal(judge(&b, server_now(&b)), SEAT_CERT_E_NOT_YET);
	bench_happen(&b, refused);
	bench_happen(&b, "tick 8000");
	bench_happen(&b, "opened");
	assert_non_null(json_object_get(b.hello, "resume_token"));
	assert_int_equal(judge(&b, server_now(&b)), 0);
	bench_happen(&b, refused);
	bench_happen(&b, "tick 8000");
	bench_happen(&b, "opened");
	assert_non_null(json_object_get(b.hello, "ticket"));
	bench_happen(&b, refused);
	assert_int_equal(seat_state(b.seat), SEAT_ENDED);
	bench_done(&b);
}

/* Whatever a server says its clock is, a certificate can be written. */
static void clocks_that_are_none(void **state)
{
	static const int64_t times[] = {0, 1, (INT64_C(1) << 53) - 1};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		struct bench b;

		bench_init(&b);
		b.issued_us = INT64_C(253402300799999999); /* the last of the year 9999 */
		bench_happen(&b, "join");
		bench_happen(&b, "opened");
		judge(&b, UTC_US);
		hear_welcome(&b, times[i]);
		resume(&b);
		judge(&b, UTC_US);
		bench_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_by_the_clock_that_made_the_ticket),
		cmocka_unit_test(comes_back_by_the_clock_that_welcomed),
		cmocka_unit_test(a_server_that_was_set),
		cmocka_unit_test(clocks_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
