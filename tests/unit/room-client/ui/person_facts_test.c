/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/person_facts.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct person_facts of(const char *json)
{
	json_auto_t *entry = json_loads(json, 0, NULL);
	struct person_facts f = {0};

	assert_non_null(entry);
	person_facts_read(&f, entry);
	return f;
}

static void expect(char *text, const char *expected)
{
	g_autofree char *owned = text;

	assert_string_equal(owned, expected);
}

#define ENTRY(more)                                                                         \
	"{\"seat\":\"s1\",\"name\":\"3号专家\",\"role\":\"expert\",\"mic_muted\":false," \
	"\"cam_muted\":false,\"hand\":false," more "}"

static void says_how_a_seat_is(void **state)
{
	struct person_facts f = of(ENTRY("\"presence\":\"present\""));

	expect(person_facts_status(&f), "Expert · seated");
	f.speaking = true;
	expect(person_facts_status(&f), "Expert · speaking");
	f.mic_dead = true;
	expect(person_facts_status(&f), "Expert · muted in hardware");
	f.mic_muted = true;
	f.cam_muted = true;
	f.quality = QUALITY_POOR;
	expect(person_facts_status(&f), "Expert · muted · video stopped · poor connection");
	f = of(ENTRY("\"presence\":\"lost\",\"leader\":true,\"venue\":\"济南\""));
	expect(person_facts_status(&f), "Expert · committee leader · connection lost · 济南");
	f = of(ENTRY("\"presence\":\"lost\",\"knocking\":true"));
	expect(person_facts_status(&f),
		"Expert · connection lost · another device asks for the seat");
	f = of(ENTRY("\"presence\":\"absent\""));
	expect(person_facts_status(&f), "Expert · offline");
	f = of(ENTRY("\"presence\":\"removed\""));
	expect(person_facts_status(&f), "Expert · removed");
}

static void names_the_person_only_to_who_may_know(void **state)
{
	struct person_facts f = of(ENTRY("\"presence\":\"present\""));

	expect(person_facts_title(&f), "3号专家");
	f.own = true;
	expect(person_facts_title(&f), "3号专家 (you)");
	f = of(ENTRY("\"presence\":\"present\",\"person\":\"王明\""));
	expect(person_facts_title(&f), "3号专家 · 王明");
}

static void a_new_roster_keeps_what_others_told(void **state)
{
	json_auto_t *entry = json_loads(ENTRY("\"presence\":\"present\""), 0, NULL);
	struct person_facts f = {.has_cam = true, .quality = QUALITY_GOOD, .level = 0.5}, g;

	person_facts_read(&f, entry);
	assert_true(f.has_cam && f.quality == QUALITY_GOOD);
	g = f;
	assert_true(person_facts_equal(&f, &g));
	g.hand = true;
	assert_false(person_facts_equal(&f, &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_how_a_seat_is),
		cmocka_unit_test(names_the_person_only_to_who_may_know),
		cmocka_unit_test(a_new_roster_keeps_what_others_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
