/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a dishonest house could recommend where one may win only so many lots (兼投不兼中). */
#include "server/verify/session_candidates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#define SCHEME(wins)                                                                              \
	"{\"price_form\":\"amount\",\"scheme\":{\"items\":[{\"id\":\"plan\",\"name\":\"方案\"," \
	"\"max\":\"100\",\"kind\":\"technical\",\"objective\":false}],\"price\":{\"method\":"     \
	"\"in_total\",\"weight\":\"0\"},\"ties\":[\"draw\"]" wins "}}"
#define CREATED(wins)                                                                                   \
	"{\"lots\":[{\"lot_id\":\"l1\",\"no\":1,\"code\":\"L1\"},{\"lot_id\":\"l2\",\"no\":2,\"code\":" \
	"\"L2\"}],\"input\":{\"lots\":[" SCHEME(wins) "," SCHEME(wins) "]}}"
#define OPENED(lot, no, name, more) \
	"{\"lot_code\":\"" lot "\",\"bid_no\":" no ",\"bidder_name\":\"" name "\"" more "}"
#define CODE(code) ",\"credit_code\":\"" code "\""
#define ROW(bid, rank) "{\"bid_id\":\"" bid "\",\"rank\":" rank ",\"tied\":false}"
#define RESULTS                                                                    \
	"{\"results\":[{\"lot_id\":\"l1\",\"rows\":[" ROW("a1", "1") "," ROW("b1", \
		"2") "]},"                                                         \
		     "{\"lot_id\":\"l2\",\"rows\":[" ROW("a2", "1") "," ROW("b2", "2") "]}]}"
#define NONE "{\"results\":[]}"
#define RIGHT                                               \
	"[{\"lot\":\"l1\",\"candidates\":[\"a1\",\"b1\"]}," \
	"{\"lot\":\"l2\",\"candidates\":[\"b2\"],\"passed\":[\"a2\"]}]"
#define FIRST_ALONE "[{\"lot\":\"l1\",\"candidates\":[\"a1\",\"b1\"]}]"
#define BY_RANK                                             \
	"[{\"lot\":\"l1\",\"candidates\":[\"a1\",\"b1\"]}," \
	"{\"lot\":\"l2\",\"candidates\":[\"a2\",\"b2\"]}]"
#define TABLE(rows) "{\"type\":\"table\",\"rows\":[" rows "]}"
#define SECTION(blocks) \
	"{\"model\":{\"sections\":[{},{},{},{},{},{},{},{},{\"blocks\":[" blocks "]}]}}"
#define PRINTED_FIRST TABLE("[\"1\",\"甲\"],[\"2\",\"乙\"]")
#define PRINTED(second) SECTION(PRINTED_FIRST "," TABLE(second))

/* What a house did and told, and what is said of it; NULL: nothing. */
struct row {
	const char *what, *created, *opened, *told, *printed, *said;
	const char *results;  /* NULL: both lots are ranked */
	const char *kinds[3]; /* what became of the second lot before the report was made */
};

static void add(GArray *events, const char *kind, const char *subject, const char *body)
{
	struct session_event row = {
		.object = json_loads(body, 0, NULL), .index = events->len, .line = events->len + 1};

	assert_non_null(row.object);
	row.event.kind = (char *)kind;
	row.event.subject = (char *)subject;
	row.event.body = row.object;
	g_array_append_val(events, row);
}

static unsigned faults(const struct row *house, char **ret_out)
{
	g_autofree char *dir = g_dir_make_tmp("candidates-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(dir, "results.json", NULL);
	g_autofree char *made =
		house->told ? g_strdup_printf("{\"candidates\":%s}", house->told) : g_strdup("{}");
	GArray *events = g_array_new(FALSE, FALSE, sizeof(struct session_event));
	json_t *report = json_loads(house->printed, 0, NULL);
	struct findings findings = {0};
	struct session_record rec = {.dir = dir, .events = events, .findings = &findings};
	size_t len;

	assert_true(g_file_set_contents(file, house->results ?: RESULTS, -1, NULL));
	findings.out = open_memstream(ret_out, &len);
	add(events, "project.created", "project:p", house->created);
	add(events, "bid.opened", "bid:a1", OPENED("L1", "1", "甲", CODE("A")));
	add(events, "bid.opened", "bid:b1", OPENED("L1", "2", "乙", CODE("B")));
	add(events, "bid.opened", "bid:b2", OPENED("L2", "1", "乙", CODE("B")));
	add(events, "bid.opened", "bid:a2", house->opened);
	add(events, "report.made", "session:s", made);
	/* The file has them behind all of the session; in the ledger they come before. */
	for (size_t i = 0; house->kinds[i]; i++)
		add(events, house->kinds[i], "lot:l2", "{\"lot_code\":\"L2\"}");
	g_array_index(events, struct session_event, 5).index = events->len;
	session_candidates_check(&rec, &g_array_index(events, struct session_event, 5), report);
	fclose(findings.out);
	for (guint i = 0; i < events->len; i++)
		json_decref(g_array_index(events, struct session_event, i).object);
	g_array_unref(events);
	json_decref(report);
	g_remove(file);
	g_rmdir(dir);
	return findings.n_faults;
}

static void test_candidates(void **state)
{
	static const char one[] = CREATED(",\"wins\":1"), none[] = CREATED("");
	static const char opened[] = OPENED("L2", "2", "甲", CODE("A"));
	static const char passed[] = PRINTED("[\"1\",\"乙\"]");
	static const char first[] = PRINTED("[\"1\",\"甲\"],[\"2\",\"乙\"]");
	static const char others[] = "recommends others than the ranks and the limit";
	static const struct row rows[] = {
		{"as it should be", one, opened, RIGHT, passed, NULL},
		{"no limit, nothing told", none, opened, NULL, first, NULL},
		{"a limit of two", CREATED(",\"wins\":2"), opened, BY_RANK, first, NULL},
		{"by rank in spite of the limit", one, opened, BY_RANK, first, others},
		{"nothing told", one, opened, NULL, passed, others},
		{"a limit of its own", none, opened, RIGHT, passed,
			"a limit that no scheme states"},
		{"another firm's code", one, OPENED("L2", "2", "甲", CODE("C")), RIGHT, passed,
			others},
		{"no code", one, OPENED("L2", "2", "甲", ""), RIGHT, passed,
			"opened without its credit code"},
		{"told right, printed wrong", one, opened, RIGHT, first,
			"recommends others than may win in lot 2"},
		{"a lot not printed", one, opened, RIGHT, "{\"model\":{\"sections\":[]}}",
			"recommends somebody in 0 lots of 2"},
		{"a lot that failed after its ranks", one, opened, FIRST_ALONE,
			SECTION(PRINTED_FIRST), NULL, NULL, {"lot.failed"}},
		{"one that failed is recommended in", one, opened, RIGHT, passed, others, NULL,
			{"lot.failed"}},
		{"one that failed and was judged again", one, opened, RIGHT, passed, NULL, NULL,
			{"lot.failed", "lot.reopened"}},
		{"all lots failed in the review", one, opened, NULL, SECTION(""), NULL, NONE},
		{"all failed, somebody told", one, opened, RIGHT, SECTION(""), others, NONE},
		{"all failed, nobody told", one, opened, "[]", SECTION(""), others, NONE},
		{"all failed, somebody printed", one, opened, NULL, SECTION(TABLE("")),
			"recommends somebody in 1 lots of 0", NONE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *out = NULL;
		unsigned n = faults(&rows[i], &out);

		if (n != (rows[i].said ? 1 : 0) || (rows[i].said && !strstr(out, rows[i].said)))
			fail_msg("%s: %u\n%s", rows[i].what, n, out);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_candidates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
