/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_SIGNING_H
#define SERVER_ACT_REPORT_SIGNING_H

/* What certifying and signing the report share: the file with room for a member's signature, and
 * what the record says of it. */
#include "server/act/act.h"
#include "server/store/report_file_store.h"

struct report_signing {
	GBytes *file;     /* with the signatures so far */
	GBytes *prepared; /* and with room for the next */
	int position;     /* which one that is, from 1 */
};

void report_signing_clear(struct report_signing *s);
#define REPORT_SIGNING_AUTO __attribute__((cleanup(report_signing_clear)))

/* The member's certificate of this digest, or refused with report.certificate. */
int report_signing_certificate(struct act *a, const char *session_id, int member_no, GBytes *sha256,
	struct report_certificate **ret);
int report_signing_prepare(struct act *a, const char *session_id,
	const struct report_certificate *c, struct report_signing *ret);

/* Of an event: who declared what, under which keys. */
json_t *report_signing_body(const struct act *a, const struct report_certificate *c,
	const uint8_t pdf_sha256[static 32]);

#endif
