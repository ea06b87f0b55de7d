/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about a fault (故障) and a committee that was dissolved. */
#include "server/verify/session_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "server/core/clock.h"
#include "server/eval/fault.h"
#include "tests/unit/server/verify/record_kit.h"
#include "tests/unit/server/verify/record_kit_inner.h"

#define SESSION "session:" KIT_SESSION

static void say(struct record_kit *k, const char *kind, json_t *body)
{
	kit_event(k, kind, SESSION, "host", body);
}

static void step(struct record_kit *k, const char *from, const char *to)
{
	say(k, "session.step", json_pack("{s:s, s:s}", "from", from, "to", to));
}

/* Of a started session, at the time of the event that it becomes. */
static void open_fault(struct record_kit *k, const char *id, const char *venue)
{
	int64_t at_us = START_US + k->events->len * EVENT_EVERY_US + FAULT_DURING_US;
	char deadline[CLOCK_TEXT_SIZE];

	clock_format_utc(at_us, deadline);
	say(k, "fault.opened",
		json_pack("{s:s, s:s, s:b, s:s, s:s*}", "fault", id, "side", "platform", "started",
			1, "deadline", deadline, "venue", venue));
}

static void repair(struct record_kit *k, const char *id, bool goes_on)
{
	say(k, "fault.repaired", json_pack("{s:s, s:b}", "fault", id, "goes_on", (int)goes_on));
}

static void decide(struct record_kit *k, const char *id, const char *decision)
{
	say(k, "fault.decided", json_pack("{s:s, s:s}", "fault", id, "decision", decision));
}

static void dissolve(struct record_kit *k, const char *id)
{
	say(k, "session.dissolved", json_pack("{s:s}", "fault", id));
	say(k, "session.closed", json_pack("{s:s, s:s}", "from", "scoring", "to", "dissolved"));
}

/* A fault that is repaired before anybody judges. */
static void repaired_in_time(struct record_kit *k)
{
	GPtrArray *sheets = kit_cut(k, "sheet.submitted");

	step(k, "checkin", "promise");
	open_fault(k, "f1", NULL);
	repair(k, "f1", true);
	kit_put_back(k, sheets);
}

/* Ranked, then a venue is lost. */
static void another_committee(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	g_ptr_array_set_free_func(report, (GDestroyNotify)json_decref);
	g_ptr_array_unref(report);
	step(k, "leader", "scoring");
	open_fault(k, "f1", "v1");
	decide(k, "f1", "new_committee");
	dissolve(k, "f1");
}

static void judged_meanwhile(struct record_kit *k)
{
	GPtrArray *sheets = kit_cut(k, "sheet.submitted");

	step(k, "checkin", "promise");
	open_fault(k, "f1", NULL);
	kit_put_back(k, sheets);
}

static void with_more_time(struct record_kit *k)
{
	repaired_in_time(k);
	json_object_set_new(
		kit_body(k, "fault.opened", 0), "deadline", json_string("2026-12-01T00:00:00Z"));
}

static void before_it_was_started(struct record_kit *k)
{
	repaired_in_time(k);
	json_object_set_new(kit_body(k, "fault.opened", 0), "started", json_false());
}

static void held_up_for_ever(struct record_kit *k)
{
	repaired_in_time(k);
	json_object_set_new(kit_body(k, "fault.repaired", 0), "goes_on", json_false());
}

static void two_at_once(struct record_kit *k)
{
	repaired_in_time(k);
	GPtrArray *rest = kit_cut(k, "fault.repaired");
	open_fault(k, "f1", NULL);
	kit_put_back(k, rest);
}

static void before_its_time(struct record_kit *k)
{
	another_committee(k);
	json_object_del(kit_body(k, "fault.opened", 0), "venue");
}

static void not_decided(struct record_kit *k)
{
	another_committee(k);
	json_decref(g_ptr_array_steal_index(k->events, kit_find(k, "fault.decided")));
}

static void of_no_fault(struct record_kit *k)
{
	another_committee(k);
	json_object_set_new(kit_body(k, "fault.decided", 0), "fault", json_string("f9"));
}

static void only_closed(struct record_kit *k)
{
	json_object_set_new(kit_body(k, "session.closed", 0), "to", json_string("dissolved"));
}

static void left_standing(struct record_kit *k)
{
	GPtrArray *closed = kit_cut(k, "session.closed");

	step(k, "checkin", "promise");
	open_fault(k, "f1", NULL);
	kit_put_back(k, closed);
}

static void gone_on_meanwhile(struct record_kit *k)
{
	step(k, "checkin", "promise");
	open_fault(k, "f1", NULL);
	step(k, "promise", "leader");
	repair(k, "f1", true);
}

/* What the dissolved committee found of a bid is left for the next one. */
static void a_bid_stays_rejected(struct record_kit *k)
{
	GPtrArray *fault;

	another_committee(k);
	fault = kit_cut(k, "fault.opened");
	say(k, "bid.rejected", json_pack("{s:s, s:s}", "lot", "l1", "bid", "b1"));
	kit_put_back(k, fault);
}

/* The result of the committee that was dissolved is given out as one. */
static void a_void_result(struct record_kit *k)
{
	another_committee(k);
}

static const struct kit_house houses[] = {
	{"judged meanwhile", judged_meanwhile, "judged while a fault"},
	{"more time", with_more_time, "another deadline"},
	{"before the start", before_it_was_started, "of the session's start"},
	{"held up for ever", held_up_for_ever, "does not go on as"},
	{"two at once", two_at_once, "while another one stands"},
	{"decided before its time", before_its_time, "fault.not_due"},
	{"not decided on", not_decided, "fault.undecided"},
	{"of no fault", of_no_fault, "no such fault stands"},
	{"only closed", only_closed, "ends otherwise than"},
	{"left standing", left_standing, "ends while a fault stands"},
	{"gone on meanwhile", gone_on_meanwhile, "judged while a fault"},
	{"a bid stays rejected", a_bid_stays_rejected, "leaves a bid rejected"},
	{"a void result", a_void_result, "no event speaks of the result"},
};

/* empty: nothing that was found stands in the record. */
static int verify(void (*write)(struct record_kit *k), bool empty, struct record_kit **ret)
{
	static const char *const files[] = {"report.json", "report.pdf"};

	*ret = kit_new();
	write(*ret);
	if (empty) {
		json_object_set_new((*ret)->results, "results", json_array());
		json_object_set_new((*ret)->sheets, "sheets", json_array());
	}
	kit_write(*ret);
	for (size_t i = 0; empty && i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename((*ret)->dir, files[i], NULL);
		g_unlink(path);
	}
	return kit_verify(*ret);
}

static void test_honest(void **state)
{
	struct record_kit *k;

	if (verify(repaired_in_time, false, &k) != 0)
		fail_msg("%s", k->out);
	assert_non_null(strstr(k->out, "1 faults followed"));
	kit_free(k);
	if (verify(another_committee, true, &k) != 0)
		fail_msg("%s", k->out);
	kit_free(k);
}

static void test_what_a_house_could_write(void **state)
{
	kit_check_houses(houses, G_N_ELEMENTS(houses));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
