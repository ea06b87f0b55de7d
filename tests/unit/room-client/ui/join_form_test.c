/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/join_form.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct join_form form(enum join_way way)
{
	return (struct join_form){.way = way,
		.server = "bid.example.cn",
		.session = "",
		.pass = "",
		.login = "",
		.password = "",
		.code = "",
		.ticket = ""};
}

static void says_what_is_missing(void **state)
{
	struct join_form f = form(JOIN_PASS);

	assert_int_equal(join_form_check(&f), JOIN_NO_PASS);
	f.pass = "p";
	assert_int_equal(join_form_check(&f), JOIN_OK);
	f.server = "";
	assert_int_equal(join_form_check(&f), JOIN_NO_SERVER);
	f.server = "http://x y";
	assert_int_equal(join_form_check(&f), JOIN_BAD_SERVER);
	f = form(JOIN_ACCOUNT);
	f.login = "a";
	assert_int_equal(join_form_check(&f), JOIN_NO_LOGIN);
	f.password = "b";
	assert_int_equal(join_form_check(&f), JOIN_OK);
	f = form(JOIN_TICKET);
	assert_int_equal(join_form_check(&f), JOIN_NO_SESSION);
	f.session = "S 1";
	assert_int_equal(join_form_check(&f), JOIN_BAD_SESSION);
	f.session = "s1";
	assert_int_equal(join_form_check(&f), JOIN_NO_TICKET);
	f.ticket = "{}";
	assert_int_equal(join_form_check(&f), JOIN_OK);
}

static void addresses_are_read_as_people_write_them(void **state)
{
	static const char *const good[] = {"bid.example.cn:8443", " bid.example.cn:8443 ",
		"https://bid.example.cn:8443/", "wss://bid.example.cn:8443/room/s1"};
	static const char *const bad[] = {"", "https://", "ws://h", "a b", "h\nx", "中文"};

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *room = NULL, *api = NULL;

		assert_true(join_addresses(good[i], &room, &api));
		assert_string_equal(room, "wss://bid.example.cn:8443");
		assert_string_equal(api, "https://bid.example.cn:8443");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		char *room, *api;

		assert_false(join_addresses(bad[i], &room, &api));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(addresses_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
