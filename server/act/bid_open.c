/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/bid_open.h"

#include <errno.h>
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/act/project_key.h"
#include "server/sign/bid_key.h"
#include "server/store/account_store.h"
#include "server/store/bid_file.h"
#include "server/store/project_key_store.h"
#include "server/trade/consortium.h"
#include "server/trade/offer_terms.h"

/* Money is offered in renminbi (人民币). */
#define CURRENCY "CNY"

static void manifest_freep(struct sealed_manifest **m)
{
	sealed_manifest_free(*m);
}
#define MANIFEST_AUTO __attribute__((cleanup(manifest_freep)))

/* Whether the signing key is one of the bidder's registered ones. */
static int is_registered(
	struct act *a, const struct bid_case *c, const struct p256_public *key, bool *ret)
{
	g_autoptr(GPtrArray) keys = NULL;
	char kid[P256_KID_SIZE];
	int r = account_store_keys(a->txn, c->bid->account_id, "bidder", &keys);

	p256_kid(key, kid);
	*ret = false;
	for (guint i = 0; !r && !*ret && i < keys->len; i++) {
		const struct account_key *k = g_ptr_array_index(keys, i);
		*ret = strcmp(k->key_id, kid) == 0;
	}
	return r;
}

static bool is_priced(const struct bid_case *c, const struct sealed_manifest *m)
{
	bool amount = strcmp(c->lot->price_form, "amount") == 0;

	return strcmp(m->price_form, c->lot->price_form) == 0 && decimal_sign(m->price) > 0 &&
	       decimal_in_range(m->price) &&
	       (!amount || (m->currency && strcmp(m->currency, CURRENCY) == 0));
}

static bool has_document(const struct sealed_manifest *m, const char *name)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (strcmp(m->files[i].name, name) == 0)
			return true;
	return false;
}

/* Who bids alone names none; who does not has its agreement among its documents, and the tender
 * file takes such bids. NULL: it is so. */
static const char *consortium_fault(const struct bid_case *c, const struct sealed_manifest *m)
{
	static const char *const reasons[] = {
		[CONSORTIUM_FITS] = NULL,
		[CONSORTIUM_BARRED] = "bid.consortium_barred",
		[CONSORTIUM_LARGE] = "bid.consortium_large",
	};
	const json_t *named = json_object_get(m->offer, "consortium");

	if (named && (!consortium_is_good(named, m->credit_code) ||
			     !has_document(m, consortium_agreement(named))))
		return "bid.consortium";
	return reasons[consortium_fits(named, c->project->facts)];
}

/* 0 with *ret_reason NULL when it is this bidder's bid for this lot. */
static int check_manifest(struct act *a, const struct bid_case *c, const struct sealed_manifest *m,
	const char **ret_reason)
{
	ACCOUNT_AUTO struct account *account = NULL;
	const char *consortium = consortium_fault(c, m);
	bool registered;
	int r = store_fault(account_store_get(a->txn, c->bid->account_id, &account));

	if (!r)
		r = is_registered(a, c, &m->bidder_key, &registered);
	if (r)
		return r;
	*ret_reason = g_strcmp0(account->credit_code, m->credit_code) != 0 ? "bid.other_bidder"
		      : !is_priced(c, m)                                   ? "bid.price_form"
		      : consortium                                         ? consortium
		      : !registered                                        ? "bid.signer_unknown"
									   : NULL;
	return 0;
}

static int wrap_key(struct act *a, struct bid_row *bid, const uint8_t *key)
{
	g_autoptr(GBytes) project_key = NULL;
	char project_id[ID_SIZE];
	int r = project_key_store_of_lot(a->txn, bid->lot_id, project_id, &project_key);

	g_clear_pointer(&bid->content_key, g_bytes_unref);
	if (r == PROJECT_KEY_E_DESTROYED)
		return project_key_refuse_destroyed(a);
	return r ? r
		 : bid_key_wrap(a->env->cipher, project_id, project_key, bid->bid_id, key,
			   BID_KEY_LEN, &bid->content_key);
}

static json_t *opened_body(const struct bid_case *c, const struct sealed_manifest *m)
{
	char price[DECIMAL_TEXT_SIZE], kid[P256_KID_SIZE];
	json_t *body = bid_case_body(c), *terms = offer_terms_impersonal(m->offer);

	out_text(body, "bidder_name", m->bidder_name);
	out_text(body, "price", decimal_format_exact(m->price, price));
	out_text(body, "price_form", m->price_form);
	/* Who may win only so many lots has to be known again in the others. */
	if (in_has(c->lot->scheme, "wins"))
		out_text(body, "credit_code", m->credit_code);
	if (json_is_true(json_object_get(m->offer, "sme")))
		json_object_set_new(body, "sme", json_true());
	if (json_object_get(m->offer, "consortium"))
		json_object_set(body, "consortium", json_object_get(m->offer, "consortium"));
	if (terms)
		json_object_set_new(body, "terms", terms);
	out_hex(body, "receipt_digest", c->bid->receipt_digest, sizeof(c->bid->receipt_digest));
	out_text(body, "opened_by", c->bid->opened_by);
	out_text(body, "key", p256_kid(&m->bidder_key, kid));
	return body;
}

static int announce(struct act *a, struct bid_case *c, const struct bid_opening *how,
	const struct sealed_manifest *m, char **manifest)
{
	struct bid_row *bid = c->bid;
	int r = wrap_key(a, bid, how->key);

	if (r)
		return r == REFUSED ? r : store_fault(r);
	bid->state = BID_OPENED;
	bid->manifest = g_steal_pointer(manifest);
	bid->bidder_name = g_strdup(m->bidder_name);
	bid->price = m->price;
	bid->opened_us = a->legal_us;
	g_strlcpy(bid->opened_by, how->by, sizeof(bid->opened_by));
	r = store_fault(bid_store_open(a->txn, bid));
	if (!r)
		r = store_fault(bid_store_drop_shares(a->txn, bid->bid_id));
	return r ? r : act_event(a, "bid.opened", "bid", bid->bid_id, opened_body(c, m));
}

static int invalidate(struct act *a, struct bid_case *c, const char *reason)
{
	json_t *body = bid_case_body(c);
	int r;

	c->bid->state = BID_INVALID;
	out_text(body, "state", bid_state_name(BID_INVALID));
	out_text(body, "reason", reason);
	out_hex(body, "receipt_digest", c->bid->receipt_digest, sizeof(c->bid->receipt_digest));
	r = act_event(a, "bid.undecrypted", "bid", c->bid->bid_id, body);
	if (!r)
		r = store_fault(bid_store_set_state(a->txn, c->bid->bid_id, BID_INVALID));
	return r ? r : store_fault(bid_store_drop_shares(a->txn, c->bid->bid_id));
}

int bid_open(
	struct act *a, struct bid_case *c, const struct bid_opening *how, const char **ret_reason)
{
	MANIFEST_AUTO struct sealed_manifest *m = NULL;
	g_autofree char *text = NULL;
	int r = bid_file_open(a->env->data_dir, c->bid->bid_id, how->key, &text);

	*ret_reason = NULL;
	if (r < 0)
		return r;
	if (r == SEALED_E_KEY)
		return refuse(a->refusal, "bid.key_bad", "content_key",
			"it is not the key this bid was sealed with");
	if (r > 0) {
		*ret_reason = sealed_refusal_code(r);
		return invalidate(a, c, *ret_reason);
	}
	r = sealed_manifest_parse(text, strlen(text), &m);
	if (!r)
		r = check_manifest(a, c, m, ret_reason);
	if (r)
		return r < 0 ? r : -EBADMSG;
	if (*ret_reason && how->may_come_back && strcmp(*ret_reason, "bid.signer_unknown") == 0)
		return refuse(a->refusal, "bid.signer_unknown", NULL,
			"register the key it is signed with, then release it again");
	return *ret_reason ? invalidate(a, c, *ret_reason) : announce(a, c, how, m, &text);
}
