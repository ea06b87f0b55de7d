/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bidders sign the opening record (签署开标记录) inside its PDF, one after the other, each by its
 * own registered key, to which the house gives a certificate for this lot; or say why they do not.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/p256.h"
#include "proto/sealed_manifest.h"
#include "server/act/document_sign.h"
#include "server/act/opening_signing.h"
#include "server/sign/document_ca.h"
#include "server/store/account_store.h"
#include "server/store/opening_store.h"

#define CERTIFICATES_MAX 20 /* of one bidder for one lot */

static const struct field certify_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"public_key", FIELD_BASE64, true, P256_SPKI_LEN, P256_SPKI_LEN},
	{NULL},
};

/* A registered key of the caller's, or refused. */
static int find_key(struct act *a, const json_t *in, struct p256_public *ret, char ret_id[65])
{
	g_autoptr(GBytes) spki = in_base64(in, "public_key");
	g_autoptr(GPtrArray) keys = NULL;
	int r = account_store_keys(a->txn, a->actor->account_id, "bidder", &keys);

	if (r)
		return r;
	for (guint i = 0; i < keys->len; i++) {
		const struct account_key *key = g_ptr_array_index(keys, i);

		if (!g_bytes_equal(key->public_key, spki))
			continue;
		g_strlcpy(ret_id, key->key_id, 65);
		return p256_spki_decode(g_bytes_get_data(spki, NULL), P256_SPKI_LEN, ret)
			       ? refuse(a->refusal, "account.key_bad", "public_key", NULL)
			       : 0;
	}
	return refuse(a->refusal, "account.key_bad", "public_key", "it is not registered");
}

static int check_count(struct act *a, const struct opening_signer *s)
{
	int64_t n = 0;
	int r = opening_file_store_count(a->txn, s->c.lot->lot_id, s->bid_no, &n);

	if (!r && n >= CERTIFICATES_MAX)
		return refuse(a->refusal, "opening.too_many_certificates", NULL, "at most %d",
			CERTIFICATES_MAX);
	return r;
}

/* Certificate and key are public, and the key may be named with its bidder in another lot: whose
 * bid stayed closed would be known by it. */
static int find_bid(struct act *a, const struct opening_signer *s, struct bid_row **ret)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(a->txn, s->c.lot->lot_id, &bids);

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		if (b->no != s->bid_no)
			continue;
		if (b->state != BID_OPENED)
			return refuse(a->refusal, "opening.bid_unopened", NULL, NULL);
		return store_fault(bid_store_get(a->txn, b->bid_id, ret));
	}
	return r ? r : -ENOENT;
}

/* The key that signed the bid, or refused. */
static int check_key(struct act *a, const struct bid_row *bid, const char *key_id)
{
	struct sealed_manifest *m = NULL;
	char kid[P256_KID_SIZE];
	int r = sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m);

	if (r)
		return r < 0 ? r : -EBADMSG;
	p256_kid(&m->bidder_key, kid);
	sealed_manifest_free(m);
	return strcmp(kid, key_id) == 0
		       ? 0
		       : refuse(a->refusal, "opening.other_key", "public_key", "it is %s", kid);
}

static int issue(struct act *a, const struct opening_signer *s, const struct bid_row *bid,
	const struct p256_public *key, struct opening_certificate *c)
{
	g_autofree char *unit = g_strdup_printf("第%d号投标", (int)s->bid_no);
	const struct document_signer signer = {.organisation = bid->bidder_name,
		.unit = unit,
		.name = bid->bidder_name,
		.key = *key};
	int r = document_ca_issue(a->env->documents, &signer, a->real_us, &c->certificate);

	if (r)
		return r;
	gsize len;
	const void *der = g_bytes_get_data(c->certificate, &len);
	SHA256(der, len, c->sha256);
	c->bid_no = s->bid_no;
	c->issued_us = a->legal_us;
	return store_fault(opening_file_store_add_certificate(a->txn, s->c.lot->lot_id, c));
}

static json_t *signer_body(
	const struct act *a, const struct opening_signer *s, const struct opening_certificate *c)
{
	json_t *body = bid_case_body(&s->c);

	out_int(body, "bid_no", s->bid_no);
	out_text(body, "key", c->key_id);
	out_hex(body, "certificate_sha256", c->sha256, sizeof(c->sha256));
	document_sign_issuer(a, body);
	return body;
}

/* 0 and the certificate this key has got already, or STORE_E_NONE; none of another issuer's. */
static int find_certificate(struct act *a, const struct opening_signer *s, const char *key_id,
	struct opening_certificate **ret)
{
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;
	int r = opening_file_store_newest(a->txn, s->c.lot->lot_id, s->bid_no, key_id, &c);

	if (!r && !document_ca_issued(a->env->documents, c->certificate))
		return STORE_E_NONE;
	if (!r)
		*ret = g_steal_pointer(&c);
	return r;
}

static int certify(struct act *a, const struct opening_signer *s, const struct bid_row *bid,
	const struct p256_public *key, struct opening_certificate *c)
{
	int r = check_count(a, s);

	if (!r)
		r = issue(a, s, bid, key, c);
	return r ? r
		 : act_event_by(a, ACT_BIDDER, "opening.certified", "lot", s->c.lot->lot_id,
			   signer_body(a, s, c));
}

static int run_certify(struct act *a, const json_t *in, json_t *out)
{
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;
	OPENING_SIGNER_AUTO struct opening_signer s = {0};
	BID_AUTO struct bid_row *bid = NULL;
	struct p256_public key;
	char key_id[65];
	int r = opening_signer_load(a, in_text(in, "lot_id"), true, &s);

	if (!r)
		r = find_bid(a, &s, &bid);
	if (!r)
		r = find_key(a, in, &key, key_id);
	if (!r)
		r = check_key(a, bid, key_id);
	if (r)
		return r;
	r = find_certificate(a, &s, key_id, &c);
	if (r == STORE_E_NONE) {
		c = g_new0(struct opening_certificate, 1);
		g_strlcpy(c->key_id, key_id, sizeof(c->key_id));
		r = certify(a, &s, bid, &key, c);
	}
	if (!r)
		document_sign_answer(a, c->certificate, c->sha256, out);
	return r;
}

const struct act_kind opening_certify_act = {.name = "opening.certify",
	.fields = certify_fields,
	.run = run_certify,
	.flags = ACT_CREATES};

static const struct field sign_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"certificate", FIELD_HEX, true, 32, 32},
	{"digest", FIELD_HEX, true, 32, 32},
	{"signature", FIELD_BASE64, true, P256_SIG_LEN, P256_SIG_LEN},
	{NULL},
};

static int put(struct act *a, const json_t *in, const struct opening_certificate *c,
	const struct opening_signing *s, GBytes **ret)
{
	const struct document_slot slot = {.certificate = c->certificate,
		.prepared = s->prepared,
		.position = s->position,
		.e_moved = "opening.moved",
		.e_refused = "opening.signature"};

	return document_sign_put(a, in, &slot, ret);
}

static int run_sign(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) certificate = in_hex(in, "certificate"), file = NULL;
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;
	OPENING_SIGNING_AUTO struct opening_signing signing = {0};
	OPENING_SIGNER_AUTO struct opening_signer s = {0};
	const char *lot_id = in_text(in, "lot_id");
	BID_AUTO struct bid_row *bid = NULL;
	json_auto_t *body = NULL;
	int r = opening_signer_load(a, lot_id, true, &s);

	if (!r)
		r = find_bid(a, &s, &bid);
	if (!r)
		r = opening_signing_certificate(a, &s, certificate, &c);
	if (!r)
		r = opening_signing_prepare(a, lot_id, c, &signing);
	if (!r)
		r = put(a, in, c, &signing, &file);
	if (r)
		return r;
	body = signer_body(a, &s, c);
	r = opening_signing_append(a, lot_id, s.bid_no, &signing, file, body);
	out_int(out, "bid_no", s.bid_no);
	return r ? r
		 : act_event_by(a, ACT_BIDDER, "opening.signed", "lot", lot_id, json_incref(body));
}

const struct act_kind opening_sign_act = {
	.name = "opening.sign", .fields = sign_fields, .run = run_sign};

static const struct field decline_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run_decline(struct act *a, const json_t *in, json_t *out)
{
	OPENING_SIGNER_AUTO struct opening_signer s = {0};
	const char *lot_id = in_text(in, "lot_id"), *reason = in_text(in, "reason");
	int r = opening_signer_load(a, lot_id, true, &s);

	if (!r)
		r = store_fault(
			opening_file_store_decline(a->txn, lot_id, s.bid_no, reason, a->legal_us));
	if (r)
		return r;
	json_t *body = bid_case_body(&s.c);
	out_int(body, "bid_no", s.bid_no);
	out_text(body, "reason", reason);
	out_int(out, "bid_no", s.bid_no);
	return act_event_by(a, ACT_BIDDER, "opening.declined", "lot", lot_id, body);
}

const struct act_kind opening_decline_act = {
	.name = "opening.decline", .fields = decline_fields, .run = run_decline};
