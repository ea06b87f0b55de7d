/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PERSONAL_REASON_H
#define SERVER_ACT_PERSONAL_REASON_H

/*
 * A reason that tells of a person: why a member left the panel, why one does not sign. The ledger
 * keeps its salted digest, so that the text can be shown to whom it concerns, checked, and erased;
 * text and salt stay with the row it belongs to and are told together.
 */
#include <jansson.h>
#include <stdint.h>

#include "proto/salted.h"

#define PERSONAL_SALT_LEN SALTED_SALT_LEN

struct personal_reason {
	const char *text; /* borrowed */
	uint8_t salt[PERSONAL_SALT_LEN];
};

/* With a fresh salt; puts the digest into the event's body as "reason_digest". text NULL: none. */
void personal_reason_take(struct personal_reason *r, const char *text, json_t *body);

#endif
