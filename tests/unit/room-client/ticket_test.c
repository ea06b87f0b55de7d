/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const struct {
	const char *json;
	int refusal;
} CASES[] = {
	{"{'ticket':'T','seat_id':'expert_1','epoch':3,'url':'wss://h/room/s',"
	 "'expires_at':'2025-06-15T23:06:40.250000+08:00'}",
		0},
	{"{'ticket':'T','seat_id':'expert_1','epoch':3,'expires_at':'x'}", 0},
	{"{'ticket':'T','seat_id':'expert_1','epoch':3,'expires_at':7}", 0},
	{"{'ticket':'T','seat_id':'expert_1','epoch':4294967295}", 0},
	{"{'ticket':'T','seat_id':'expert_1','epoch':4294967296}", TICKET_E_FORM},
	{"{'ticket':'T','seat_id':'expert_1','epoch':-1}", TICKET_E_FORM},
	{"{'ticket':'T','seat_id':'expert_1','epoch':'3'}", TICKET_E_FORM},
	{"{'ticket':'T','seat_id':'expert_1'}", TICKET_E_FORM},
	{"{'ticket':7,'seat_id':'expert_1','epoch':3}", TICKET_E_FORM},
	{"{'ticket':'T','seat_id':'a_name_that_is_longer_than_thirty_two','epoch':3}",
		TICKET_E_FORM},
	{"{'ticket':'T','seat_id':'expert_1','epoch':3,'url':7}", TICKET_E_FORM},
	{"{'ticket':'T\\u0000','seat_id':'expert_1','epoch':3}", TICKET_E_FORM},
	{"[]", TICKET_E_FORM},
};

static void reads_tickets(void **state)
{
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char text[256], url[SEAT_URL_MAX];
		json_auto_t *json = NULL;
		struct seat_ticket ticket;

		strcpy(text, CASES[i].json);
		for (char *p = text; *p; p++)
			*p = *p == '\'' ? '"' : *p;
		json = json_loads(text, JSON_ALLOW_NUL, NULL);
		assert_non_null(json);
		print_message("%s\n", CASES[i].json);
		assert_int_equal(ticket_read(json, &ticket, url), CASES[i].refusal);
		if (CASES[i].refusal != 0)
			continue;
		/* A minute before it is over. */
		assert_int_equal(ticket.issued_us, i == 0 ? 1749999940250000 : 0);
		if (i != 0)
			continue;
		assert_string_equal(ticket.ticket, "T");
		assert_string_equal(ticket.seat, "expert_1");
		assert_int_equal(ticket.epoch, 3);
		assert_string_equal(url, "wss://h/room/s");
	}
}

static void missing_file_is_a_fault(void **state)
{
	char url[SEAT_URL_MAX];
	struct seat_ticket ticket;

	assert_true(ticket_load("/no/such/file", &ticket, url) < 0);
	assert_int_equal(ticket_load("/dev/null", &ticket, url), TICKET_E_FORM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_tickets),
		cmocka_unit_test(missing_file_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
