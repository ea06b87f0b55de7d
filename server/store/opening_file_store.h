/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The opening record's file as it is signed: certificates of bidders' registered keys, the
 * increments behind the printed PDF, one a signature, and who declined to sign. Bidders are named
 * by the number of their bid. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct opening_certificate {
	int64_t bid_no;
	uint8_t sha256[32];  /* of the certificate */
	GBytes *certificate; /* DER */
	char key_id[65];     /* the registered key it is of */
	int64_t issued_us;
};

void opening_certificate_free(struct opening_certificate *c);
static inline void opening_certificate_freep(struct opening_certificate **c)
{
	opening_certificate_free(*c);
}
#define OPENING_CERTIFICATE_AUTO __attribute__((cleanup(opening_certificate_freep)))

int opening_file_store_add_certificate(
	struct db_txn *txn, const char *lot_id, const struct opening_certificate *c);
/* How many a bidder has got. */
int opening_file_store_count(
	struct db_txn *txn, const char *lot_id, int64_t bid_no, int64_t *ret);
/* The newest one of this key. */
int opening_file_store_newest(struct db_txn *txn, const char *lot_id, int64_t bid_no,
	const char *key_id, struct opening_certificate **ret);
int opening_file_store_certificate(struct db_txn *txn, const char *lot_id,
	const uint8_t sha256[static 32], struct opening_certificate **ret);

/* The printed PDF and all increments so far; *ret_n: how many. */
int opening_file_store_get(struct db_txn *txn, const char *lot_id, GBytes **ret, int *ret_n);
/* bid_no 0: the centre's last. 0, or DB_E_DUPLICATE: that number has one. */
int opening_file_store_append(struct db_txn *txn, const char *lot_id, int position, int64_t bid_no,
	GBytes *bytes, int64_t at_us);

/* 0 or DB_E_DUPLICATE. */
int opening_file_store_decline(struct db_txn *txn, const char *lot_id, int64_t bid_no,
	const char *reason, int64_t at_us);
int opening_file_store_close(struct db_txn *txn, const char *lot_id, int64_t at_us);

/* What became of the record, by GINT_TO_POINTER(number of the bid). */
struct opening_signatures {
	GHashTable *signed_us, *declined_us; /* microseconds as int64_t * */
	GHashTable *reasons;                 /* char *, of who declined */
	int64_t closed_us;                   /* 0: open for signatures */
};
int opening_file_store_signatures(
	struct db_txn *txn, const char *lot_id, struct opening_signatures *ret);
void opening_signatures_clear(struct opening_signatures *s);
#define OPENING_SIGNATURES_AUTO __attribute__((cleanup(opening_signatures_clear)))
