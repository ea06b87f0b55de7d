/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/collusion.h"

#include <string.h>

#include "server/eval/avoidance.h"

static const char *const names[] = {
	[COLLUSION_AUTHOR] = "author",
	[COLLUSION_HANDLER] = "handler",
	[COLLUSION_MANAGER] = "manager",
	[COLLUSION_MACHINE] = "machine",
	[COLLUSION_ADDRESS] = "address",
	[COLLUSION_ACCOUNT] = "account",
	[COLLUSION_EQUAL_STEPS] = "equal_steps",
	[COLLUSION_EQUAL_RATIOS] = "equal_ratios",
};

const char *collusion_sign_name(enum collusion_sign sign)
{
	return sign <= COLLUSION_EQUAL_RATIOS ? names[sign] : NULL;
}

static void finding_clear(void *p)
{
	g_array_unref(((struct collusion_finding *)p)->bids);
}

static void find(GArray *list, enum collusion_sign sign, GArray *bids)
{
	struct collusion_finding f = {sign, bids};

	g_array_append_val(list, f);
}

/* An address keeps its points, or 1.11 would be 11.1. */
static char *key_of(enum collusion_sign sign, const char *value)
{
	return sign == COLLUSION_ADDRESS ? g_strstrip(g_ascii_strdown(value ? value : "", -1))
					 : avoidance_unit_key(value ? value : "");
}

static void check_value(
	const struct collusion_bid *bids, size_t n, enum collusion_sign sign, GArray *list)
{
	g_auto(GStrv) keys = g_new0(char *, n + 1);
	g_autofree bool *done = g_new0(bool, n + 1);

	for (size_t i = 0; i < n; i++)
		keys[i] = key_of(sign, bids[i].values[sign]);
	for (size_t i = 0; i < n; i++) {
		GArray *alike = g_array_new(FALSE, FALSE, sizeof(size_t));
		bool is_new = !done[i] && *keys[i];

		for (size_t j = i; is_new && j < n; j++) {
			if (strcmp(keys[i], keys[j]) != 0)
				continue;
			done[j] = true;
			g_array_append_val(alike, j);
		}
		if (alike->len > 1)
			find(list, sign, alike);
		else
			g_array_unref(alike);
	}
}

static int by_price(const void *a, const void *b, void *data)
{
	const struct collusion_bid *bids = data;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int r = decimal_cmp(bids[x].price, bids[y].price);

	return r ? r : (x > y) - (x < y);
}

static bool goes_on(const struct collusion_bid *bids, const GArray *order, guint i, bool ratios)
{
	__int128 a = bids[g_array_index(order, size_t, i - 2)].price.micro;
	__int128 b = bids[g_array_index(order, size_t, i - 1)].price.micro;
	__int128 c = bids[g_array_index(order, size_t, i)].price.micro;

	/* Equal prices are another matter, and every bidder's right. */
	if (a == b || b == c)
		return false;
	if (!ratios)
		return b - a == c - b;
	/* To a cent: c is b × b ÷ a. */
	struct decimal next;
	return !decimal_ratio(b * b, a, 2, &next) &&
	       decimal_cmp(next, decimal_round((struct decimal){c}, 2)) == 0;
}

/* Every longest run of prices in which the step between neighbours stays the same. */
static void check_steps(
	const struct collusion_bid *bids, const GArray *order, bool ratios, GArray *list)
{
	guint from = 0;

	for (guint i = 2; i <= order->len; i++) {
		GArray *run;

		if (i < order->len && goes_on(bids, order, i, ratios))
			continue;
		if (i - from >= COLLUSION_STEPS_MIN) {
			run = g_array_new(FALSE, FALSE, sizeof(size_t));
			g_array_append_vals(run, &g_array_index(order, size_t, from), i - from);
			find(list, ratios ? COLLUSION_EQUAL_RATIOS : COLLUSION_EQUAL_STEPS, run);
		}
		from = i - 1;
	}
}

GArray *collusion_check(const struct collusion_bid *bids, size_t n)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct collusion_finding));
	g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(size_t));

	g_array_set_clear_func(list, finding_clear);
	for (int sign = 0; sign < N_COLLUSION_VALUES; sign++)
		check_value(bids, n, (enum collusion_sign)sign, list);
	for (size_t i = 0; i < n; i++)
		if (decimal_sign(bids[i].price) > 0)
			g_array_append_val(order, i);
	g_array_sort_with_data(order, by_price, (void *)bids);
	check_steps(bids, order, false, list);
	check_steps(bids, order, true, list);
	return list;
}
