/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rule of committee and evaluation (C, E) that refuses or sets a clock, on both sides of its
 * boundary. The last test walks the rulebook: a rule without a row here is a failure.
 */
#include <string.h>

#include "server/eval/anomaly.h"
#include "server/eval/award.h"
#include "server/eval/eligible.h"
#include "server/eval/flow.h"
#include "server/eval/leader.h"
#include "server/eval/low_price.h"
#include "server/eval/panel.h"
#include "server/eval/report_model.h"
#include "server/eval/review.h"
#include "server/eval/rollback.h"
#include "server/eval/score.h"
#include "server/trade/opening.h"
#include "tests/unit/server/eval/support.h"

static const char *committee_rule(
	enum regime regime, bool group, const char *budget, unsigned experts, unsigned buyers)
{
	struct committee_facts facts = {.regime = regime, .is_group = group, .budget = dec(budget)};
	struct rule_verdict v = {0};

	return committee_check(rulebook_current(), &facts, experts, buyers, &v) ? v.rule : NULL;
}

static void c01(void)
{
	assert_null(committee_rule(REGIME_ZTB, false, "1", 5, 0));
	assert_string_equal(committee_rule(REGIME_ZTB, false, "1", 4, 0), "C01");
	assert_string_equal(committee_rule(REGIME_ZTB, false, "1", 3, 0), "C01");
	assert_string_equal(committee_rule(REGIME_ZTB, false, "1", 6, 0), "C01");
}

static void c02(void)
{
	assert_null(committee_rule(REGIME_GP, false, "9999999.99", 5, 0));
	assert_string_equal(committee_rule(REGIME_GP, false, "10000000", 5, 0), "C02");
	assert_null(committee_rule(REGIME_GP, false, "10000000", 7, 0));
}

static void c03(void)
{
	assert_null(committee_rule(REGIME_GP, true, "1", 3, 0));
	assert_string_equal(committee_rule(REGIME_GP, true, "1", 1, 0), "C03");
	assert_null(committee_rule(REGIME_GP, true, "1", 2, 1));
	assert_string_equal(committee_rule(REGIME_GP, true, "1", 1, 2), "C03");
}

/* Of 5, 7, 9, 11: how many may be the owner's. */
static void c04(void)
{
	static const unsigned rows[][2] = {{5, 1}, {7, 2}, {9, 3}, {11, 3}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (unsigned buyers = 0; buyers <= rows[i][0]; buyers++) {
			const char *rule =
				committee_rule(REGIME_ZTB, false, "1", rows[i][0] - buyers, buyers);

			assert_int_equal(rule == NULL, buyers <= rows[i][1]);
		}
}

/* Whoever was replaced counts no more, and nothing of his is waited for. */
static void c08(void)
{
	struct panel_member members[] = {{1, false, MEMBER_PROMISED}, {2, false, MEMBER_PROMISED}};

	assert_int_equal(panel_count(members, 2).members, 2);
	assert_int_equal(member_step(members[0].state, MEMBER_STEP_REPLACE, &members[0].state), 0);
	assert_int_equal(panel_count(members, 2).members, 1);
	assert_int_equal(member_step(members[0].state, MEMBER_STEP_PROMISE, &members[0].state),
		PANEL_E_STATE);
}

/* More than a third, for every size: a third itself is not more. */
static void c09(void)
{
	for (unsigned n = 1; n <= 99; n++) {
		unsigned votes = panel_more_time_votes(n);

		assert_true(3 * votes > n);
		assert_false(3 * (votes - 1) > n);
	}
}

static void c10(void)
{
	static const char *const own[] = {"A08"};
	struct eligible_expert e = {.in_standing = true, .specialities = own, .n_specialities = 1};
	const struct eligible_rule rule = {
		.specialities = own, .n_specialities = 1, .session_us = 1};

	assert_int_equal(eligible_check(&e, &rule), ELIGIBLE_YES);
	e.is_regulator = true;
	assert_int_equal(eligible_check(&e, &rule), ELIGIBLE_REGULATOR);
}

static void c11(void)
{
	const struct leader_member members[] = {{1, false}, {2, true}};
	const char *rule = NULL;

	assert_int_equal(leader_may_vote(REGIME_GP, members, 2, NULL, 0, 1, 2, &rule),
		LEADER_E_NOT_ELIGIBLE);
	assert_string_equal(rule, "C11");
	assert_int_equal(leader_may_vote(REGIME_GP, members, 2, NULL, 0, 2, 1, &rule), 0);
	assert_int_equal(leader_may_vote(REGIME_ZTB, members, 2, NULL, 0, 1, 2, &rule), 0);
}

/* In a calendar without holidays, from a Friday: 48 hours, and 72 for other provinces. */
static void c12(void)
{
	const int64_t hour = INT64_C(3600) * 1000000, friday = INT64_C(1749171600) * 1000000;
	struct calendar *cal = calendar_new_empty();

	for (int other = 0; other <= 1; other++) {
		int64_t earliest = friday - (other ? 72 : 48) * hour;

		assert_int_equal(eligible_draw_time(rulebook_current(), cal, true, other, friday,
					 earliest, NULL),
			0);
		assert_int_equal(eligible_draw_time(rulebook_current(), cal, true, other, friday,
					 earliest - 1, NULL),
			ELIGIBLE_E_DRAW_TOO_EARLY);
	}
	calendar_free(cal);
}

static void e01(void)
{
	struct rule_verdict v = {0};

	assert_int_equal(
		opening_may_begin(rulebook_current(), REGIME_ZTB, LOT_BIDDING, 3, 10, 10, true, &v),
		0);
	assert_int_equal(
		opening_may_begin(rulebook_current(), REGIME_ZTB, LOT_BIDDING, 2, 10, 10, true, &v),
		OPENING_E_TOO_FEW);
	assert_string_equal(v.rule, "E01");
}

static void e04(void)
{
	const struct opening_window window = {0, 10};
	enum bid_state state;

	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_BIDDER, &window, 10, &state), 0);
	assert_int_equal(state, BID_REVOKED);
	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_OTHER, &window, 10, &state), 0);
	assert_int_equal(state, BID_RECALLED);
	assert_int_equal(opening_settle(BID_SEALED, OPENING_FAULT_OTHER, &window, 9, &state),
		OPENING_E_WINDOW_RUNS);
}

static void e06(void)
{
	const int64_t minute = INT64_C(60) * 1000000;
	struct opening_window w = opening_window_from(rulebook_current(), 0, 0);

	assert_true(w.end_us == 60 * minute);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, 60 * minute - 1), 0);
	assert_int_equal(opening_may_decrypt(BID_SEALED, &w, 60 * minute), OPENING_E_WINDOW_OVER);
}

#define SCHEME(review)                                                                             \
	"{\"items\":[{\"id\":\"plan\",\"name\":\"方案\",\"max\":\"100\",\"kind\":\"technical\"," \
	"\"objective\":false}],\"price\":{\"method\":\"in_total\",\"weight\":\"0\"}" review "}"

/* Only what the tender file says may be asked or scored. */
static void e07(void)
{
	static const char *const bids[] = {"a"};
	json_t *scheme = json_of(SCHEME(",\"review\":[{\"id\":\"tax\",\"stage\":\"qualification\","
					"\"name\":\"完税证明\",\"clause\":\"3.2\"}]"));
	json_t *score = json_of("{\"a\":{\"plan\":\"9\"}}"),
	       *other = json_of("{\"a\":{\"age\":\"9\"}}");
	json_t *vote = json_of("{\"a\":{\"tax\":{\"pass\":true}}}"),
	       *strange = json_of("{\"a\":{\"age\":{\"pass\":true}}}");
	struct criteria *c = NULL;

	assert_int_equal(criteria_read(scheme, &c, NULL), 0);
	assert_int_equal(score_check(c, bids, 1, score, true, NULL), 0);
	assert_int_equal(score_check(c, bids, 1, other, false, NULL), SCORE_E_UNKNOWN_ITEM);
	assert_int_equal(
		review_check(c->review, REVIEW_QUALIFICATION, bids, 1, vote, true, NULL), 0);
	assert_int_equal(
		review_check(c->review, REVIEW_QUALIFICATION, bids, 1, strange, false, NULL),
		REVIEW_E_UNKNOWN_ITEM);
	criteria_free(c);
	json_decref(scheme);
	json_decref(score);
	json_decref(other);
	json_decref(vote);
	json_decref(strange);
}

/* A question comes from the committee, passes the supervisor, is answered by the bidder. */
static void e09(void)
{
	static const struct {
		const char *act;
		enum flow_role who;
		enum flow_step over;
	} rows[] = {{"question.ask", FLOW_MEMBER, FLOW_SUMMARY},
		{"question.pass", FLOW_SUPERVISOR, FLOW_SUMMARY},
		{"question.answer", FLOW_BIDDER,
			FLOW_CLOSED}}; /* by its deadline, whatever the step */
	const struct flow_state s = {.step = FLOW_SCORING};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct flow_state later = {.step = rows[i].over};

		for (int role = 0; role < N_FLOW_ROLES; role++) {
			bool may = role == (int)rows[i].who ||
				   (rows[i].who == FLOW_MEMBER && role == FLOW_CHAIR);

			assert_int_equal(flow_may_act(rows[i].act, (enum flow_role)role, &s),
				may ? 0 : FLOW_E_ROLE);
			if (may)
				assert_int_equal(
					flow_may_act(rows[i].act, (enum flow_role)role, &later),
					FLOW_E_STEP);
		}
	}
}

/* Three candidates and no fourth; the session ends when all have signed or refused. */
static void e11(void)
{
	const struct award_bid bids[] = {
		{"a", 1, false}, {"b", 2, false}, {"c", 3, false}, {"d", 4, false}};
	const struct award_lot lot = {bids, 4};
	struct award_row rows[4], *out[] = {rows};
	struct flow_counts counts = {.members = 7, .signed_off = 7};
	const struct flow_state s = {.step = FLOW_SIGNING};

	assert_int_equal(award_select(&lot, 1, NULL, 0, REPORT_CANDIDATES_MAX, out, NULL), 0);
	assert_int_equal(rows[2].place, 3);
	assert_int_equal(rows[3].mark, AWARD_NONE);
	assert_int_equal(flow_advance(&s, FLOW_CLOSED, &counts), 0);
	counts.signed_off = 6;
	assert_int_equal(flow_advance(&s, FLOW_CLOSED, &counts), FLOW_E_NOT_ALL_SIGNED);
}

static void e13(void)
{
	struct rollback_request q = {
		REGIME_GP, {.step = FLOW_SUMMARY}, FLOW_SCORING, ROLLBACK_SUM, false, false};
	const char *rule = NULL;

	assert_int_equal(rollback_check(&q, &rule), 0);
	q.reason = ROLLBACK_OTHER;
	assert_int_equal(rollback_check(&q, &rule), ROLLBACK_E_REASON);
	assert_string_equal(rule, "E13");
}

static void e16(void)
{
	const char *rule = NULL;
	size_t n = review_bids_needed(rulebook_current(), REGIME_GP, REVIEW_QUALIFICATION, &rule);

	assert_true(3 >= n && 2 < n);
	assert_string_equal(rule, "E16");
}

static void e18(void)
{
	const struct low_price_votes half = {2, 2, 5}, kept = {3, 2, 5}, out = {2, 3, 5},
				     even = {3, 3, 6};

	assert_int_equal(low_price_settle(false, LOW_PRICE_SILENT, &out), LOW_PRICE_KEPT);
	assert_int_equal(low_price_settle(true, LOW_PRICE_PENDING, &kept), LOW_PRICE_WAITS);
	assert_int_equal(low_price_settle(true, LOW_PRICE_SILENT, &kept), LOW_PRICE_REJECTED);
	assert_int_equal(low_price_settle(true, LOW_PRICE_ANSWERED, &half), LOW_PRICE_WAITS);
	assert_int_equal(low_price_settle(true, LOW_PRICE_ANSWERED, &even), LOW_PRICE_WAITS);
	assert_int_equal(low_price_settle(true, LOW_PRICE_ANSWERED, &kept), LOW_PRICE_KEPT);
	assert_int_equal(low_price_settle(true, LOW_PRICE_ANSWERED, &out), LOW_PRICE_REJECTED);
}

/* A line under the ceiling asks for a bond; it never shuts a bid out. */
static void e21(void)
{
	json_t *json = json_of("{\"method\":\"lowest_evaluated\",\"weight\":\"0\",\"lines\":"
			       "[{\"name\":\"担保\",\"percent\":\"90\"}]}");
	const struct price_bid bids[] = {{.price = dec("1"), .valid = true}};
	struct price_drawn drawn = {0};
	struct decimal ceiling = dec("100");
	struct price_value value;
	struct price_rule rule;
	const char *field;

	assert_true(price_rule_read(json, &rule, &field));
	assert_int_equal(price_score(&rule, &drawn, &ceiling, bids, 1, &value, NULL, NULL), 0);
	assert_int_equal(value.lines, 1);
	assert_false(value.out);
	/* A floor for prices is no part of any method. */
	json_object_set_new(json, "floor", json_string("90"));
	price_rule_clear(&rule);
	assert_false(price_rule_read(json, &rule, &field));
	assert_string_equal(field, "price.floor");
	json_decref(json);
}

static const struct {
	const char *id;
	void (*check)(void);
	const char *elsewhere; /* the test that shows the product keep it */
} rows[] = {
	{"C01", c01, NULL},
	{"C02", c02, NULL},
	{"C03", c03, NULL},
	{"C04", c04, NULL},
	{"C05", NULL, "unit/server/eval/draw_test.c"},
	{"C07", NULL, "integration/d_00_evaluation_test.mjs"},
	{"C08", c08, "integration/d_14_tender_law_test.mjs"},
	{"C09", c09, "integration/d_14_tender_law_test.mjs"},
	{"C10", c10, "integration/d_01_pool_test.mjs"},
	{"C11", c11, NULL},
	{"C12", c12, "integration/d_01_pool_test.mjs"},
	{"C14", NULL, "integration/d_00_evaluation_test.mjs"},
	{"E01", e01, NULL},
	{"E02", NULL, "integration/c_00_bids_test.mjs"},
	{"E04", e04, NULL},
	{"E06", e06, NULL},
	{"E07", e07, NULL},
	{"E09", e09, NULL},
	{"E11", e11, NULL},
	{"E13", e13, NULL},
	{"E16", e16, NULL},
	{"E18", e18, NULL},
	{"E21", e21, NULL},
	{"E22", NULL, "integration/d_00_evaluation_test.mjs"},
};

static void test_both_sides(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		print_message("%s %s\n", rows[i].id, rows[i].elsewhere ? rows[i].elsewhere : "");
		if (rows[i].check)
			rows[i].check();
	}
}

static void test_none_is_left_out(void **state)
{
	const struct rulebook *book = rulebook_current();

	for (size_t i = 0; i < book->n_rules; i++) {
		const struct rule *rule = &book->rules[i];
		bool found = false;

		if ((rule->id[0] != 'C' && rule->id[0] != 'E') ||
			(rule->kind != RULE_REFUSE && rule->kind != RULE_CLOCK))
			continue;
		for (size_t r = 0; r < G_N_ELEMENTS(rows); r++)
			found |= strcmp(rows[r].id, rule->id) == 0;
		if (!found)
			fail_msg("no row shows %s", rule->id);
	}
	for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
		g_autofree char *path = g_build_filename(
			TEST_DATA, "..", rows[r].elsewhere ? rows[r].elsewhere : ".", NULL);

		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			fail_msg("%s: there is no %s", rows[r].id, rows[r].elsewhere);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_sides),
		cmocka_unit_test(test_none_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
