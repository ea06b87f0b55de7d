/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_COSIGN_ROUND_H
#define SERVER_ADMIN_COSIGN_ROUND_H

/*
 * One look of the cosigner at the ledger: is the head the log's, does the tree only grow, are the
 * entries what was hashed, were promises kept? Then, and only then, its line under the head.
 *
 * What it finds has a name:
 *
 *	forged_head   the head is not signed by the log, or no head at all
 *	split_view    two signed heads of one size with different roots
 *	rewound       a head smaller than one that was signed before
 *	edited_row    a leaf or entry is another than it was or than was hashed; which is told
 *	rewritten     the new head does not grow from the old one, though its leaves look the same,
 *	              or, when there is no old one, is not the head of its leaves
 *	missing_tile  a tile or bundle that the head needs is not there or too short
 *	stale_keeper  the log promised an event and did not put it into the tree in time
 */
#include "server/admin/cosign_state.h"

struct cosign_round {
	/* Asks the server, as server_line_ask() does. */
	int (*ask)(void *line, const char *path, const char *post, size_t max, int *ret_status,
		GBytes **ret_body);
	void *line;
	struct cosign_state *state;
	const struct note_key *log_key;
	int64_t heartbeat_us; /* a head that brings only our own event is signed this often */
	/* out */
	const char *alarm; /* the name of what was found */
	char *text;        /* what happened, in a sentence; g_free */
	uint64_t size;
};

enum cosign_result {
	COSIGN_SIGNED = 0,
	COSIGN_NOTHING_NEW,
	COSIGN_ALARM,
	COSIGN_REFUSED, /* the server does not take the line: text says why */
};

/* A result, or negative errno: no answer from the server, or the state cannot be kept. */
int cosign_round(struct cosign_round *r);

#endif
