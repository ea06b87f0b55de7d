/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_LEDGER_HEAD_H
#define SERVER_API_LEDGER_HEAD_H

/* The released head of the ledger, as its public files show it, and proofs that lead to it. */
#include <stdint.h>

#include "proto/ledger_tree.h"
#include "server/act/act.h"
#include "server/audit/event.h"

struct ledger_head {
	char *dir;
	char *note; /* the signed checkpoint */
	uint64_t size;
};

/* 0, STORE_E_NONE: nothing was released yet (size 0), or negative errno. */
int ledger_head_read(struct act *a, struct ledger_head *ret);
void ledger_head_clear(struct ledger_head *h);
#define LEDGER_HEAD_AUTO __attribute__((cleanup(ledger_head_clear)))

/* The inclusion proof of the leaf at seq; STORE_E_NONE when the head does not hold it yet. */
int ledger_head_prove(const struct ledger_head *h, int64_t seq, struct ledger_proof *ret);

/*
 * The receipt (proto/ledger_receipt.h) of an event: its place and proof, or, as long as the head
 * does not hold it, a promise. with_leaf: the reader may see the event.
 */
int ledger_head_receipt(struct act *a, const struct ledger_head *h, const struct event *e,
	bool with_leaf, json_t **ret);

#endif
