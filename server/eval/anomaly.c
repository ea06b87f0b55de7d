/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/anomaly.h"

static const struct {
	const char *name, *rule;
	unsigned audience;
} kinds[] = {
	[ANOMALY_OBJECTIVE] = {"objective", "E13", ANOMALY_TO_MEMBER | ANOMALY_TO_SUPERVISOR},
	[ANOMALY_OUTLIER] = {"outlier", "E15", ANOMALY_TO_MEMBER | ANOMALY_TO_SUPERVISOR},
	[ANOMALY_LOW_ITEM] = {"low_item", NULL, ANOMALY_TO_MEMBER},
	[ANOMALY_RESIDUE] = {"residue", NULL, ANOMALY_TO_SUPERVISOR},
	[ANOMALY_RANK] = {"rank", NULL, ANOMALY_TO_SUPERVISOR},
};

const char *anomaly_kind_name(enum anomaly_kind kind)
{
	return kind >= ANOMALY_OBJECTIVE && kind <= ANOMALY_RANK ? kinds[kind].name : NULL;
}

struct anomaly_limits anomaly_limits_default(const struct rulebook *book)
{
	return (struct anomaly_limits){
		.outlier = decimal_from_int(rulebook_value(book, "E15")),
		.step = {500000},
		.rank_limit = decimal_from_int(1),
	};
}

static void find(GArray *list, enum anomaly_kind kind, size_t bid, int item, int member)
{
	struct anomaly a = {
		.kind = kind,
		.bid = (int)bid,
		.item = item,
		.member = member,
		.rule = kinds[kind].rule,
		.audience = kinds[kind].audience,
	};

	g_array_append_val(list, a);
}

static const struct decimal *item_scores(const struct anomaly_sheets *s, size_t bid, size_t item)
{
	return s->scores[bid] + item * s->n_members;
}

static const struct criteria_item *item_at(const struct anomaly_sheets *s, size_t item)
{
	return g_ptr_array_index(s->criteria->items, item);
}

static void check_objective(const struct anomaly_sheets *s, size_t bid, size_t item, GArray *list)
{
	const struct decimal *scores = item_scores(s, bid, item);

	for (size_t m = 1; m < s->n_members; m++) {
		if (decimal_cmp(scores[m], scores[0]) == 0)
			continue;
		find(list, ANOMALY_OBJECTIVE, bid, (int)item, -1);
		return;
	}
}

/* |score − sum/n| > percent × sum/n, multiplied out. */
static void check_outliers(const struct anomaly_sheets *s, struct decimal percent, size_t bid,
	size_t item, GArray *list)
{
	const struct decimal *scores = item_scores(s, bid, item);
	__int128 n = (__int128)s->n_members, sum = 0;

	for (size_t m = 0; m < s->n_members; m++)
		sum += scores[m].micro;
	for (size_t m = 0; m < s->n_members; m++) {
		__int128 away = scores[m].micro * n - sum;

		if ((away < 0 ? -away : away) * 100000000 > percent.micro * sum)
			find(list, ANOMALY_OUTLIER, bid, (int)item, (int)m);
	}
}

static void check_low(const struct anomaly_sheets *s, size_t bid, size_t item, GArray *list)
{
	const struct decimal *scores = item_scores(s, bid, item);
	struct decimal percent = s->criteria->combine.reason_below;

	for (size_t m = 0; m < s->n_members; m++)
		if (scores[m].micro * 100000000 < percent.micro * item_at(s, item)->max.micro)
			find(list, ANOMALY_LOW_ITEM, bid, (int)item, (int)m);
}

GArray *anomaly_objective(const struct anomaly_sheets *s)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct anomaly));

	for (size_t b = 0; b < s->n_bids; b++)
		for (size_t i = 0; i < s->criteria->items->len; i++)
			if (item_at(s, i)->objective)
				check_objective(s, b, i, list);
	return list;
}

static void check_items(
	const struct anomaly_sheets *s, const struct anomaly_limits *limits, GArray *list)
{
	for (size_t b = 0; decimal_sign(limits->outlier) && b < s->n_bids; b++)
		for (size_t i = 0; i < s->criteria->items->len; i++)
			if (!item_at(s, i)->objective)
				check_outliers(s, limits->outlier, b, i, list);
	for (size_t b = 0; decimal_sign(s->criteria->combine.reason_below) && b < s->n_bids; b++)
		for (size_t i = 0; i < s->criteria->items->len; i++)
			if (!item_at(s, i)->objective)
				check_low(s, b, i, list);
}

static __int128 rest_of(struct decimal total, struct decimal step)
{
	__int128 rest = total.micro % step.micro;

	return rest < 0 ? rest + step.micro : rest;
}

void anomaly_check_residues(const struct decimal *totals, size_t n_bids, size_t n_members,
	struct decimal step, GArray *list)
{
	for (size_t b = 0; b < n_bids; b++) {
		const struct decimal *row = totals + b * n_members;

		for (size_t m = 0; m < n_members; m++) {
			size_t alike = 0, most = 0;

			for (size_t o = 0; o < n_members; o++) {
				size_t n = 0;

				for (size_t p = 0; p < n_members; p++)
					n += rest_of(row[p], step) == rest_of(row[o], step);
				most = MAX(most, n);
				alike += rest_of(row[o], step) == rest_of(row[m], step);
			}
			if (2 * most > n_members && alike < most)
				find(list, ANOMALY_RESIDUE, b, -1, (int)m);
		}
	}
}

static struct decimal *totals_of(const struct anomaly_sheets *s)
{
	struct decimal *totals = g_new0(struct decimal, s->n_bids * s->n_members + 1);

	for (size_t b = 0; b < s->n_bids; b++)
		for (size_t i = 0; i < s->criteria->items->len; i++)
			for (size_t m = 0; m < s->n_members; m++)
				totals[b * s->n_members + m] = decimal_add(
					totals[b * s->n_members + m], item_scores(s, b, i)[m]);
	return totals;
}

static int rank_by(
	const struct decimal *totals, size_t n_bids, size_t n_members, size_t m, size_t bid)
{
	int rank = 1;

	for (size_t b = 0; b < n_bids; b++)
		rank += decimal_cmp(totals[b * n_members + m], totals[bid * n_members + m]) > 0;
	return rank;
}

static void check_ranks(const struct decimal *totals, size_t n_bids, size_t n_members,
	struct decimal limit, GArray *list)
{
	g_autofree int *ranks = g_new0(int, n_members + 1);

	for (size_t b = 0; b < n_bids; b++) {
		__int128 n = (__int128)n_members, sum = 0;

		for (size_t m = 0; m < n_members; m++) {
			ranks[m] = rank_by(totals, n_bids, n_members, m, b);
			sum += ranks[m];
		}
		for (size_t m = 0; m < n_members; m++) {
			__int128 away = ranks[m] * n - sum;

			if ((away < 0 ? -away : away) * 1000000 > limit.micro * n)
				find(list, ANOMALY_RANK, b, -1, (int)m);
		}
	}
}

GArray *anomaly_check(const struct anomaly_sheets *s, const struct anomaly_limits *limits)
{
	GArray *list = anomaly_objective(s);
	g_autofree struct decimal *totals = totals_of(s);

	check_items(s, limits, list);
	if (decimal_sign(limits->step))
		anomaly_check_residues(totals, s->n_bids, s->n_members, limits->step, list);
	if (decimal_sign(limits->rank_limit))
		check_ranks(totals, s->n_bids, s->n_members, limits->rank_limit, list);
	return list;
}
