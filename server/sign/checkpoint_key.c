/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/checkpoint_key.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proto/ledger_checkpoint.h"
#include "proto/ledger_receipt.h"

struct checkpoint_key {
	struct note_key public_key;
	uint8_t seed[ED25519_KEY_LEN];
};

int checkpoint_key_new(const char *origin, const uint8_t seed[static KEYSTORE_KEY_LEN],
	struct checkpoint_key **ret)
{
	struct checkpoint_key *k = g_new0(struct checkpoint_key, 1);
	uint8_t public_key[ED25519_KEY_LEN];
	int r = ed25519_public(seed, public_key);

	if (!r)
		r = note_key_make(origin, NOTE_ED25519, public_key, &k->public_key);
	if (r) {
		g_free(k);
		return r < 0 ? r : -EINVAL;
	}
	memcpy(k->seed, seed, sizeof(k->seed));
	*ret = k;
	return 0;
}

struct checkpoint_key *checkpoint_key_free(struct checkpoint_key *k)
{
	if (k)
		OPENSSL_cleanse(k, sizeof(*k));
	g_free(k);
	return NULL;
}

const struct note_key *checkpoint_key_public(const struct checkpoint_key *k)
{
	return &k->public_key;
}

int checkpoint_key_sign(const struct checkpoint_key *k, uint64_t size,
	const uint8_t root[static 32], char **ret_note)
{
	GString *note = NULL;
	int r = ledger_checkpoint_sign(size, root, &k->public_key, k->seed, &note);

	if (r)
		return r < 0 ? r : -EIO;
	*ret_note = g_string_free(note, FALSE);
	return 0;
}

char *checkpoint_key_promise(const struct checkpoint_key *k, const uint8_t leaf_hash[static 32],
	int64_t made_us, int64_t due_us)
{
	struct ledger_promise promise = {.made_us = made_us, .due_us = due_us};
	char *out = NULL;

	memcpy(promise.leaf_hash, leaf_hash, sizeof(promise.leaf_hash));
	return ledger_promise_build(&promise, &k->public_key, k->seed, &out) == 0 ? out : NULL;
}
