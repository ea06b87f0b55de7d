/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/ledger_head.h"

#include <errno.h>
#include <string.h>

#include "proto/ledger_checkpoint.h"
#include "proto/ledger_receipt.h"
#include "proto/ledger_tile.h"
#include "server/publish/ledger_files.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/ledger_store.h"

/* A promise given again for an event that is still pending. */
#define PROMISE_US (60 * CLOCK_SECOND_US)

int ledger_head_read(struct act *a, struct ledger_head *ret)
{
	LEDGER_HEAD_AUTO struct ledger_head h = {
		.dir = g_build_filename(a->env->data_dir, "public", "ledger", NULL)};
	g_autofree char *path = g_build_filename(h.dir, "checkpoint", NULL);
	struct ledger_checkpoint checkpoint;
	gsize len;

	if (!g_file_get_contents(path, &h.note, &len, NULL))
		return STORE_E_NONE;
	int r = ledger_checkpoint_open(
		h.note, len, checkpoint_key_public(a->env->log_key), &checkpoint);
	if (r)
		return r < 0 ? r : -EBADMSG;
	h.size = checkpoint.size;
	*ret = h;
	h = (struct ledger_head){0};
	return 0;
}

void ledger_head_clear(struct ledger_head *h)
{
	g_clear_pointer(&h->dir, g_free);
	g_clear_pointer(&h->note, g_free);
}

int ledger_head_prove(const struct ledger_head *h, int64_t seq, struct ledger_proof *ret)
{
	struct ledger_files_reader reader = {h->dir, h->size};
	struct ledger_tile_source source = {ledger_files_read, &reader};

	if (h->size <= (uint64_t)seq)
		return STORE_E_NONE;
	int r = ledger_prove_inclusion((uint64_t)seq, h->size, ledger_tile_hash_at, &source, ret);
	return r <= 0 ? r : -EBADMSG;
}

/* STORE_E_NONE when the head does not hold the event yet. */
static int prove_event(struct act *a, const struct ledger_head *h, const struct event *e,
	struct ledger_receipt *receipt)
{
	uint8_t hash[32];
	int64_t seq;
	int r = ledger_store_place_of(a->txn, e->event_id, &seq, hash);

	if (!r)
		r = ledger_head_prove(h, seq, &receipt->proof);
	if (r)
		return r;
	receipt->index = (uint64_t)seq;
	receipt->tree_size = h->size;
	receipt->checkpoint = h->note;
	return 0;
}

int ledger_head_receipt(struct act *a, const struct ledger_head *h, const struct event *e,
	bool with_leaf, json_t **ret)
{
	struct ledger_receipt receipt = {.event_id = e->event_id};
	g_autofree char *promise = NULL;
	int r = prove_event(a, h, e, &receipt);

	if (r && r != STORE_E_NONE)
		return r;
	memcpy(receipt.leaf_hash, e->leaf_hash, sizeof(receipt.leaf_hash));
	if (with_leaf)
		receipt.leaf = g_bytes_get_data(e->leaf, &receipt.leaf_len);
	if (r)
		receipt.promise = promise = checkpoint_key_promise(
			a->env->log_key, e->leaf_hash, a->real_us, a->real_us + PROMISE_US);
	*ret = ledger_receipt_build(&receipt);
	return 0;
}
