/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/happening.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const char *name(void *user, const char *seat)
{
	return strcmp(seat, "h") == 0 ? "Host" : "No 3";
}

static void events_become_sentences(void **state)
{
	static const struct {
		const char *event, *sentence;
	} CASES[] = {
		{"{'kind':'room.joined','body':{'seat':'s','resumed':false}}", "No 3 took a seat"},
		{"{'kind':'room.joined','body':{'seat':'s','resumed':true}}", "No 3 is back"},
		{"{'kind':'room.mute','actor_seat':'s','body':{'seat':'s','kind':'mic','on':true}}",
			"No 3 muted the microphone"},
		{"{'kind':'room.mute','actor_seat':'h','body':{'seat':'s','kind':'cam','on':true}}",
			"The video of No 3 was stopped by the host"},
		{"{'kind':'room.mute','actor_seat':'s','body':{'seat':'s','kind':'screen','on':true}}",
			NULL},
		{"{'kind':'room.hand','actor_seat':'s','body':{'on':true,'reason':'why'}}",
			"No 3 raised a hand: why"},
		{"{'kind':'room.hand','actor_seat':'s','body':{'on':false}}",
			"No 3 lowered the hand"},
		{"{'kind':'room.call','actor_seat':'h','body':{'seat':'s','text':'now'}}",
			"Host called No 3: now"},
		{"{'kind':'room.publish','actor_seat':'h','body':{'track':7,'seat':'h','to':'s'}}",
			"Host speaks to No 3 alone"},
		{"{'kind':'room.unpublish','actor_seat':'h','body':{'track':7,'seat':'h','to':'s'}}",
			"Host no longer speaks to No 3 alone"},
		{"{'kind':'room.publish','actor_seat':'s','body':{'track':8,'seat':'s'}}", NULL},
		{"{'kind':'room.lock','actor_seat':'h','body':{'on':true}}", "The room was locked"},
		{"{'kind':'session.step','body':{'from':'leader','to':'scoring'}}",
			"Step: Scoring"},
		{"{'kind':'session.timer','body':{'step':'scoring','deadline_us':1767225600000000}}",
			"This step has time until 00:00"},
		{"{'kind':'session.timer','body':{'step':'scoring'}}",
			"No time is set for this step any more"},
		{"{'kind':'room.lag','body':{'seat':'s','level':1,'dropped':3}}", NULL},
		{"{'kind':'room.lag','body':{'seat':'s','level':4,'dropped':3}}",
			"No 3 does not receive everything"},
		{"{'kind':'sheet.submitted','body':{}}", "A member submitted the score sheet"},
		{"{'kind':'bid.rejected','body':{'reason':'why'}}", "A bid was rejected"},
		{"{'kind':'review.counted','body':{}}", "A stage of the review was counted"},
		{"{'kind':'report.refused','body':{}}",
			"It is on record that a member does not sign the report"},
		{"{'kind':'session.paused','body':{'reason':'lunch'}}",
			"The session is in a break: lunch"},
		{"{'kind':'session.suspended','body':{}}", "The session is adjourned"},
		{"{'kind':'session.reconvened','body':{}}",
			"The session goes on after the adjournment"},
		{"{'kind':'rollback.approved','body':{'to':'scoring'}}",
			"Step back approved: Scoring. What was concluded since is void"},
		{"{'kind':'review.reopened','body':{'rollback':'r1'}}",
			"A stage of the review is done again: the session went a step back"},
		{"{'kind':'bid.reinstated','body':{}}",
			"A rejected bid is back: the member whose vote decided has left"},
		{"{'kind':'leader.elected','body':{}}", "The committee leader was elected"},
		{"{'kind':'room.publish','body':{'seat':'s'}}", NULL},
		{"{'kind':'room.withheld','body':{}}", NULL},
	};
	struct happening_names names = {NULL, name};

	for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *json = g_strdelimit(g_strdup(CASES[i].event), "'", '"');
		json_auto_t *event = json_loads(json, 0, NULL);
		g_autofree char *text = happening_text(event, &names);

		print_message("%s\n", CASES[i].event);
		if (CASES[i].sentence)
			assert_string_equal(text, CASES[i].sentence);
		else
			assert_null(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(events_become_sentences)};

	/* The window tells the time of where it stands. */
	g_setenv("TZ", "UTC", TRUE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
