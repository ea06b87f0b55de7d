/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_NOTICE_HIT_STORE_H
#define SERVER_STORE_NOTICE_HIT_STORE_H

/* What a search shows of the notices it found (检索结果), read under the visibility rule. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/trade/notice.h"

struct db_txn;

struct notice_hit {
	int64_t seq;
	char notice_id[ID_SIZE];
	enum notice_kind kind;
	enum regime regime;
	char region[7];
	char *title, *project_code, *project_name, *buyer_name;
	int64_t published_us, withdrawn_us; /* withdrawn_us 0: it stands */
	uint8_t text_sha256[32];
};

void notice_hit_free(struct notice_hit *hit);

/*
 * Those of these places in the publication order that everybody may see, newest first. n is at most
 * NOTICE_HITS.
 */
#define NOTICE_HITS 32
int notice_hit_store_get(struct db_txn *txn, const int64_t *seqs, size_t n, GPtrArray **ret);

#endif
