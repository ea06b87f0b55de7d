/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about ranks made with the scores of one who left (C08). */
#include "server/verify/session_leave.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION

static void step(struct record_kit *k, const char *from, const char *to)
{
	kit_event(k, "session.step", SESSION, "host",
		json_pack("{s:s, s:s}", "from", from, "to", to));
}

/* lot NULL: he takes no ranks with him. */
static void leave(struct record_kit *k, const char *lot)
{
	kit_event(k, "member.replaced", SESSION, "host",
		json_pack("{s:i, s:[s*]}", "member_no", 9, "unranked", lot));
}

static void ranked_anew(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");
	json_t *ranked = g_ptr_array_index(k->events, kit_find(k, "lot.ranked"));

	step(k, "scoring", "summary");
	leave(k, "lot1");
	step(k, "summary", "scoring");
	g_ptr_array_add(k->events, json_incref(ranked));
	step(k, "scoring", "summary");
	kit_put_back(k, report);
}

/* As it was before ranks went with the member: nothing is said of them. */
static void of_before(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	kit_event(k, "member.replaced", SESSION, "host", json_pack("{s:i}", "member_no", 9));
	kit_put_back(k, report);
}

static void ranks_left(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	leave(k, NULL);
	kit_put_back(k, report);
}

/* Too few bids were left by a rejection after the ranking: there are no ranks to take along. */
static void failed_before(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	kit_event(k, "lot.failed", "lot:lot1", "member_1", json_object());
	leave(k, NULL);
	kit_put_back(k, report);
}

static void failed_and_judged_again(struct record_kit *k)
{
	GPtrArray *report;

	failed_before(k);
	report = kit_cut(k, "member.replaced");
	kit_event(k, "lot.reopened", "lot:lot1", "member_1", json_object());
	kit_put_back(k, report);
}

static void no_ranks(struct record_kit *k)
{
	GPtrArray *ranked = kit_cut(k, "lot.ranked");

	leave(k, "lot1");
	kit_put_back(k, ranked);
}

static void void_ranks(struct record_kit *k)
{
	GPtrArray *report = kit_cut(k, "report.made");

	leave(k, "lot1");
	kit_put_back(k, report);
}

static void stays_in_the_summary(struct record_kit *k)
{
	ranked_anew(k);
	json_object_set_new(kit_body(k, "session.step", 1), "to", json_string("signing"));
}

static void a_void_report(struct record_kit *k)
{
	GPtrArray *signatures = kit_cut(k, "report.signed");
	json_t *ranked = g_ptr_array_index(k->events, kit_find(k, "lot.ranked"));

	leave(k, "lot1");
	g_ptr_array_add(k->events, json_incref(ranked));
	kit_put_back(k, signatures);
}

static const struct kit_house houses[] = {
	{"ranked anew", ranked_anew, NULL},
	{"a record of before", of_before, NULL},
	{"ranks left", ranks_left, "leaves ranks that were made with the scores"},
	{"failed before", failed_before, NULL},
	{"failed and judged again", failed_and_judged_again, "leaves ranks that were made"},
	{"no ranks", no_ranks, "undoes ranks that are none"},
	{"void ranks", void_ranks, "no event speaks of the result of lot lot1"},
	{"stays in the summary", stays_in_the_summary, "does not lead back to the scoring"},
	{"a void report", a_void_report, "no event speaks of this report"},
};

static void test_what_a_house_could_write(void **state)
{
	kit_check_houses(houses, G_N_ELEMENTS(houses));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
