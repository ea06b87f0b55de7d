/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_REPORT_FILE_STORE_H
#define SERVER_STORE_REPORT_FILE_STORE_H

/* The report's file as it is signed: certificates of document keys, and the increments behind the
 * printed PDF, one a signature. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct report_certificate {
	int member_no;
	uint8_t sha256[32];  /* of the certificate */
	GBytes *certificate; /* DER */
	GBytes *public_key;  /* SPKI of the document key */
	char key_id[65];     /* the member's own key, */
	GBytes *signature;   /* and what it signed: proto/report_statement */
	char *opinion;       /* a dissenting one, or NULL */
	int64_t issued_us;
};

void report_certificate_free(struct report_certificate *c);
static inline void report_certificate_freep(struct report_certificate **c)
{
	report_certificate_free(*c);
}
#define REPORT_CERTIFICATE_AUTO __attribute__((cleanup(report_certificate_freep)))

int report_file_store_add_certificate(
	struct db_txn *txn, const char *session_id, const struct report_certificate *c);
/* How many a member has got for the report that stands. */
int report_file_store_count(
	struct db_txn *txn, const char *session_id, int member_no, int64_t *ret);
/* 0, STORE_E_NONE or negative errno. */
int report_file_store_certificate(struct db_txn *txn, const char *session_id,
	const uint8_t sha256[static 32], struct report_certificate **ret);

/* The printed PDF and all increments so far; *ret_n: how many. 0, STORE_E_NONE or negative errno.
 */
int report_file_store_get(struct db_txn *txn, const char *session_id, GBytes **ret, int *ret_n);
/* 0, or DB_E_DUPLICATE: another increment took the position, or the member has one. */
int report_file_store_append(struct db_txn *txn, const char *session_id, int position,
	const struct report_certificate *by, GBytes *bytes, int64_t at_us);

#endif
