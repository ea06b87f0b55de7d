/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_BUNDLE_H
#define SERVER_VERIFY_VERIFY_BUNDLE_H

/*
 * Checks the bundle of one session (layout: proto/README.md, "Bundle"): the record as
 * verify_session does, every file against the list, the page's data against the events, the
 * documents by sealing the bids again, the heads that cosigners signed.
 */
#include <glib.h>

#include "server/verify/findings.h"

struct note_key;

struct verify_bundle {
	const char *dir;
	const struct note_key *key;
	const char *seen;        /* file with a checkpoint from elsewhere; NULL: none */
	const GArray *cosigners; /* struct note_key: each must have signed a head; may be NULL */
	struct findings *findings;
};

/* 0: done, see the findings. Negative errno: the directory cannot be read at all. */
int verify_bundle(const struct verify_bundle *v);

#endif
