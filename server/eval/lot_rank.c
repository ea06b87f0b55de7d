/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/lot_rank.h"

void lot_rank_clear(struct lot_rank *l)
{
	g_clear_pointer(&l->drawn, json_decref);
}

static bool draws_ties(const struct criteria *criteria)
{
	return criteria->n_ties && criteria->ties[criteria->n_ties - 1] == CRITERIA_TIE_DRAW;
}

static void decide_ties(struct lot_rank *l)
{
	g_autofree unsigned *numbers = g_new0(unsigned, l->n_bids + 1);

	for (size_t i = 0; i < l->n_bids; i++)
		numbers[i] = (unsigned)i + 1;
	lot_draw_numbers(&l->chance, "tie", numbers, l->n_bids);
	for (size_t i = 0; i < l->n_bids; i++)
		l->bids[numbers[i] - 1].decided = (unsigned)i + 1;
}

static int index_of(const struct lot_rank *l, int member)
{
	size_t i = 0;

	while (i < l->n_members && l->members[i] != member)
		i++;
	return (int)i;
}

/* The first in the order of the draw who is one of the equals; rank_bids() takes no other. */
static int rank_with_member(
	struct lot_rank *l, struct rank_case *c, struct rank_row *ret_rows, size_t *ret_index)
{
	g_autofree unsigned *numbers = g_new0(unsigned, l->n_members + 1);
	int r = RANK_E_MEMBER_DRAW;

	for (size_t i = 0; i < l->n_members; i++)
		numbers[i] = (unsigned)l->members[i];
	lot_draw_numbers(&l->chance, "member", numbers, l->n_members);
	for (size_t i = 0; r == RANK_E_MEMBER_DRAW && i < l->n_members; i++) {
		c->drawn_member = index_of(l, (int)numbers[i]);
		l->drawn_member = (int)numbers[i];
		r = rank_bids(c, ret_rows, &l->outcome, ret_index);
	}
	return r;
}

int lot_rank(struct lot_rank *l, struct rank_row *ret_rows, size_t *ret_index)
{
	struct rank_case c = {
		.criteria = l->criteria,
		.bids = l->bids,
		.n_bids = l->n_bids,
		.n_members = l->n_members,
		.n_sheets = l->n_members,
		.ceiling = l->ceiling,
		.drawn_member = -1,
	};
	int r;

	lot_rank_clear(l);
	l->drawn_member = 0;
	c.drawn = l->drawn = lot_draw_params(&l->chance, &l->criteria->price, l->n_bids);
	if (draws_ties(l->criteria))
		decide_ties(l);
	r = rank_bids(&c, ret_rows, &l->outcome, ret_index);
	return r == RANK_E_MEMBER_DRAW ? rank_with_member(l, &c, ret_rows, ret_index) : r;
}
