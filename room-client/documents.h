/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The documents of the bids that the session judges: their list, and those that were asked for, one
 * after the other, the one asked for last first. They are fetched with the seat's sign-in, beside
 * the conversation (link/pace), checked against their digest, and kept in a vault.
 *
 *	ABSENT ──want──▶ WAITING ──▶ LOADING ──▶ READY
 *	   ▲                ▲           │
 *	 FAILED ──want──────┘◀──────────┘ for good; a lost line is tried again from where it broke
 *
 * Default GMainContext.
 */

#include <gio/gio.h>
#include <jansson.h>
#include <stdbool.h>

#include "room-client/link/https.h"
#include "room-client/link/pace.h"

struct documents;

struct documents_config {
	struct https *https; /* borrowed */
	struct pace *pace;   /* borrowed */
	const char *api;     /* "https://host:port" */
	const char *session, *ca_file;
	const char *dir; /* where the vault's files lie */
};

struct documents_out {
	void *user;
	/* The sign-in's token, NULL: there is none. */
	const char *(*token)(void *user);
	/* What this seat sends is behind: documents wait. */
	bool (*behind)(void *user);
	/* The list is there, or is not: code as below. */
	void (*listed)(void *user);
	/* {"bid", "file", "state", "got", "size"[, "code"]}, borrowed. */
	void (*changed)(void *user, const json_t *document);
};

/* Copies all but what is borrowed. -EIO: no vault. */
int documents_new(const struct documents_config *config, const struct documents_out *out,
	struct documents **ret_documents);
struct documents *documents_free(struct documents *d);

/* Asks for the list, unless it is there already. */
void documents_refresh(struct documents *d);
/* What the server said to that; it may have said anything. */
void documents_answered(struct documents *d, const struct https_answer *answer);

/* {"code"?, "bids": [{"bid", "no", "lot", "bidder", "files": [{"file", "name", "size", "state",
 * "got", "code"?}]}]}; code says why there is no list: the problem's, "no_answer", "no_sign_in".
 * The caller owns it. */
json_t *documents_list(const struct documents *d);

/* False: no such document. */
bool documents_want(struct documents *d, const char *bid, int file);
/* NULL until it is READY; transfer full. */
GInputStream *documents_open(struct documents *d, const char *bid, int file);
