/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/audit/ledger.h"

#include <string.h>

#include "server/sign/checkpoint_key.h"

void ledger_step_clear(struct ledger_step *s)
{
	g_clear_pointer(&s->events, g_ptr_array_unref);
	g_clear_pointer(&s->note, g_free);
}

static int place_all(struct ledger_step *s, const struct ledger_io *io)
{
	int r = 0;

	for (guint i = 0; !r && i < s->events->len; i++) {
		const struct event *e = g_ptr_array_index(s->events, i);
		int64_t seq = (int64_t)s->tree.size;
		r = ledger_tree_append(&s->tree, e->leaf_hash, NULL, NULL);
		if (!r)
			r = io->place(io->ctx, seq, e);
	}
	return r;
}

static int sign_head(
	struct ledger_step *s, const struct checkpoint_key *key, const struct ledger_io *io)
{
	uint8_t root[LEDGER_HASH_LEN];
	int r = ledger_tree_root(&s->tree, root);

	if (!r)
		r = checkpoint_key_sign(key, s->tree.size, root, &s->note);
	return r ? r : io->checkpoint(io->ctx, (int64_t)s->tree.size, root, s->note);
}

int ledger_extend(const struct ledger_tree *tree, const struct checkpoint_key *key, unsigned limit,
	const struct ledger_io *io, struct ledger_step *ret)
{
	struct ledger_step s = {.tree = *tree};
	int r = io->pending(io->ctx, limit, &s.events);

	if (!r && s.events->len) {
		r = place_all(&s, io);
		if (!r)
			r = sign_head(&s, key, io);
	}
	if (r) {
		ledger_step_clear(&s);
		return r;
	}
	*ret = s;
	return 0;
}

int ledger_replay(struct ledger_tree *tree, const struct event *e, const uint8_t hash[static 32])
{
	if (memcmp(e->leaf_hash, hash, LEDGER_HASH_LEN) != 0)
		return LEDGER_E_ALTERED;
	return ledger_tree_append(tree, e->leaf_hash, NULL, NULL);
}

int ledger_matches(const struct ledger_tree *tree, int64_t size, const uint8_t root[static 32])
{
	uint8_t ours[LEDGER_HASH_LEN];
	int r;

	if ((int64_t)tree->size != size)
		return LEDGER_E_ALTERED;
	r = ledger_tree_root(tree, ours);
	if (r)
		return r;
	return memcmp(ours, root, LEDGER_HASH_LEN) == 0 ? 0 : LEDGER_E_ALTERED;
}
