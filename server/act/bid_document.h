/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BID_DOCUMENT_H
#define SERVER_ACT_BID_DOCUMENT_H

/* The documents of opened bids, for the experts who judge them. */
#include "server/act/act.h"

/*
 * Document `file_no` (from 1) of a bid, if the session in which the caller sits judges the bid and
 * its step allows the act `name` (server/eval/flow). *ret_file is a new object {"file_no", "name",
 * "size", "sha256"}. 0, REFUSED or negative errno.
 */
int bid_document_for_act(
	struct act *a, const char *bid_id, int64_t file_no, const char *name, json_t **ret_file);

#endif
