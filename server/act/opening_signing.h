/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_OPENING_SIGNING_H
#define SERVER_ACT_OPENING_SIGNING_H

/*
 * What certifying, signing and closing the opening record (开标记录) share: whose turn it may be,
 * and the file with room for one more signature.
 */
#include "server/act/bid_case.h"
#include "server/store/opening_file_store.h"
#include "server/trade/opening_words.h"

/* A bidder at the record of its lot. */
struct opening_signer {
	struct bid_case c;
	struct opening_signatures done;
	int64_t bid_no;
};
void opening_signer_clear(struct opening_signer *s);
#define OPENING_SIGNER_AUTO __attribute__((cleanup(opening_signer_clear)))

/*
 * The caller's bid, whose bidder has neither signed nor declined the record, which is printed and
 * not closed. lock: nobody else changes it meanwhile.
 */
int opening_signer_load(struct act *a, const char *lot_id, bool lock, struct opening_signer *ret);

/* 0, or refused with opening.not_recorded or opening.record_closed. */
int opening_signing_check(struct act *a, const char *lot_id, const struct opening_signatures *done);

struct opening_signing {
	GBytes *file;     /* with the signatures so far */
	GBytes *prepared; /* and with room for the next */
	int position;     /* which one that is, from 1 */
};
void opening_signing_clear(struct opening_signing *s);
#define OPENING_SIGNING_AUTO __attribute__((cleanup(opening_signing_clear)))

/* The bidder's certificate of this digest, or refused with opening.certificate. */
int opening_signing_certificate(struct act *a, const struct opening_signer *s, GBytes *sha256,
	struct opening_certificate **ret);
int opening_signing_prepare(struct act *a, const char *lot_id, const struct opening_certificate *c,
	struct opening_signing *ret);

/* What stands behind `file` in `signed_file` is kept as the increment at the position; size and
 * digest of the whole go into the event's body. bid_no 0: the centre's. */
int opening_signing_append(struct act *a, const char *lot_id, int64_t bid_no,
	const struct opening_signing *s, GBytes *signed_file, json_t *body);

/* That the centre sealed it, and by which certificate. */
void opening_signing_tell_seal(const struct act *a, json_t *body);

/* What became of the bid of this number. */
enum opening_word opening_word_of(const struct opening_signatures *done, int64_t bid_no);

#endif
