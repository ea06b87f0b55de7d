/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SESSION_EVIDENCE_H
#define SERVER_PUBLISH_SESSION_EVIDENCE_H

/*
 * What the events of a session carry only digests of, as files of its record: the draw, the sheets
 * once their lot is ranked, the results, the report. What is not there yet is left out.
 */
#include <glib.h>

struct db_txn;
struct field_cipher;

/* A subject whose events belong to the record too, all of them or those of one kind. */
struct evidence_subject {
	char *subject;    /* "lot:01h…" */
	const char *kind; /* NULL: all */
};

struct session_evidence {
	const char *session_id, *dir;
	const struct field_cipher *scores;
	GArray *subjects; /* out: struct evidence_subject, owned */
};

/* 0, STORE_E_NONE: no such session, or negative errno. */
int session_evidence_write(struct db_txn *txn, struct session_evidence *e);
void session_evidence_clear(struct session_evidence *e);

#endif
