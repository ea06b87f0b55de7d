/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_NOTICE_LIST_STORE_H
#define SERVER_STORE_NOTICE_LIST_STORE_H

/*
 * Lists of published notices as readers leaf through them (公告列表): a line for each, without
 * texts. Only what everybody may see.
 */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/trade/notice.h"

struct db_txn;

struct notice_line {
	char notice_id[ID_SIZE], project_id[ID_SIZE];
	enum notice_kind kind;
	char *title, *project_name;
	char region[7];
	int64_t published_us, withdrawn_us; /* withdrawn_us 0: it stands */
};

void notice_line_free(struct notice_line *line);

/* 0 and "": any. to_us is the first moment that is too late. */
struct notice_filter {
	enum notice_kind kind;
	const char *region; /* six digits or "" */
	int64_t from_us, to_us;
};

/* The newest first. */
int notice_list_store_newest(
	struct db_txn *txn, const struct notice_filter *filter, unsigned limit, GPtrArray **ret);
/* In the order of publication, from number `skip` on. */
int notice_list_store_part(struct db_txn *txn, const struct notice_filter *filter, unsigned skip,
	unsigned limit, GPtrArray **ret);

/* How many were published in a month of Beijing time. */
struct notice_count {
	enum notice_kind kind;
	char region[7];
	char month[8]; /* "2026-03" */
	int64_t n;
};
/* ret: of struct notice_count. */
int notice_list_store_counts(struct db_txn *txn, GArray **ret);

#endif
