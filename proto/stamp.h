/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A stamp closes a group of media objects: the seat's key signs what the seat sent
 * (proto/README.md, "Stamps"). The sender feeds every object to a stamp_group and sends the stamp
 * after the group's last object; the verifier feeds the objects of a reel to another and compares.
 * Relays may drop objects for receivers, so only the recorder's side can be verified.
 *
 * A video group starts at a keyframe. Every group starts at most STAMP_GROUP_US after the one
 * before: stamp_group_is_due() tells the sender to ask its encoder for a keyframe (video) or to
 * close the group now (audio, where each packet is a keyframe).
 *
 * Nothing here is shared between threads.
 */

#include "proto/ed25519.h"
#include "proto/frame.h"
#include "proto/ident.h"

#include <glib.h>

#define STAMP_LEN 120
#define STAMP_DIGEST_LEN 32
#define STAMP_GROUP_US (2 * 1000 * 1000)

enum stamp_refusal {
	STAMP_E_LENGTH = 1,    /* not STAMP_LEN bytes */
	STAMP_E_TYPE,          /* first byte is not FRAME_TYPE_STAMP */
	STAMP_E_ALGORITHM,     /* not Ed25519 over SHA-256 */
	STAMP_E_TRACK,         /* track 0 */
	STAMP_E_RANGE,         /* last sequence before the first */
	STAMP_E_NOT_KEY,       /* a group begins with an object that is no keyframe */
	STAMP_E_GAP,           /* sequence does not follow: an object is missing */
	STAMP_E_FOREIGN,       /* object of another track */
	STAMP_E_BAD_SIGNATURE, /* not signed by this key for this session, seat, epoch and track */
	STAMP_E_MISMATCH,      /* signed, but not what these objects give */
};

struct stamp {
	uint16_t track;
	uint32_t group; /* per track, from 0, by one */
	uint32_t first_seq, last_seq;
	uint32_t session_ms; /* written by the server, not signed; senders put 0 */
	uint32_t epoch;      /* of the seat: which device held it */
	uint8_t digest[STAMP_DIGEST_LEN];
	uint8_t sig[ED25519_SIG_LEN];
};

/* Where the stamp holds; both are identifiers. */
struct stamp_scope {
	char session[IDENT_SIZE];
	char seat[IDENT_SIZE];
};

struct stamp_group;

/* A track starts at group 0. Aborts only when out of memory. */
struct stamp_group *stamp_group_new(uint16_t track);
struct stamp_group *stamp_group_free(struct stamp_group *g);

/* Takes the next object; seq must follow the last object of this track, over group borders too. A
 * refused object leaves the group as it was. -EIO: libcrypto. */
int stamp_group_add(struct stamp_group *g, const struct frame *frame);
bool stamp_group_is_empty(const struct stamp_group *g);
/* Whether an object captured now belongs into a new group because of its time. */
bool stamp_group_is_due(const struct stamp_group *g, uint64_t capture_us);
/* Closes a group that is not empty and begins the next: fills all but epoch, time and signature. */
int stamp_group_finish(struct stamp_group *g, struct stamp *ret_stamp);
/* After a gap: drops the group begun, if any, and expects object seq and group number next. */
void stamp_group_skip(struct stamp_group *g, uint32_t seq, uint32_t group);

/* Signs with the seat's key (its seed); stamp->epoch is set before. */
int stamp_sign(
	struct stamp *stamp, const struct stamp_scope *scope, const uint8_t seed[ED25519_KEY_LEN]);
int stamp_verify(const struct stamp *stamp, const struct stamp_scope *scope,
	const uint8_t device_key[ED25519_KEY_LEN]);
/* Whether the signed stamp says what a finished group says: STAMP_E_MISMATCH if not. */
int stamp_compare(const struct stamp *stamp, const struct stamp *ours);

void stamp_encode(const struct stamp *stamp, uint8_t ret_message[STAMP_LEN]);
int stamp_decode(const uint8_t *data, size_t len, struct stamp *ret_stamp);

/* "stamp_gap" and so on. */
const char *stamp_refusal_code(int refusal);
