/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bidder answers in writing, by the deadline, signed by a registered key; once. */
#include "server/act/acts.h"

#include <string.h>

#include "proto/answer_statement.h"
#include "proto/p256.h"
#include "server/act/question_act.h"
#include "server/act/session_act.h"
#include "server/store/account_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"question_id", FIELD_ID, true},
	{"text", FIELD_TEXT, true, 1, 5000},
	{"signature", FIELD_BASE64, true, P256_SIG_LEN, P256_SIG_LEN},
	{NULL},
};

static int find_key(struct act *a, const struct question_row *q, const char *text,
	GBytes *signature, char ret_key_id[static 65], GBytes **ret_key)
{
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(GString) statement = answer_statement(q->question_id, q->text, text);
	int r = account_store_keys(a->txn, a->actor->account_id, "bidder", &keys);

	for (guint i = 0; !r && i < keys->len; i++) {
		const struct account_key *key = g_ptr_array_index(keys, i);
		struct p256_public public_key;

		if (p256_spki_decode(g_bytes_get_data(key->public_key, NULL),
			    g_bytes_get_size(key->public_key), &public_key) != 0)
			continue;
		int bad = p256_verify(&public_key, statement->str, statement->len,
			g_bytes_get_data(signature, NULL));
		if (bad < 0)
			return bad;
		if (!bad) {
			g_strlcpy(ret_key_id, key->key_id, 65);
			*ret_key = g_bytes_ref(key->public_key);
			return 0;
		}
	}
	return r ? r
		 : refuse(a->refusal, "question.signature", "signature",
			   "sign the statement with a registered key");
}

/* His session, locked. What was not passed on does not exist for a bidder, and at which step the
 * committee is he is not told. */
static int read_session(struct act *a, const char *question_id, struct eval_session **ret)
{
	QUESTION_AUTO struct question_row *q = NULL;
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = act_found(a, question_store_get(a->txn, question_id, &q), "question_id");

	if (!r && (strcmp(q->account_id, a->actor->account_id) != 0 || !q->passed))
		r = act_found(a, STORE_E_NONE, "question_id");
	if (!r)
		r = act_found(a, session_store_lock(a->txn, q->session_id, &s), "question_id");
	if (!r && flow_may("question.answer", s->step, s->hold) != 0)
		r = question_check(a, s, QUESTION_E_STATE);
	if (!r)
		*ret = g_steal_pointer(&s);
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	QUESTION_AUTO struct question_row *q = NULL;
	g_autoptr(GBytes) signature = in_base64(in, "signature"), key = NULL;
	int r = read_session(a, in_text(in, "question_id"), &s);

	if (!r)
		r = question_read(a, in, &q);
	if (r)
		return r;
	const struct question_state state = question_state_of(q);
	r = question_check(a, s, question_may_answer(&state, a->legal_us));
	if (!r)
		r = find_key(a, q, in_text(in, "text"), signature, q->key_id, &key);
	if (r)
		return r;
	q->answer = g_strdup(in_text(in, "text"));
	q->signature = g_bytes_ref(signature);
	q->answered_us = a->legal_us;
	g_autofree char *key_text =
		g_base64_encode(g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	return question_keep(a, q, "question.answered",
		json_pack("{s:s, s:s, s:s, s:s}", "answer", q->answer, "key", q->key_id,
			"public_key", key_text, "signature", in_text(in, "signature")));
}

const struct act_kind question_answer_act = {
	.name = "question.answer", .fields = fields, .run = run};
