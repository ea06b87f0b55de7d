/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/opening_signing.h"

#include <errno.h>
#include <openssl/sha.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "server/sign/cms.h"
#include "server/sign/document_ca.h"
#include "server/store/opening_store.h"

/* Field 1 of the file is the centre's seal under what was printed, 0 the one that closes it. */
#define FIRST_FIELD 2

void opening_signer_clear(struct opening_signer *s)
{
	bid_case_clear(&s->c);
	opening_signatures_clear(&s->done);
}

void opening_signing_clear(struct opening_signing *s)
{
	g_clear_pointer(&s->file, g_bytes_unref);
	g_clear_pointer(&s->prepared, g_bytes_unref);
}

void opening_signing_tell_seal(const struct act *a, json_t *body)
{
	uint8_t digest[32];

	cms_signer_digest(a->env->signer, digest);
	json_object_set_new(body, "sealed", json_true());
	out_hex(body, "centre_sha256", digest, sizeof(digest));
}

enum opening_word opening_word_of(const struct opening_signatures *done, int64_t bid_no)
{
	if (opening_hall_time(done->signed_us, bid_no))
		return OPENING_SIGNED;
	return opening_hall_time(done->declined_us, bid_no) ? OPENING_DECLINED : OPENING_SILENT;
}

int opening_signing_check(struct act *a, const char *lot_id, const struct opening_signatures *done)
{
	OPENING_PAPER_AUTO struct opening_paper paper = {0};
	int r = opening_store_paper(a->txn, lot_id, false, &paper);

	if (r == STORE_E_NONE)
		return refuse(a->refusal, "opening.not_recorded", NULL, "the host prints it");
	if (!r && done->closed_us)
		return refuse(a->refusal, "opening.record_closed", NULL, NULL);
	return r;
}

static int check_turn(struct act *a, const struct opening_signer *s)
{
	switch (opening_word_of(&s->done, s->bid_no)) {
	case OPENING_SIGNED:
		return refuse(a->refusal, "opening.signed", NULL, NULL);
	case OPENING_DECLINED:
		return refuse(a->refusal, "opening.declined", NULL, NULL);
	default:
		return 0;
	}
}

int opening_signer_load(struct act *a, const char *lot_id, bool lock, struct opening_signer *ret)
{
	int r = bid_case_lot(a, lot_id, lock, &ret->c);

	if (!r)
		r = opening_store_bid_no(a->txn, lot_id, a->actor->account_id, &ret->bid_no);
	if (r == STORE_E_NONE)
		return act_denied(a, "you have no bid in this lot");
	if (!r)
		r = opening_file_store_signatures(a->txn, lot_id, &ret->done);
	if (!r)
		r = check_turn(a, ret);
	return r ? r : opening_signing_check(a, lot_id, &ret->done);
}

int opening_signing_certificate(struct act *a, const struct opening_signer *s, GBytes *sha256,
	struct opening_certificate **ret)
{
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;
	int r = opening_file_store_certificate(
		a->txn, s->c.lot->lot_id, g_bytes_get_data(sha256, NULL), &c);

	if (r < 0)
		return r;
	if (r || c->bid_no != s->bid_no)
		return refuse(a->refusal, "opening.certificate", "certificate",
			"ask for a certificate first");
	/* What it signed would be put beside an issuer that did not issue it. */
	if (!document_ca_issued(a->env->documents, c->certificate))
		return refuse(a->refusal, "opening.certificate", "certificate",
			"the house has a new issuer; ask for a certificate again");
	*ret = g_steal_pointer(&c);
	return 0;
}

int opening_signing_prepare(struct act *a, const char *lot_id, const struct opening_certificate *c,
	struct opening_signing *ret)
{
	struct pades_signer named;
	int r = pades_signer_of(c->certificate, &named);

	if (!r)
		r = opening_file_store_get(a->txn, lot_id, &ret->file, &ret->position);
	if (r)
		return r < 0 ? r : -ENOENT;
	ret->position++;
	/* Name and time of its certificate: the same file however often it is asked for. */
	const struct pdf_signer signer = {.no = (unsigned)c->bid_no - 1 + FIRST_FIELD,
		.name = named.name,
		.at_us = c->issued_us};
	r = pdf_increment(ret->file, &signer, &ret->prepared);
	return r > 0 ? -EBADMSG : r;
}

int opening_signing_append(struct act *a, const char *lot_id, int64_t bid_no,
	const struct opening_signing *s, GBytes *signed_file, json_t *body)
{
	size_t before = g_bytes_get_size(s->file), len;
	const void *data = g_bytes_get_data(signed_file, &len);
	g_autoptr(GBytes) increment = g_bytes_new_from_bytes(signed_file, before, len - before);
	uint8_t sha256[32];
	int r = opening_file_store_append(
		a->txn, lot_id, s->position, bid_no, increment, a->legal_us);

	SHA256(data, len, sha256);
	out_int(body, "signed_size", (int64_t)len);
	out_hex(body, "signed_sha256", sha256, sizeof(sha256));
	return store_fault(r);
}
