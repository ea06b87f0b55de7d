/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/opening_lists.h"

#include <string.h>

#include "proto/ledger_leaf.h"
#include "server/core/fields.h"
#include "server/trade/opening_words.h"

#define PLACE "record.json"
#define BIDS_MAX 100000

struct lists_check {
	struct findings *findings;
	int64_t n_bids;                     /* at the close of the lot */
	GHashTable *said;                   /* number of a bid: enum opening_word + 1 */
	const struct ledger_event *printed; /* NULL: not yet, as far as events were read */
	const struct ledger_event *closed;
};

static void once(struct lists_check *c, const struct ledger_event *e,
	const struct ledger_event **seen, const char *what)
{
	if (*seen)
		finding_fault(c->findings, PLACE, "the opening record is %s a second time", what);
	else
		*seen = e;
}

static void say(struct lists_check *c, const struct ledger_event *e, enum opening_word word)
{
	int64_t no = in_int(e->body, "bid_no", 0);
	gpointer key = GINT_TO_POINTER((gint)no);

	if (no < 1 || no > c->n_bids)
		finding_fault(c->findings, PLACE, "%s: no bid has the number %" G_GINT64_FORMAT,
			e->kind, no);
	else if (g_hash_table_contains(c->said, key))
		finding_fault(c->findings, PLACE, "%s: bid no. %d signed or declined before",
			e->kind, (int)no);
	else
		g_hash_table_insert(c->said, key, GINT_TO_POINTER((gint)word + 1));
}

static void follow(struct lists_check *c, const struct ledger_event *e)
{
	bool is_signed = strcmp(e->kind, "opening.signed") == 0;

	if (strcmp(e->kind, "opening.recorded") == 0) {
		once(c, e, &c->printed, "printed");
	} else if (strcmp(e->kind, "opening.closed") == 0) {
		once(c, e, &c->closed, "closed");
	} else if (is_signed || strcmp(e->kind, "opening.declined") == 0) {
		if (c->closed)
			finding_fault(c->findings, PLACE, "%s of bid no. %d stands behind the close",
				e->kind, (int)in_int(e->body, "bid_no", 0));
		say(c, e, is_signed ? OPENING_SIGNED : OPENING_DECLINED);
	}
}

static void fill(const struct lists_check *c, json_t *lists[static N_OPENING_WORDS])
{
	for (size_t i = 0; i < N_OPENING_WORDS; i++)
		lists[i] = json_array();
	for (gint no = 1; no <= c->n_bids; no++) {
		gint said = GPOINTER_TO_INT(
			g_hash_table_lookup(c->said, GINT_TO_POINTER(no)));

		json_array_append_new(
			lists[said ? said - 1 : OPENING_SILENT], json_integer(no));
	}
}

/* Above so many bids an event has no lists. */
static bool is_listed(
	const struct lists_check *c, json_t *const lists[static N_OPENING_WORDS], size_t word)
{
	const json_t *said = json_object_get(c->closed->body, opening_word_name(word));

	return c->n_bids > OPENING_NUMBERS_MAX ? !said : json_equal(said, lists[word]);
}

static void check_closed(const struct lists_check *c)
{
	json_t *lists[N_OPENING_WORDS];
	g_autofree char *words = NULL;

	fill(c, lists);
	words = opening_words(lists);
	for (size_t i = 0; i < N_OPENING_WORDS; i++)
		if (!is_listed(c, lists, i))
			finding_fault(c->findings, PLACE,
				"what opening.closed lists as %s is not what events tell",
				opening_word_name(i));
	if (in_int(c->closed->body, "n_signed", -1) !=
		(int64_t)json_array_size(lists[OPENING_SIGNED]))
		finding_fault(c->findings, PLACE,
			"opening.closed has another number of signatures than events tell of");
	if (g_strcmp0(in_text(c->closed->body, "text"), words) != 0)
		finding_fault(c->findings, PLACE,
			"opening.closed says other words than events give");
	for (size_t i = 0; i < N_OPENING_WORDS; i++)
		json_decref(lists[i]);
}

void opening_lists_check(const GPtrArray *events, struct findings *findings)
{
	g_autoptr(GHashTable) said = g_hash_table_new(NULL, NULL);
	struct lists_check c = {.findings = findings, .said = said};

	for (guint i = 0; i < events->len; i++) {
		const struct ledger_event *e = g_ptr_array_index(events, i);
		if (strcmp(e->kind, "lot.closed") == 0)
			c.n_bids = CLAMP(in_int(e->body, "count", 0), 0, BIDS_MAX);
	}
	for (guint i = 0; i < events->len; i++)
		follow(&c, g_ptr_array_index(events, i));
	if (c.closed)
		check_closed(&c);
}
