/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/draw_pool.h"

#include <string.h>

#include "server/act/expert_unit.h"
#include "server/act/session_act.h"
#include "server/eval/eligible.h"
#include "server/store/expert_store.h"
#include "server/store/member_store.h"

/* Experts read at a time. */
#define PAGE 2000

int draw_pool_each(struct act *a, int (*fn)(const struct expert *e, void *data), void *data)
{
	char after[ID_SIZE] = "";

	for (;;) {
		g_autoptr(GPtrArray) page = NULL;
		int r = expert_store_list(a->txn, after, PAGE, &page);

		for (guint i = 0; !r && i < page->len; i++)
			r = fn(g_ptr_array_index(page, i), data);
		if (r || page->len < PAGE)
			return r;
		g_strlcpy(after, ((struct expert *)g_ptr_array_index(page, PAGE - 1))->expert_id,
			sizeof(after));
	}
}

/* What an expert was drawn for, around the session that is drawn for now. */
struct drawn_before {
	int64_t nearest_us; /* 0: none within the period and the interval */
	unsigned n;         /* in the period before it */
};

struct look {
	const uint8_t *key;
	const struct draw_wanted *wanted;
	struct eligible_rule rule;
	bool has_regulator;
	uint8_t regulator[32]; /* digest of the unit */
	GHashTable *leaves;    /* by expert: struct expert_leave, the one the session falls into */
	GHashTable *history;   /* by expert: struct drawn_before; who was not drawn is not in it */
	GHashTable *busy;      /* ids of those who sit elsewhere at that time */
	GArray *entries;
	unsigned excluded[ELIGIBLE_REASONS];
};

/* The texts of a list, borrowed from it; the array is the caller's. */
static const char **texts_of(const json_t *list, size_t *ret_n)
{
	const char **texts = g_new0(const char *, json_array_size(list) + 1);
	json_t *text;
	size_t i;

	json_array_foreach ((json_t *)list, i, text)
		texts[i] = json_is_string(text) ? json_string_value(text) : "";
	*ret_n = json_array_size(list);
	return texts;
}

static int look_at(const struct expert *e, void *data)
{
	struct look *look = data;
	const struct draw_avoid *avoid = look->wanted->avoid;
	const struct expert_leave *leave = g_hash_table_lookup(look->leaves, e->expert_id);
	g_autoptr(GBytes) unit = g_bytes_new(e->unit_digest, sizeof(e->unit_digest));
	struct eligible_expert facts = {.in_standing = e->active,
		.leave_from_us = leave ? leave->from_us : 0,
		.leave_until_us = leave ? leave->until_us : 0,
		.of_party = g_hash_table_contains(avoid->units, unit),
		.is_regulator = look->has_regulator && memcmp(e->unit_digest, look->regulator,
							       sizeof(look->regulator)) == 0,
		.was_member = g_hash_table_contains(avoid->experts, e->expert_id),
		.is_busy = g_hash_table_contains(look->busy, e->expert_id),
		.region = e->region};
	const struct drawn_before *before = g_hash_table_lookup(look->history, e->expert_id);
	g_autofree const char **own = texts_of(e->specialities, &facts.n_specialities);
	enum eligible_reason reason;
	struct draw_entry entry;

	facts.specialities = own;
	if (before) {
		facts.nearest_us = before->nearest_us;
		facts.n_drawn = before->n;
	}
	reason = eligible_check(&facts, &look->rule);
	look->excluded[reason]++;
	draw_pseudonym(look->key, e->expert_id, entry.pseudonym);
	entry.flags = eligible_flags(reason);
	g_array_append_val(look->entries, entry);
	return 0;
}

/* Who is on leave (请假) when the session takes place. */
static int read_leaves(struct act *a, int64_t session_us, GPtrArray **ret, GHashTable *by_expert)
{
	int r = expert_store_leaves(a->txn, "", EXPERT_ID_LAST, session_us, ret);

	for (guint i = 0; !r && i < (*ret)->len; i++) {
		struct expert_leave *leave = g_ptr_array_index(*ret, i);

		if (leave->from_us <= session_us)
			g_hash_table_insert(by_expert, leave->expert_id, leave);
	}
	return r;
}

static void count_drawn(struct drawn_before *before, int64_t session_us,
	const struct eligible_rule *rule, int64_t period_us)
{
	int64_t apart_us = rule->session_us - session_us;

	if (!before->nearest_us || ABS(apart_us) < ABS(rule->session_us - before->nearest_us))
		before->nearest_us = session_us;
	before->n += apart_us >= 0 && apart_us < period_us;
}

/*
 * Who was drawn for what (C15), whether he came or not. Only the wrapped identity tells, so that it
 * is not looked at unless the house has set a limit.
 */
static int read_history(struct act *a, const struct eligible_rule *rule, GHashTable *history)
{
	int64_t period_us = a->env->draw_period_us;
	int64_t back_us = MAX(rule->interval_us, rule->most_in_period ? period_us : 0);
	g_autoptr(GPtrArray) drawn = NULL;
	int r;

	if (!rule->interval_us && !rule->most_in_period)
		return 0;
	r = member_store_drawn(
		a->txn, rule->session_us - back_us, rule->session_us + rule->interval_us, &drawn);
	for (guint i = 0; !r && i < drawn->len; i++) {
		const struct member_drawn *d = g_ptr_array_index(drawn, i);
		struct drawn_before *before;
		g_autofree char *expert_id = NULL;

		r = member_identity(a, d->session_id, &d->row, &expert_id, NULL);
		if (r)
			return r;
		before = g_hash_table_lookup(history, expert_id);
		if (!before) {
			before = g_new0(struct drawn_before, 1);
			g_hash_table_insert(history, g_steal_pointer(&expert_id), before);
		}
		count_drawn(before, d->session_us, rule, period_us);
	}
	return r;
}

/* Who sits on a panel at the same time. Of sessions nobody said the end of, nothing is known. */
static int read_busy(struct act *a, const struct draw_wanted *wanted, GHashTable *busy)
{
	g_autoptr(GPtrArray) drawn = NULL;
	int r = wanted->until_us ? member_store_drawn_meanwhile(a->txn, wanted->session_us,
					   wanted->until_us, &drawn)
				 : 0;

	for (guint i = 0; !r && drawn && i < drawn->len; i++) {
		const struct member_drawn *d = g_ptr_array_index(drawn, i);
		char *expert_id = NULL;

		r = member_identity(a, d->session_id, &d->row, &expert_id, NULL);
		if (!r)
			g_hash_table_add(busy, expert_id);
	}
	return r;
}

static json_t *excluded_to_json(const unsigned excluded[ELIGIBLE_REASONS])
{
	json_t *out = json_object();

	for (int reason = ELIGIBLE_YES + 1; reason < ELIGIBLE_REASONS; reason++)
		if (excluded[reason])
			json_object_set_new(out, eligible_reason_name((enum eligible_reason)reason),
				json_integer(excluded[reason]));
	return out;
}

int draw_pool_look(struct act *a, const uint8_t key[DRAW_BYTES], const struct draw_wanted *wanted,
	GArray **ret_entries, json_t **ret_excluded)
{
	g_autoptr(GPtrArray) leaves = NULL;
	g_autoptr(GHashTable) by_expert = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) history =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GHashTable) busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct draw_entry));
	struct look look = {.key = key,
		.wanted = wanted,
		.rule = {.session_us = wanted->session_us,
			.region = wanted->region,
			.outside = wanted->outside,
			.interval_us = a->env->draw_interval_us,
			.most_in_period = a->env->draw_most},
		.leaves = by_expert,
		.history = history,
		.busy = busy,
		.entries = entries};
	g_autofree const char **specialities =
		texts_of(wanted->specialities, &look.rule.n_specialities);
	int r = read_leaves(a, wanted->session_us, &leaves, by_expert);

	look.rule.specialities = specialities;
	look.has_regulator = wanted->regulator != NULL;
	if (wanted->regulator)
		expert_unit_digest(a->env, wanted->regulator, look.regulator);
	if (!r)
		r = read_history(a, &look.rule, history);
	if (!r)
		r = read_busy(a, wanted, busy);
	if (!r)
		r = draw_pool_each(a, look_at, &look);
	if (r)
		return r;
	*ret_entries = g_steal_pointer(&entries);
	*ret_excluded = excluded_to_json(look.excluded);
	return 0;
}
