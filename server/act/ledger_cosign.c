/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cosigner hands in a head of the ledger with his line under it. Nobody signs in for that: the
 * line itself is the proof, made with a key that the configuration names.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "proto/hex.h"
#include "proto/ledger_checkpoint.h"
#include "server/act/bid_case.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/cosignature_store.h"
#include "server/store/ledger_store.h"

#define NOTE_TEXT_MAX 8000

static const struct field fields[] = {
	{"note", FIELD_TEXT, true, 1, NOTE_TEXT_MAX},
	{NULL},
};

/* The head must be one this log signed: same size, same root. */
static int check_head(struct act *a, const char *text, struct ledger_checkpoint *ret)
{
	g_autoptr(GArray) list = NULL;
	int r = ledger_checkpoint_open(
		text, strlen(text), checkpoint_key_public(a->env->log_key), ret);

	if (r < 0)
		return r;
	if (r)
		return refuse(a->refusal, "ledger.head", "note", "%s", ledger_refusal_code(r));
	r = store_fault(ledger_store_checkpoints(a->txn, (int64_t)ret->size - 1, 1, &list));
	if (r)
		return r;
	const struct stored_checkpoint *ours =
		list->len ? &g_array_index(list, struct stored_checkpoint, 0) : NULL;
	if (!ours || (uint64_t)ours->size != ret->size ||
		memcmp(ours->root, ret->root, LEDGER_HASH_LEN) != 0)
		return refuse(a->refusal, "ledger.head", "note", "no such head was released");
	return 0;
}

static const struct note_signer *line_of(const struct note *note, const struct note_key *key)
{
	for (size_t i = 0; i < note->n_signers; i++)
		if (note->signers[i].name_len == strlen(key->name) &&
			memcmp(note->signers[i].name, key->name, note->signers[i].name_len) == 0)
			return &note->signers[i];
	return NULL;
}

static int keep_line(struct act *a, const struct note_key *key, const struct note_signer *signer,
	uint64_t size, int64_t time_s, unsigned *n)
{
	g_autofree char *line = g_strdup_printf(
		"\u2014 %s %.*s\n", key->name, (int)signer->signature_len, signer->signature);
	g_autofree char *id = hex_encode(key->id, sizeof(key->id));
	json_t *body;
	int r = cosignature_store_add(
		a->txn, (int64_t)size, key->name, line, time_s * CLOCK_SECOND_US);

	if (r == DB_E_DUPLICATE)
		return 0;
	if (r)
		return store_fault(r);
	++*n;
	body = json_pack("{s:s, s:I, s:I, s:s%}", "cosigner", key->name, "tree_size",
		(json_int_t)size, "time_s", (json_int_t)time_s, "signature", signer->signature,
		signer->signature_len);
	return act_event(a, "ledger.cosigned", "cosigner", id, body);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *text = in_text(in, "note");
	struct ledger_checkpoint head;
	struct note note;
	unsigned n_known = 0, n_new = 0;
	int r = check_head(a, text, &head);

	if (r || note_parse(text, strlen(text), &note))
		return r ? r : -EBADMSG;
	for (guint i = 0; !r && a->env->cosigners && i < a->env->cosigners->len; i++) {
		const struct note_key *key = &g_array_index(a->env->cosigners, struct note_key, i);
		const struct note_signer *signer = line_of(&note, key);
		int64_t time_s;
		if (!signer || note_verify(&note, key, &time_s))
			continue;
		n_known++;
		r = keep_line(a, key, signer, head.size, time_s, &n_new);
	}
	if (!r && !n_known)
		return refuse(a->refusal, "ledger.cosigner", "note", NULL);
	out_int(out, "tree_size", (int64_t)head.size);
	json_object_set_new(out, "new", json_boolean(n_new > 0));
	return r;
}

const struct act_kind ledger_cosign_act = {.name = "ledger.cosign", .fields = fields, .run = run};
