/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REPORT_STORE_H
#define SERVER_STORE_REPORT_STORE_H

/* The report of a session (评标报告): its data, its printed form, the members' signatures. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct report_row {
	json_t *model;
	json_t *candidates; /* server/eval/candidates.h; NULL: no limit of lots won */
	GBytes *pdf; /* NULL when read without */
	uint8_t pdf_sha256[32];
	int64_t made_us;
};

void report_row_free(struct report_row *r);
static inline void report_row_freep(struct report_row **r)
{
	report_row_free(*r);
}
#define REPORT_ROW_AUTO __attribute__((cleanup(report_row_freep)))

/* 0, or DB_E_DUPLICATE when there is one. */
int report_store_insert(
	struct db_txn *txn, const char *session_id, const struct report_row *report);
/* 0, STORE_E_NONE or negative errno. */
int report_store_get(struct db_txn *txn, const char *session_id, struct report_row **ret);
/* The printed form of one that was void from undone_us on. 0, STORE_E_NONE or negative errno. */
int report_store_get_void(
	struct db_txn *txn, const char *session_id, int64_t undone_us, struct report_row **ret);
int report_store_get_pdf(struct db_txn *txn, const char *session_id, struct report_row **ret);

/*
 * Whom the report of a lot recommended that stands (0), or that did until undone_us; NULL: no
 * report, or no list in it. 0 or negative errno.
 */
int report_store_candidates(
	struct db_txn *txn, const char *lot_id, int64_t undone_us, json_t **ret);

struct report_signature {
	int member_no;
	char key_id[65];
	GBytes *signature;
	char *opinion; /* a dissenting one, or NULL */
	int64_t signed_us;
};

void report_signature_free(struct report_signature *s);

/* 0, or DB_E_DUPLICATE when the member has signed. */
int report_store_add_signature(
	struct db_txn *txn, const char *session_id, const struct report_signature *s);
struct report_unsigned {
	int member_no;
	char *reason; /* personal; NULL: none was given */
	bool salted;
	uint8_t salt[16]; /* of its digest in the ledger, if salted */
	int64_t refused_us;
};

void report_unsigned_free(struct report_unsigned *r);

/* 0, or DB_E_DUPLICATE when it is known that the member does not sign. */
int report_store_add_refusal(
	struct db_txn *txn, const char *session_id, const struct report_unsigned *refusal);
/* By member; the array owns them. */
int report_store_refusals(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* By member; the array owns them. */
int report_store_signatures(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Whether the member's is among them. */
bool report_has_signed(const GPtrArray *signatures, int member_no);

#endif
