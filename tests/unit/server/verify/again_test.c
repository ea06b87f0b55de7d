/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a dishonest house could write about a re-evaluation by the original committee (重新评审). */
#include "server/verify/session_again.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

#define SESSION "session:" KIT_SESSION

/* What a case does otherwise. */
static struct {
	bool nothing_superseded, other_superseded, no_file, other_file, never_asked, replaced, released,
		by_host, successor, not_adjourned, one_signs, another_law;
	const char *code;
} how;

static void step(struct record_kit *k, const char *kind, const char *from, const char *to)
{
	json_t *body = json_pack("{s:s, s:s}", "from", from, "to", to);

	if (strcmp(from, "closed") == 0)
		json_object_set_new(body, "rollback", json_string("r1"));
	kit_event(k, kind, SESSION, "host", body);
}

static void about(struct record_kit *k, const char *kind, const char *who)
{
	kit_event(k, kind, SESSION, who,
		json_pack("{s:s, s:s, s:s, s:s}", "rollback", "r1", "from", "closed", "to",
			"scoring", "code", how.code ? how.code : "03"));
}

static void replace(struct record_kit *k)
{
	if (how.released)
		kit_event(k, "member.released", SESSION, how.by_host ? "host" : "supervisor",
			json_pack("{s:i, s:s}", "member_no", 1, "note", "同意"));
	kit_event(k, "member.replaced", SESSION, "host",
		json_pack("{s:i, s:[]}", "member_no", how.successor ? 9 : 1, "unranked"));
	if (!how.successor)
		kit_event(k, "member.promised", SESSION, "member_1",
			json_pack("{s:i}", "member_no", 1));
}

static void supersede(struct record_kit *k)
{
	json_t *made = kit_body(k, "report.made", 1);

	if (how.nothing_superseded)
		return;
	json_object_set(made, "supersedes", json_object_get(made, "pdf_sha256"));
	if (how.other_superseded)
		json_object_set(made, "supersedes", json_object_get(made, "model_sha256"));
}

/* The session as it is, closed, and all from the sheets on once more. */
static void write_again(struct record_kit *k)
{
	GPtrArray *work = kit_cut(k, "sheet.submitted");
	unsigned signed_once = 0;

	if (!how.another_law)
		json_object_set_new(
			json_object_get(kit_body(k, "project.created", 0), "input"), "regime",
			json_string("gp"));
	json_decref(work->pdata[work->len - 1]);
	g_ptr_array_remove_index(work, work->len - 1); /* session.closed */
	step(k, "session.step", "leader", "scoring");
	for (guint i = 0; i < work->len; i++) {
		const char *kind = json_string_value(json_object_get(work->pdata[i], "kind"));

		if (!how.one_signs || strcmp(kind, "report.signed") != 0 || signed_once++)
			g_ptr_array_add(k->events, json_deep_copy(work->pdata[i]));
	}
	step(k, "session.closed", "signing", "closed");
	if (!how.never_asked) {
		about(k, "rollback.requested", "host");
		about(k, "rollback.approved", "supervisor");
		step(k, "session.step", "closed", "scoring");
		if (!how.not_adjourned)
			kit_event(k, "session.suspended", SESSION, "supervisor",
				json_pack("{s:s, s:s}", "step", "scoring", "rollback", "r1"));
	}
	if (how.replaced)
		replace(k);
	kit_put_back(k, work);
	supersede(k);
	step(k, "session.closed", "signing", "closed");
}

static void check(const char *what, const char *said)
{
	struct record_kit *k = kit_new();
	int n;

	write_again(k);
	kit_write(k);
	if (how.other_file)
		kit_write_file(k, "superseded-1.pdf", "other", 5);
	else if (!how.no_file)
		kit_write_file(k, "superseded-1.pdf", k->pdf->str, k->pdf->len);
	n = kit_verify(k);
	if (said ? n <= 0 || !strstr(k->out, said) : n != 0)
		fail_msg("%s: %d faults, \"%s\":\n%s", what, n, said ? said : "nothing", k->out);
	kit_free(k);
	memset(&how, 0, sizeof(how));
}

static void test_whole(void **state)
{
	check("whole", NULL);
	how.replaced = how.released = true;
	check("let go", NULL);
	how.replaced = how.successor = true;
	check("who came since", NULL);
}

static void test_what_a_house_could_write(void **state)
{
	how.nothing_superseded = true;
	check("nothing superseded", "does not name the report it supersedes");
	how.other_superseded = true;
	check("another superseded", "does not name the report it supersedes");
	how.no_file = true;
	check("not kept", "superseded-1.pdf: is missing");
	how.other_file = true;
	check("another kept", "superseded-1.pdf: is not the report that was superseded");
	how.never_asked = true;
	check("never asked", "judges in a session that was closed");
	how.replaced = true;
	check("replaced", "is replaced in a re-evaluation without the supervisor's word");
	how.replaced = how.released = how.by_host = true;
	check("let go by the host", "is replaced by who let the member go");
	how.not_adjourned = true;
	check("not adjourned", "opened again and not adjourned");
	how.one_signs = true;
	check("one signs", "closes a session whose report not everybody signed");
	how.another_law = true;
	check("another law", "rollback.signed");
	how.code = "02";
	check("another reason", "rollback.reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
