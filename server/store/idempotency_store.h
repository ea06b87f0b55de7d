/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_IDEMPOTENCY_STORE_H
#define SERVER_STORE_IDEMPOTENCY_STORE_H

/*
 * The answers of acts under the caller's Idempotency-Key, written in the act's own transaction: the
 * same request sent again gets the same answer, also after a crash between commit and reply.
 */
#include <stdint.h>

struct db_txn;

enum {
	IDEMPOTENCY_E_NONE = 1, /* the key is new */
	IDEMPOTENCY_E_MISMATCH, /* the key stands for another request */
};

/* 0: *ret_answer (g_free it) is what was answered before. */
int idempotency_store_find(struct db_txn *txn, const char *actor, const char *key, const char *act,
	const uint8_t request_sha256[static 32], char **ret_answer);

/* 0, or a positive DB_E_DUPLICATE if the same request is being performed at this moment. */
int idempotency_store_put(struct db_txn *txn, const char *actor, const char *key, const char *act,
	const uint8_t request_sha256[static 32], const char *answer, int64_t now_us);

#endif
