/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/ledger_head.h"

#include <errno.h>

#include "proto/ledger_checkpoint.h"
#include "proto/ledger_tile.h"
#include "server/publish/ledger_files.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/event_store.h"

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
