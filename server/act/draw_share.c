/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proto/sealed_slot.h"
#include "server/act/draw_act.h"
#include "server/sign/field_cipher.h"
#include "server/store/draw_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

/* The holders rescue the nonce of a party that does not reveal it. */
static const struct field fields[] = {
	{"draw_id", FIELD_ID, true},
	{"party", FIELD_NAME, true, 1, 16},
	{"holder_no", FIELD_INT, true, 1, SEALED_HOLDERS_MAX},
	{"share", FIELD_BASE64, true, SEALED_KEY_LEN, SEALED_KEY_LEN},
	{NULL},
};

#define PURPOSE "draw.share"

static char *row_id(const char *draw_id, enum draw_party party, int holder_no)
{
	return g_strdup_printf("%s/%s/%d", draw_id, draw_party_name(party), holder_no);
}

static int check_holder(struct act *a, const char *session_id, int64_t no)
{
	EVAL_SESSION_AUTO struct eval_session *session = NULL;
	g_autoptr(GPtrArray) holders = NULL;
	int r = session_store_get(a->txn, session_id, &session);

	if (!r)
		r = project_store_holders(a->txn, session->project_id, &holders);
	if (r)
		return r < 0 ? r : -ENOENT;
	for (guint i = 0; i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		if (h->no == no && strcmp(h->account_id, a->actor->account_id) == 0)
			return 0;
	}
	return act_denied(a, "you are not this holder of the project");
}

static int keep_share(
	struct act *a, const char *draw_id, enum draw_party party, const struct shamir_share *share)
{
	g_autofree char *id = row_id(draw_id, party, share->no);
	g_autoptr(GBytes) wrapped = NULL;
	int r = field_cipher_seal(
		a->env->cipher, PURPOSE, id, share->value, sizeof(share->value), &wrapped);

	if (!r)
		r = draw_store_add_share(a->txn, draw_id, party, share->no, wrapped);
	if (r > 0)
		return refuse(a->refusal, "draw.share_known", "holder_no",
			"this holder has given the share already");
	return r;
}

static int open_shares(struct act *a, const char *draw_id, enum draw_party party,
	const GPtrArray *rows, struct shamir_share *shares)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct draw_share_row *row = g_ptr_array_index(rows, i);
		g_autofree char *id = row_id(draw_id, party, row->holder_no);
		g_autoptr(GBytes) plain = NULL;
		int r = field_cipher_open(a->env->cipher, PURPOSE, id, row->share, &plain);

		if (r || g_bytes_get_size(plain) != sizeof(shares[i].value))
			return r < 0 ? r : -EBADMSG;
		shares[i].no = (uint8_t)row->holder_no;
		memcpy(shares[i].value, g_bytes_get_data(plain, NULL), sizeof(shares[i].value));
	}
	return 0;
}

/* With enough shares the nonce is known; with fewer another holder is waited for. */
static int try_combine(struct act *a, const char *draw_id, const struct draw_nonces *nonces,
	enum draw_party party, const struct sealed_slots *slots)
{
	struct shamir_share shares[SEALED_HOLDERS_MAX];
	uint8_t nonce[SEALED_KEY_LEN];
	g_autoptr(GPtrArray) rows = NULL;
	int r = draw_store_shares(a->txn, draw_id, party, &rows);

	if (!r && rows->len > SEALED_HOLDERS_MAX)
		r = -EBADMSG;
	if (!r)
		r = open_shares(a, draw_id, party, rows, shares);
	if (r)
		return r;
	r = sealed_combine(slots, shares, rows->len, nonce, NULL);
	OPENSSL_cleanse(shares, sizeof(shares));
	if (r)
		return r < 0 ? r : 0;
	r = draw_reveal_nonce(a, draw_id, nonces, party, nonce, "holders");
	OPENSSL_cleanse(nonce, sizeof(nonce));
	return r;
}

static int check_share(struct act *a, const json_t *in, const struct draw_nonce_row *nonce,
	struct sealed_slots *slots, struct shamir_share *ret)
{
	g_autoptr(GBytes) value = in_base64(in, "share");
	int r = sealed_slots_from_json(nonce->slots, slots);

	if (r)
		return r < 0 ? r : -EBADMSG;
	ret->no = (uint8_t)in_int(in, "holder_no", 0);
	memcpy(ret->value, g_bytes_get_data(value, NULL), sizeof(ret->value));
	r = sealed_share_check(slots, ret);
	if (r)
		return r < 0 ? r
			     : refuse(a->refusal, "draw.share", "share",
				       "this is not the share sealed for holder %d", ret->no);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *draw_id = in_text(in, "draw_id");
	g_autofree struct sealed_slots *slots = g_new0(struct sealed_slots, 1);
	DRAW_NONCES_AUTO struct draw_nonces nonces = {0};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	struct shamir_share share;
	enum draw_party party;
	int r = draw_party_in(a, in, &party);

	if (!r)
		r = draw_begin_act(a, draw_id, &draw, &nonces);
	if (!r)
		r = check_holder(a, draw->session_id, in_int(in, "holder_no", 0));
	if (r)
		return r;
	if (!draw_all_committed(&nonces))
		return refuse(
			a->refusal, "draw.state", NULL, "wait until all three have committed");
	if (nonces.of[party]->revealed)
		return refuse(a->refusal, "draw.state", "party", "it is revealed already");
	r = check_share(a, in, nonces.of[party], slots, &share);
	if (!r)
		r = keep_share(a, draw_id, party, &share);
	if (!r)
		r = act_event(a, "draw.share_given", "draw", draw_id,
			json_pack("{s:s, s:i}", "party", draw_party_name(party), "holder_no",
				share.no));
	return r ? r : try_combine(a, draw_id, &nonces, party, slots);
}

const struct act_kind draw_share_act = {.name = "draw.share", .fields = fields, .run = run};
