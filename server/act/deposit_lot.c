/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/deposit_lot.h"

#include <errno.h>
#include <string.h>

#include "server/sign/field_cipher.h"

void deposit_lot_clear(struct deposit_lot_case *l)
{
	bid_case_clear(&l->c);
}

/* Projects of before, and of houses without an account for it, have their bonds paid elsewhere. */
int deposit_lot_terms(const struct act_env *env, struct db_txn *txn, const struct project *p,
	const struct lot *lot, bool *ret_asked, struct deposit_terms *ret)
{
	const struct rulebook *book = rulebook_by_version(p->rulebook_version);
	g_autoptr(GPtrArray) lots = NULL;
	int r = book ? project_store_lots(txn, p->project_id, &lots) : -EBADMSG;

	if (r)
		return store_fault(r);
	bool here = *env->deposit_account && deposit_book_keeps(book);
	*ret_asked = deposit_terms_read(here ? p->facts : NULL, lots->len, lot->facts, ret);
	return 0;
}

int deposit_lot_read(struct act *a, const char *lot_id, bool lock, struct deposit_lot_case *ret)
{
	int r = bid_case_lot(a, lot_id, lock, &ret->c);

	if (!r && ret->c.lot->state == LOT_DRAFT)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (!r)
		r = deposit_lot_terms(
			a->env, a->txn, ret->c.project, ret->c.lot, &ret->asked, &ret->terms);
	return r ? r : store_fault(deposit_store_settlement(a->txn, lot_id, &ret->settlement));
}

bool deposit_lot_told(const struct deposit_lot_case *l)
{
	enum lot_state state = l->c.lot->state;

	return state == LOT_OPENED || state == LOT_RANKED || state == LOT_FAILED;
}

int deposit_lot_takes(struct act *a, const struct deposit_lot_case *l)
{
	const struct lot *lot = l->c.lot;
	char deadline[CLOCK_TEXT_SIZE];
	int r = bid_case_not_ended(a, lot);

	if (r)
		return r;
	if (!l->asked)
		return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_NOT_ASKED), NULL, NULL);
	if (lot->state == LOT_BIDDING && bid_case_now(a, &l->c) < lot->deadline_us)
		return 0;
	return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_LATE), NULL, "the deadline was %s",
		clock_format_beijing(lot->deadline_us, deadline));
}

static int open_deposit(struct act *a, const struct deposit_lot_case *l, struct deposit **ret)
{
	g_autofree struct deposit *d = g_new0(struct deposit, 1);
	uint64_t random;
	int r;

	random_bytes(&random, sizeof(random));
	id_new(d->deposit_id);
	g_strlcpy(d->lot_id, l->c.lot->lot_id, sizeof(d->lot_id));
	g_strlcpy(d->account_id, a->actor->account_id, sizeof(d->account_id));
	deposit_reference_make(random, d->reference);
	d->made_us = a->legal_us;
	r = store_fault(deposit_store_insert(a->txn, d));
	if (!r)
		r = act_event(a, "deposit.opened", "deposit", d->deposit_id, deposit_body(l));
	if (!r)
		*ret = g_steal_pointer(&d);
	return r;
}

int deposit_of_bidder(struct act *a, const struct deposit_lot_case *l, struct deposit **ret)
{
	int r = deposit_store_get(a->txn, l->c.lot->lot_id, a->actor->account_id, ret);

	return r == STORE_E_NONE ? open_deposit(a, l, ret) : r;
}

/* Its case; *ret_bid: whether the bidder has a bid there. */
static int read_case(struct act *a, const struct deposit_lot_case *l,
	const struct deposit_payment *p, struct deposit_case *ret, bool *ret_bid)
{
	const struct lot_settlement *s = &l->settlement;
	bool settled = s->bid_no && l->c.lot->state == LOT_RANKED, bid = false;
	int64_t withdrawn_us = 0;
	int r = deposit_store_has_bid(a->txn, p->lot_id, p->account_id, &bid);

	if (!r)
		r = deposit_store_withdrawn(a->txn, p->lot_id, p->account_id, &withdrawn_us);
	*ret = (struct deposit_case){.regime = l->c.project->regime};
	/* What was asked back does not stand behind a later bid. */
	if (!bid || strcmp(p->state, DEPOSIT_BACK) == 0)
		ret->withdrawn_us = withdrawn_us;
	if (settled) {
		ret->winner = strcmp(s->account_id, p->account_id) == 0;
		ret->awarded_us = s->awarded_us;
		ret->contracted_us = s->contracted_us;
	}
	*ret_bid = bid;
	return r;
}

/*
 * An order names who is paid: before the opening only the one whose bid is withdrawn, for whom the
 * clock runs.
 */
int deposit_fate(struct act *a, const struct deposit_lot_case *l, const struct deposit_payment *p,
	struct deposit_fate *ret)
{
	struct deposit_case c;
	bool told = deposit_lot_told(l), bid = false;
	int r;

	*ret = (struct deposit_fate){0};
	if (strcmp(p->state, DEPOSIT_KEPT) == 0)
		return 0;
	ret->returnable = told;
	if (strcmp(p->state, DEPOSIT_ASIDE) == 0)
		return 0;
	r = read_case(a, l, p, &c, &bid);
	if (r)
		return r;
	ret->due_us = deposit_due(l->c.book, a->env->calendar, &c, &ret->rule);
	/* Its clock runs on until a second person agreed to keep it. */
	if (strcmp(p->state, DEPOSIT_KEEPING) == 0) {
		ret->returnable = false;
		return 0;
	}
	ret->returnable = l->c.lot->state == LOT_FAILED || deposit_started(&c) ||
			  (told && (!bid || strcmp(p->state, DEPOSIT_BACK) == 0));
	return 0;
}

int deposit_payer(struct act *a, const struct deposit_payment *p, json_t **ret)
{
	g_autoptr(GBytes) plain = NULL;
	int r = field_cipher_open(
		a->env->cipher, DEPOSIT_PAYER_PURPOSE, p->payment_id, p->payer, &plain);

	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = json_loadb(g_bytes_get_data(plain, NULL), g_bytes_get_size(plain),
		JSON_REJECT_DUPLICATES, NULL);
	return *ret ? 0 : -EBADMSG;
}

json_t *deposit_body(const struct deposit_lot_case *l)
{
	return json_pack(
		"{s:s, s:s}", "project", l->c.project->project_id, "lot", l->c.lot->lot_id);
}
