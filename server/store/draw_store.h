/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_DRAW_STORE_H
#define SERVER_STORE_DRAW_STORE_H

/*
 * Draws of experts (抽取): the snapshot of the pool, the parties' nonces, the holders' shares of
 * them, the record. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/draw.h"
#include "server/store/event_store.h"

struct db_txn;

struct draw_row {
	char draw_id[ID_SIZE];
	char session_id[ID_SIZE];
	struct draw_rule rule;
	GBytes *key_enc;
	uint8_t key_commitment[DRAW_BYTES];
	char *snapshot; /* its text; NULL when read without */
	uint8_t snapshot_digest[DRAW_BYTES];
	json_t *record; /* NULL until drawn */
	/* How many are not eligible for what, by the reasons of eligible.h; NULL of older draws. */
	json_t *excluded;
	int64_t created_us, drawn_us;
};

void draw_row_free(struct draw_row *d);
static inline void draw_row_freep(struct draw_row **d)
{
	draw_row_free(*d);
}
#define DRAW_ROW_AUTO __attribute__((cleanup(draw_row_freep)))

int draw_store_insert(struct db_txn *txn, const struct draw_row *d);
int draw_store_get(struct db_txn *txn, const char *draw_id, struct draw_row **ret);
int draw_store_by_session(struct db_txn *txn, const char *session_id, struct draw_row **ret);
/* As get, and nobody else changes the draw until this transaction ends. */
int draw_store_lock(struct db_txn *txn, const char *draw_id, struct draw_row **ret);
int draw_store_set_record(struct db_txn *txn, const char *draw_id, const uint8_t seed[DRAW_BYTES],
	const json_t *record, int64_t now_us);

struct draw_nonce_row {
	enum draw_party party;
	char account_id[ID_SIZE];
	uint8_t commitment[DRAW_BYTES];
	json_t *slots;
	bool revealed;
	uint8_t nonce[DRAW_BYTES];
	int64_t n_shares;
};

/* What all parties have done; struct draw_nonce_row by party, NULL for who has not committed. */
struct draw_nonces {
	struct draw_nonce_row *of[N_DRAW_PARTIES];
};

void draw_nonces_clear(struct draw_nonces *n);
#define DRAW_NONCES_AUTO __attribute__((cleanup(draw_nonces_clear)))

int draw_store_nonces(struct db_txn *txn, const char *draw_id, struct draw_nonces *ret);
/* 0 or DB_E_DUPLICATE when the party has committed. */
int draw_store_add_nonce(struct db_txn *txn, const char *draw_id, const struct draw_nonce_row *n);
int draw_store_set_nonce(struct db_txn *txn, const char *draw_id, enum draw_party party,
	const uint8_t nonce[DRAW_BYTES]);

struct draw_share_row {
	int holder_no;
	GBytes *share; /* wrapped */
};

void draw_share_free(struct draw_share_row *s);
/* 0 or DB_E_DUPLICATE when the holder has given it. */
int draw_store_add_share(struct db_txn *txn, const char *draw_id, enum draw_party party,
	int holder_no, GBytes *share);
/* By number; the array owns them. */
int draw_store_shares(
	struct db_txn *txn, const char *draw_id, enum draw_party party, GPtrArray **ret);

/* A nonce that has all commitments beside it and is not revealed: a holder's share would help. */
struct draw_task {
	char draw_id[ID_SIZE];
	enum draw_party party;
	int holder_no;
	char *project_name;
	json_t *slots;
	bool done;
	int64_t since_us;
};

void draw_task_free(struct draw_task *t);
/* The holder's tasks, newest first. The array owns them. */
int draw_store_tasks(struct db_txn *txn, const char *account_id, GPtrArray **ret);

#endif
