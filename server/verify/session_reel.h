/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_REEL_H
#define SERVER_VERIFY_SESSION_REEL_H

/*
 * One reel of a record, or its finalised copy, against what the ledger says of it. The work is done
 * on any thread (session_reel_check), the findings are told afterwards in order of the tracks.
 */
#include <glib.h>

#include "proto/reel_check.h"
#include "server/verify/findings.h"

/* Who sat where with which key. */
struct session_device {
	char seat[IDENT_SIZE];
	uint32_t epoch;
	uint8_t key[ED25519_KEY_LEN];
};

struct session_reel_check {
	/* in; borrowed */
	const char *path;
	const char *key_path; /* what opens it, where it is there; NULL: no such thing */
	unsigned track;       /* its number, as the events have it */
	const char *session_id;
	const char *seat;      /* of its room.publish; NULL: there is none */
	const char *to;        /* likewise: whom alone it is for; NULL: all */
	const GArray *entries; /* struct reel_entry, of the ledger */
	const GArray *devices; /* struct session_device */
	/* out */
	int result;     /* negative errno: could not be read or checked */
	int final;      /* of reel_final_take_back */
	bool no_device; /* nobody joined as the head's seat and epoch */
	bool bad_key;   /* what lies at key_path opens nothing */
	GArray *opened; /* its entries without the seal (struct reel_entry); NULL: not opened */
	struct reel_check check;
	GPtrArray *signers; /* in step with its findings: whose key made a false stamp, or NULL */
};

void session_reel_check(struct session_reel_check *c);
void session_reel_report(const struct session_reel_check *c, struct findings *findings);
void session_reel_check_done(struct session_reel_check *c);

#endif
