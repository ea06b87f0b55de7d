/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host closes the opening record (开标记录归档): nobody signs it any more. The centre's seal,
 * the last signature of the file, says in it by numbers who signed, who declined and who was
 * silent.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>

#include "server/act/opening_signing.h"
#include "server/report/pdf_seal.h"
#include "server/store/opening_store.h"

#define SEAL_FIELD 0

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static json_t **lists_new(const GPtrArray *bids, const struct opening_signatures *done)
{
	json_t **lists = g_new0(json_t *, N_OPENING_WORDS);

	for (size_t i = 0; i < N_OPENING_WORDS; i++)
		lists[i] = json_array();
	for (guint i = 0; i < bids->len; i++) {
		int64_t no = ((const struct bid_row *)bids->pdata[i])->no;

		json_array_append_new(lists[opening_word_of(done, no)], json_integer(no));
	}
	return lists;
}

/* Into the event; *ret_words: what stands in the file, for people; g_free it. */
static void out_lists(const GPtrArray *bids, const struct opening_signatures *done, json_t *body,
	char **ret_words)
{
	g_autofree json_t **lists = lists_new(bids, done);

	*ret_words = opening_words(lists);
	out_text(body, "text", *ret_words);
	out_int(body, "n_signed", (int64_t)json_array_size(lists[OPENING_SIGNED]));
	for (size_t i = 0; i < N_OPENING_WORDS; i++) {
		if (bids->len <= OPENING_NUMBERS_MAX)
			json_object_set(body, opening_word_name(i), lists[i]);
		json_decref(lists[i]);
	}
}

/* Who has no certificate closes without a seal, and the event does not say that there is one. */
static int seal(struct act *a, const char *lot_id, const char *words, json_t *body)
{
	OPENING_SIGNING_AUTO struct opening_signing s = {0};
	const struct pdf_seal how = {.no = SEAL_FIELD, .at_us = a->real_us, .reason = words};
	g_autoptr(GBytes) file = NULL;
	int r;

	if (!a->env->signer)
		return 0;
	r = opening_file_store_get(a->txn, lot_id, &s.file, &s.position);
	if (r)
		return r < 0 ? r : -ENOENT;
	s.position++;
	r = pdf_seal(s.file, a->env->signer, &how, &file);
	if (r)
		return r < 0 ? r : -EBADMSG;
	opening_signing_tell_seal(a, body);
	return opening_signing_append(a, lot_id, 0, &s, file, body);
}

static int close_record(
	struct act *a, const char *lot_id, const struct opening_signatures *done, json_t *body)
{
	g_autoptr(GPtrArray) bids = NULL;
	g_autofree char *words = NULL;
	int r = bid_store_of_lot(a->txn, lot_id, &bids);

	if (r)
		return r;
	out_lists(bids, done, body, &words);
	r = seal(a, lot_id, words, body);
	return r ? r : store_fault(opening_file_store_close(a->txn, lot_id, a->legal_us));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	OPENING_SIGNATURES_AUTO struct opening_signatures done = {0};
	const char *lot_id = in_text(in, "lot_id");
	json_auto_t *body = NULL;
	int r = bid_case_lot(a, lot_id, true, &c);

	if (!r)
		r = opening_file_store_signatures(a->txn, lot_id, &done);
	if (!r)
		r = opening_signing_check(a, lot_id, &done);
	/* A lot that was not opened has bids without numbers: nobody is asked to sign. */
	if (!r && !c.lot->has_digest_set)
		r = refuse(a->refusal, "opening.state", NULL, "it was not opened");
	if (r)
		return r;
	body = bid_case_body(&c);
	r = close_record(a, lot_id, &done, body);
	out_int(out, "n_signed", in_int(body, "n_signed", 0));
	return r ? r : act_event(a, "opening.closed", "lot", lot_id, json_incref(body));
}

const struct act_kind opening_close_act = {.name = "opening.close", .fields = fields, .run = run};
