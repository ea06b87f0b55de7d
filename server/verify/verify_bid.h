/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_BID_H
#define SERVER_VERIFY_VERIFY_BID_H

/*
 * Follows one sealed bid from its receipt to its opening, from a folder that anybody can fill:
 *
 *	receipt.json    the bidder's: GET /events/{id}/receipt of bid.finalised
 *	record.json     the public record: GET /lots/{id}/opening-record
 *	record.pdf      the record on paper, if it is at hand (opening_file.h)
 *	opened/         the opened bid, if it is at hand (opened_bid.h)
 *	withdrawn.json  the receipt of bid.withdrawn, of a bid that was taken back
 *	key             the log's key, where --key does not name it
 *
 * Shown: the receipt's event is in the ledger and stands before the close; its digest is in the set
 * published at the close; what was opened under its name has that digest; so has the opened bid
 * sealed again, whose bidder and price are those that were read out. What a lot's record says of
 * other bids must be in the same set.
 */
#include "proto/note.h"
#include "server/verify/findings.h"

/* 0: done, see the findings. Negative errno: receipt or record cannot be read. */
int verify_bid(const char *dir, const struct note_key *key, struct findings *findings);

#endif
