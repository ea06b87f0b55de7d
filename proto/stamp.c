/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stamp.h"

#include "proto/bytes.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

enum {
	OFF_TYPE = 0,
	OFF_ALGORITHM = 1,
	OFF_TRACK = 2,
	OFF_GROUP = 4,
	OFF_FIRST = 8,
	OFF_LAST = 12,
	OFF_SESSION = 16,
	OFF_EPOCH = 20,
	OFF_DIGEST = 24,
	OFF_SIG = 56,
};

#define ALGORITHM_ED25519_SHA256 1
#define OBJECT_PREFIX_LEN 18
#define DOMAIN "bidroom.stamp.v1\n"

struct stamp_group {
	EVP_MD_CTX *md;
	uint16_t track;
	uint32_t group;
	uint32_t next_seq; /* meaningful once begun */
	uint32_t first_seq;
	uint32_t n_objects; /* in the open group */
	uint64_t first_capture_us;
	bool begun; /* any object was ever taken, so next_seq holds */
};

static const char *const refusal_codes[] = {
	[STAMP_E_LENGTH] = "stamp_length",
	[STAMP_E_TYPE] = "stamp_type",
	[STAMP_E_ALGORITHM] = "stamp_algorithm",
	[STAMP_E_TRACK] = "stamp_track",
	[STAMP_E_RANGE] = "stamp_range",
	[STAMP_E_NOT_KEY] = "stamp_not_key",
	[STAMP_E_GAP] = "stamp_gap",
	[STAMP_E_FOREIGN] = "stamp_foreign",
	[STAMP_E_BAD_SIGNATURE] = "stamp_bad_signature",
	[STAMP_E_MISMATCH] = "stamp_mismatch",
};

struct stamp_group *stamp_group_new(uint16_t track)
{
	struct stamp_group *g = g_new0(struct stamp_group, 1);

	g->md = EVP_MD_CTX_new();
	g->track = track;
	if (!g->md)
		g_error("out of memory");
	return g;
}

struct stamp_group *stamp_group_free(struct stamp_group *g)
{
	if (!g)
		return NULL;
	EVP_MD_CTX_free(g->md);
	g_free(g);
	return NULL;
}

int stamp_group_add(struct stamp_group *g, const struct frame *frame)
{
	uint8_t prefix[OBJECT_PREFIX_LEN];

	if (frame->track != g->track)
		return STAMP_E_FOREIGN;
	if (g->begun && frame->seq != g->next_seq)
		return STAMP_E_GAP;
	if (!g->n_objects && !(frame->flags & FRAME_KEY))
		return STAMP_E_NOT_KEY;
	be32_put(prefix, frame->seq);
	prefix[4] = frame->flags;
	prefix[5] = frame->codec;
	be64_put(prefix + 6, frame->capture_us);
	be32_put(prefix + 14, (uint32_t)frame->payload_len);
	if (!g->n_objects && EVP_DigestInit_ex(g->md, EVP_sha256(), NULL) != 1)
		return -EIO;
	if (EVP_DigestUpdate(g->md, prefix, sizeof(prefix)) != 1 ||
		EVP_DigestUpdate(g->md, frame->payload, frame->payload_len) != 1)
		return -EIO;
	if (!g->n_objects) {
		g->first_seq = frame->seq;
		g->first_capture_us = frame->capture_us;
	}
	g->n_objects++;
	g->next_seq = frame->seq + 1;
	g->begun = true;
	return 0;
}

bool stamp_group_is_empty(const struct stamp_group *g)
{
	return !g->n_objects;
}

bool stamp_group_is_due(const struct stamp_group *g, uint64_t capture_us)
{
	return g->n_objects && capture_us >= g->first_capture_us + STAMP_GROUP_US;
}

int stamp_group_finish(struct stamp_group *g, struct stamp *ret_stamp)
{
	struct stamp s = {
		.track = g->track,
		.group = g->group,
		.first_seq = g->first_seq,
		.last_seq = g->next_seq - 1,
	};

	g_assert(g->n_objects);
	if (EVP_DigestFinal_ex(g->md, s.digest, NULL) != 1)
		return -EIO;
	g->n_objects = 0;
	g->group++;
	*ret_stamp = s;
	return 0;
}

void stamp_group_skip(struct stamp_group *g, uint32_t seq, uint32_t group)
{
	g->n_objects = 0;
	g->next_seq = seq;
	g->begun = true;
	g->group = group;
}

void stamp_encode(const struct stamp *stamp, uint8_t ret_message[STAMP_LEN])
{
	ret_message[OFF_TYPE] = FRAME_TYPE_STAMP;
	ret_message[OFF_ALGORITHM] = ALGORITHM_ED25519_SHA256;
	be16_put(ret_message + OFF_TRACK, stamp->track);
	be32_put(ret_message + OFF_GROUP, stamp->group);
	be32_put(ret_message + OFF_FIRST, stamp->first_seq);
	be32_put(ret_message + OFF_LAST, stamp->last_seq);
	be32_put(ret_message + OFF_SESSION, stamp->session_ms);
	be32_put(ret_message + OFF_EPOCH, stamp->epoch);
	memcpy(ret_message + OFF_DIGEST, stamp->digest, STAMP_DIGEST_LEN);
	memcpy(ret_message + OFF_SIG, stamp->sig, ED25519_SIG_LEN);
}

int stamp_decode(const uint8_t *data, size_t len, struct stamp *ret_stamp)
{
	struct stamp s;

	if (len != STAMP_LEN)
		return STAMP_E_LENGTH;
	if (data[OFF_TYPE] != FRAME_TYPE_STAMP)
		return STAMP_E_TYPE;
	if (data[OFF_ALGORITHM] != ALGORITHM_ED25519_SHA256)
		return STAMP_E_ALGORITHM;
	s.track = be16_get(data + OFF_TRACK);
	s.group = be32_get(data + OFF_GROUP);
	s.first_seq = be32_get(data + OFF_FIRST);
	s.last_seq = be32_get(data + OFF_LAST);
	s.session_ms = be32_get(data + OFF_SESSION);
	s.epoch = be32_get(data + OFF_EPOCH);
	memcpy(s.digest, data + OFF_DIGEST, STAMP_DIGEST_LEN);
	memcpy(s.sig, data + OFF_SIG, ED25519_SIG_LEN);
	if (!s.track)
		return STAMP_E_TRACK;
	if (s.last_seq < s.first_seq)
		return STAMP_E_RANGE;
	*ret_stamp = s;
	return 0;
}

/* The signed bytes: three lines of text, then the message up to its signature with the session
 * time, which the server writes, left 0. */
static GByteArray *signed_bytes(const struct stamp *stamp, const struct stamp_scope *scope)
{
	g_autofree char *lines = g_strconcat(DOMAIN, scope->session, "\n", scope->seat, "\n", NULL);
	GByteArray *bytes = g_byte_array_new();
	uint8_t message[STAMP_LEN];

	stamp_encode(stamp, message);
	frame_set_session_ms(message, 0);
	g_byte_array_append(bytes, (const uint8_t *)lines, (guint)strlen(lines));
	g_byte_array_append(bytes, message, OFF_SIG);
	return bytes;
}

int stamp_sign(
	struct stamp *stamp, const struct stamp_scope *scope, const uint8_t seed[ED25519_KEY_LEN])
{
	g_autoptr(GByteArray) bytes = signed_bytes(stamp, scope);

	return ed25519_sign(seed, bytes->data, bytes->len, stamp->sig);
}

int stamp_verify(const struct stamp *stamp, const struct stamp_scope *scope,
	const uint8_t device_key[ED25519_KEY_LEN])
{
	g_autoptr(GByteArray) bytes = signed_bytes(stamp, scope);
	int r = ed25519_verify(device_key, bytes->data, bytes->len, stamp->sig);

	return r == ED25519_E_BAD_SIGNATURE ? STAMP_E_BAD_SIGNATURE : r;
}

int stamp_compare(const struct stamp *stamp, const struct stamp *ours)
{
	if (stamp->track != ours->track || stamp->group != ours->group ||
		stamp->first_seq != ours->first_seq || stamp->last_seq != ours->last_seq ||
		memcmp(stamp->digest, ours->digest, STAMP_DIGEST_LEN) != 0)
		return STAMP_E_MISMATCH;
	return 0;
}

const char *stamp_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
