/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A holder's share of a content key (密钥份额). A wrong one is refused at once, on the record, and
 * costs the others nothing; when enough are there, the server combines them and opens the bid. The
 * share of another bid of the lot is told apart, for its holder only took the wrong file. Shares
 * that do not combine though each is the one that was sealed are their sealer's doing: told in
 * public, so that nobody waits for the bid, and whoever holds another share gives it.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proto/sealed_header.h"
#include "server/act/bid_open.h"
#include "server/sign/field_cipher.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"holder_no", FIELD_INT, true, 1, SEALED_HOLDERS_MAX},
	{"share", FIELD_BASE64, true, SHAMIR_LEN, SHAMIR_LEN},
	{NULL},
};

static int check_holder(struct act *a, const struct bid_case *c, int64_t claimed)
{
	int64_t no;
	int r = bid_store_holder_no(a->txn, c->lot->lot_id, a->actor->account_id, &no);

	if (r)
		return r;
	if (!no || no != claimed)
		return act_denied(a, "this account is not that holder");
	r = bid_case_may_rescue(a, c);
	return r ? refuse(a->refusal, opening_refusal_code(r), NULL, "the bid is %s",
			   bid_state_name(c->bid->state))
		 : 0;
}

static int read_header(const struct bid_row *bid, struct sealed_header *ret)
{
	gsize len;
	const void *bytes = g_bytes_get_data(bid->header, &len);
	int r = sealed_header_parse(bytes, len, ret);

	return r <= 0 ? r : -EBADMSG;
}

static json_t *share_body(const struct bid_case *c, unsigned no)
{
	json_t *body = bid_case_body(c);

	out_int(body, "holder_no", no);
	return body;
}

/* The number of the bid of this lot whose share it is; 0: of none. */
static int find_other(
	struct act *a, const struct bid_case *c, const struct shamir_share *share, int64_t *ret_no)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(a->txn, c->lot->lot_id, &bids);

	*ret_no = 0;
	for (guint i = 0; !r && !*ret_no && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		struct sealed_header header;
		r = read_header(b, &header);
		if (!r && sealed_share_check(&header.holders, share) == 0)
			*ret_no = b->no;
	}
	return r;
}

static int refuse_share(struct act *a, const struct bid_case *c, const struct shamir_share *share)
{
	json_t *body = share_body(c, share->no);
	int64_t other;
	int r = find_other(a, c, share, &other);

	if (r) {
		json_decref(body);
		return r;
	}
	if (other)
		refuse(a->refusal, "bid.share_other", "share",
			"it is the share of bid no. %" G_GINT64_FORMAT, other);
	else
		refuse(a->refusal, "bid.share_bad", "share",
			"it is not the share that was sealed for holder %u", share->no);
	out_text(body, "code", a->refusal->code);
	a->refused_on_record = true;
	r = act_event(a, "bid.share_refused", "bid", c->bid->bid_id, body);
	return r ? r : REFUSED;
}

static int check_share(struct act *a, const struct bid_case *c, const struct sealed_header *header,
	const struct shamir_share *share)
{
	int r = sealed_share_check(&header->holders, share);

	return r <= 0 ? r : refuse_share(a, c, share);
}

/* A share lies wrapped in the table until the bid is open. */
static char *share_row(const struct bid_case *c, int64_t no)
{
	return g_strdup_printf("%s:%" G_GINT64_FORMAT, c->bid->bid_id, no);
}

static int keep_share(struct act *a, const struct bid_case *c, const struct shamir_share *share)
{
	g_autofree char *row = share_row(c, share->no);
	g_autoptr(GBytes) wrapped = NULL;
	int r = store_fault(field_cipher_seal(
		a->env->cipher, BID_SHARE_PURPOSE, row, share->value, SHAMIR_LEN, &wrapped));

	if (!r)
		r = bid_store_add_share(a->txn, c->bid->bid_id, share->no, wrapped, a->legal_us);
	if (r > 0)
		return refuse(a->refusal, "bid.state", "share", "this holder gave a share already");
	return r ? r
		 : act_event(a, "bid.share_given", "bid", c->bid->bid_id, share_body(c, share->no));
}

static int unwrap_shares(
	struct act *a, const struct bid_case *c, struct shamir_share *shares, size_t *ret_n)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = bid_store_shares(a->txn, c->bid->bid_id, &list);

	for (guint i = 0; !r && i < MIN(list->len, SEALED_HOLDERS_MAX); i++) {
		const struct bid_share *s = g_ptr_array_index(list, i);
		g_autofree char *row = share_row(c, s->holder_no);
		g_autoptr(GBytes) plain = NULL;
		r = field_cipher_open(a->env->cipher, BID_SHARE_PURPOSE, row, s->wrapped, &plain);
		if (r || g_bytes_get_size(plain) != SHAMIR_LEN)
			return r < 0 ? r : -EBADMSG;
		shares[i].no = (uint8_t)s->holder_no;
		memcpy(shares[i].value, g_bytes_get_data(plain, NULL), SHAMIR_LEN);
		*ret_n = i + 1;
	}
	return r;
}

/*
 * Every share is as it was sealed, yet not all belong together: the sealer cheated, and no holder
 * is to blame. unfit: bit no of each share that is known not to fit; 0 as long as none opened it.
 */
static int tell_unfit(struct act *a, const struct bid_case *c, const struct sealed_slots *slots,
	size_t given, uint32_t unfit)
{
	json_t *body = bid_case_body(c), *list = json_array();

	out_int(body, "shares", (int64_t)given);
	out_int(body, "left", (int64_t)slots->n - (int64_t)given);
	for (unsigned no = 1; no <= slots->n; no++)
		if (unfit >> no & 1)
			json_array_append_new(list, json_integer(no));
	if (unfit)
		json_object_set(body, "unfit", list);
	json_decref(list);
	return act_event(a, "bid.shares_unfit", "bid", c->bid->bid_id, body);
}

/* Opens the bid if the shares suffice; if not, the holders that are left may still give theirs. */
static int try_open(struct act *a, struct bid_case *c, const struct sealed_header *header)
{
	struct shamir_share shares[SEALED_HOLDERS_MAX];
	uint8_t key[BID_KEY_LEN];
	uint32_t unfit = 0;
	const char *reason;
	size_t n = 0;
	int r = unwrap_shares(a, c, shares, &n);

	if (!r)
		r = sealed_combine(&header->holders, shares, n, key, &unfit);
	OPENSSL_cleanse(shares, sizeof(shares));
	if (r == SEALED_E_FEW_SHARES)
		return 0;
	if (r == SEALED_E_SHARES)
		return tell_unfit(a, c, &header->holders, n, 0);
	if (r)
		return store_fault(r);
	if (unfit)
		r = tell_unfit(a, c, &header->holders, n, unfit);
	if (!r)
		r = bid_open(a, c, &(struct bid_opening){key, "holders", false}, &reason);
	OPENSSL_cleanse(key, sizeof(key));
	/* Refused where the project's key is gone; the bid's own was checked by its digest. */
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GBytes) value = in_base64(in, "share");
	struct shamir_share share = {.no = (uint8_t)in_int(in, "holder_no", 0)};
	struct sealed_header header;
	int r = bid_case_lock(a, in, &c);

	memcpy(share.value, g_bytes_get_data(value, NULL), SHAMIR_LEN);
	if (!r)
		r = check_holder(a, &c, share.no);
	if (!r)
		r = read_header(c.bid, &header);
	if (!r)
		r = check_share(a, &c, &header, &share);
	if (!r)
		r = keep_share(a, &c, &share);
	if (!r)
		r = try_open(a, &c, &header);
	OPENSSL_cleanse(&share, sizeof(share));
	out_text(out, "state", c.bid ? bid_state_name(c.bid->state) : NULL);
	return r;
}

const struct act_kind bid_share_act = {.name = "bid.share", .fields = fields, .run = run};
