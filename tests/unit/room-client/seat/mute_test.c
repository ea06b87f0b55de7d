/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/mute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum happening {
	PRESS_ON = 1,
	PRESS_OFF,
	OPENED,   /* the server's ack of PRESS_OFF, as event no */
	EVENT_ON, /* room event no */
	EVENT_OFF,
	WELCOMED, /* history ends at no */
	LISTED_ON,
	LISTED_OFF,
};

static const struct {
	const char *name;
	struct {
		enum happening what;
		int64_t no;
		bool muted; /* afterwards */
	} steps[8];
} CASES[] = {
	{"silence at once, voice after the commit",
		{{PRESS_ON, 0, true}, {EVENT_ON, 1, true}, {PRESS_OFF, 0, true}, {OPENED, 2, false},
			{EVENT_OFF, 2, false}}},
	{"the event may come before the ack", {{PRESS_ON, 0, true}, {EVENT_ON, 1, true},
						      {EVENT_OFF, 2, true}, {OPENED, 2, false}}},
	{"the host mutes and opens", {{EVENT_ON, 1, true}, {EVENT_OFF, 2, false}}},
	{"the host cannot open what the person closed",
		{{PRESS_ON, 0, true}, {EVENT_ON, 1, true}, {EVENT_OFF, 2, true}}},
	{"an ack that arrives after a later mute opens nothing",
		{{PRESS_ON, 0, true}, {EVENT_ON, 1, true}, {PRESS_OFF, 0, true},
			{EVENT_ON, 3, true}, {OPENED, 2, true}}},
	{"the roster only tightens", {{LISTED_ON, 0, true}, {LISTED_OFF, 0, true},
					     {WELCOMED, 9, true}, {EVENT_OFF, 10, false}}},
	{"history opens nothing",
		{{EVENT_ON, 1, true}, {WELCOMED, 5, true}, {LISTED_ON, 0, true},
			{EVENT_OFF, 3, true}, {EVENT_ON, 5, true}, {EVENT_OFF, 6, false}}},
	{"muted while the line was down, the server never heard of it",
		{{PRESS_ON, 0, true}, {WELCOMED, 5, true}, {LISTED_OFF, 0, true}}},
};

static void happen(struct mute *m, enum happening what, int64_t no)
{
	if (what == PRESS_ON || what == PRESS_OFF)
		mute_pressed(m, MUTE_MIC, what == PRESS_ON);
	else if (what == OPENED)
		mute_opened(m, MUTE_MIC, no);
	else if (what == EVENT_ON || what == EVENT_OFF)
		mute_event(m, MUTE_MIC, what == EVENT_ON, no);
	else if (what == WELCOMED)
		mute_welcomed(m, no);
	else
		mute_listed(m, MUTE_MIC, what == LISTED_ON);
}

static void follows_the_table(void **state)
{
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct mute m = {0};

		print_message("%s\n", CASES[i].name);
		for (int j = 0; CASES[i].steps[j].what; j++) {
			happen(&m, CASES[i].steps[j].what, CASES[i].steps[j].no);
			assert_int_equal(mute_is_on(&m, MUTE_MIC), CASES[i].steps[j].muted);
			assert_false(mute_is_on(&m, MUTE_CAM));
		}
	}
}

static void knows_names(void **state)
{
	assert_int_equal(mute_source_from_name("mic"), MUTE_MIC);
	assert_int_equal(mute_source_from_name("cam"), MUTE_CAM);
	assert_int_equal(mute_source_from_name("screen"), MUTE_SCREEN);
	assert_int_equal(mute_source_from_name("ear"), MUTE_N_SOURCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_table),
		cmocka_unit_test(knows_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
