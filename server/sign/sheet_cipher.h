/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_SHEET_CIPHER_H
#define SERVER_SIGN_SHEET_CIPHER_H

/*
 * The content of a score sheet, or of a ballot of the review, as it lies in the database: canonical JSON, wrapped under the key of the
 * scores (KEYSTORE_SCORES) and bound to its session, lot and member. Any thread.
 */
#include <jansson.h>

#include "server/sign/field_cipher.h"

struct sheet_place {
	const char *session_id, *lot_id;
	int member_no;
	const char *stage; /* of the review (review.h), for a ballot; NULL: a score sheet */
};

/* 0, -EINVAL for content without a canonical text, -EIO. */
int sheet_cipher_seal(const struct field_cipher *c, const struct sheet_place *place,
	const json_t *content, GBytes **ret);
/* 0, -EBADMSG: not ours, of another place, or altered; -EIO. */
int sheet_cipher_open(const struct field_cipher *c, const struct sheet_place *place,
	GBytes *wrapped, json_t **ret_content);

#endif
