/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_OPENED_BID_H
#define SERVER_VERIFY_OPENED_BID_H

/*
 * A bid as it lies open in a folder: header, manifest as it was sealed, content key, files/.
 * Sealing is a function of these, so doing it again must give the digest its bidder got as a
 * receipt.
 */
#include <stdbool.h>

#include "proto/sealed_manifest.h"
#include "server/verify/findings.h"

struct opened_bid {
	struct sealed_header header;
	struct sealed_manifest *manifest;
	uint8_t receipt_digest[SEALED_DIGEST_LEN];
};

/*
 * Reads `root`/`dir` and seals it again; what is missing or damaged is a finding whose place begins
 * with `dir`, and the result false. Clear *ret in either case.
 */
bool opened_bid_read(
	const char *root, const char *dir, struct findings *findings, struct opened_bid *ret);
void opened_bid_clear(struct opened_bid *b);

/* Whether the event of its opening tells the terms its bidder signed, no other and none left out;
 * each that it does not is a finding at `place`. Persons may be left out. */
void opened_bid_check_terms(const struct sealed_manifest *m, const json_t *opened,
	const char *place, struct findings *findings);

#endif
