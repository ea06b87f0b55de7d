/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel.h"

#include "proto/bytes.h"
#include "proto/ebml.h"
#include "proto/reel_head.h"
#include "proto/reel_seal.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

struct reel_writer {
	EVP_MD_CTX *md;
	uint64_t offset; /* of the next byte */
	uint32_t last_ms;
	uint16_t track;
	uint8_t codec;
	struct reel_entry open;       /* length 0: no cluster is open */
	const struct reel_seal *seal; /* NULL: none */
	GByteArray *cluster;          /* the open one, if it waits to be sealed */
	uint32_t n_sealed;
};

int reel_writer_new(const struct reel_head *head, const struct reel_seal *seal, GByteArray *out,
	struct reel_entry *ret_entry, struct reel_writer **ret_writer)
{
	guint before = out->len;
	struct reel_writer *w;
	struct reel_entry entry = {.is_head = true};
	int r;

	g_assert(head->is_sealed == (seal != NULL));
	r = reel_head_write(head, out);
	if (r)
		return r;
	entry.length = out->len - before;
	if (EVP_Digest(out->data + before, entry.length, entry.sha256, NULL, EVP_sha256(), NULL) !=
		1)
		return -EIO;
	w = g_new0(struct reel_writer, 1);
	w->md = EVP_MD_CTX_new();
	if (!w->md)
		g_error("out of memory");
	w->seal = seal;
	w->cluster = g_byte_array_new();
	w->offset = entry.length;
	w->track = head->track;
	w->codec = head->codec;
	*ret_entry = entry;
	*ret_writer = w;
	return 0;
}

struct reel_writer *reel_writer_free(struct reel_writer *w)
{
	if (!w)
		return NULL;
	EVP_MD_CTX_free(w->md);
	g_byte_array_unref(w->cluster);
	g_free(w);
	return NULL;
}

bool reel_writer_is_open(const struct reel_writer *w)
{
	return w->open.length > 0;
}

int reel_writer_close_cluster(struct reel_writer *w, GByteArray *out, struct reel_entry *ret_closed)
{
	*ret_closed = w->open;
	if (!w->open.length)
		return 0;
	w->open = (struct reel_entry){0};
	if (w->seal) {
		int r = reel_seal_put(w->seal, ++w->n_sealed, w->cluster, ret_closed, out);

		w->offset += ret_closed->length;
		g_byte_array_set_size(w->cluster, 0);
		return r;
	}
	return EVP_DigestFinal_ex(w->md, ret_closed->sha256, NULL) == 1 ? 0 : -EIO;
}

/* Where the open cluster's bytes go. */
static GByteArray *target(struct reel_writer *w, GByteArray *out)
{
	return w->seal ? w->cluster : out;
}

/* Counts and hashes what was just put at the end of the cluster; a sealed one is counted by its
 * element. */
static int took(struct reel_writer *w, const GByteArray *out, guint before)
{
	guint n = out->len - before;

	w->open.length += n;
	if (w->seal)
		return 0;
	w->offset += n;
	return EVP_DigestUpdate(w->md, out->data + before, n) == 1 ? 0 : -EIO;
}

static int cluster_begin(struct reel_writer *w, uint32_t time_ms, GByteArray *out)
{
	guint before = out->len;
	uint8_t timestamp[6] = {MKV_TIMESTAMP, 0x84};

	if (EVP_DigestInit_ex(w->md, EVP_sha256(), NULL) != 1)
		return -EIO;
	w->open = (struct reel_entry){.time_ms = time_ms, .last_ms = time_ms, .offset = w->offset};
	w->last_ms = time_ms;
	be32_put(timestamp + 2, time_ms);
	ebml_put_id(out, MKV_CLUSTER);
	ebml_put_size_unknown(out);
	g_byte_array_append(out, timestamp, sizeof(timestamp));
	return took(w, out, before);
}

static void block_append(
	const struct frame *f, const uint8_t *message, uint16_t since_cluster_ms, GByteArray *out)
{
	uint8_t head[REEL_BLOCK_HEADER_LEN] = {EBML_VOID, 0x80 | FRAME_HEADER_LEN};
	uint8_t *block = head + 2 + FRAME_HEADER_LEN;

	memcpy(head + 2, message, FRAME_HEADER_LEN);
	block[0] = MKV_SIMPLE_BLOCK;
	be32_put(block + 1, 0x10000000 | (uint32_t)(f->payload_len + 4));
	block[5] = REEL_BLOCK_TRACK;
	be16_put(block + 6, since_cluster_ms);
	block[8] = reel_block_flags(f);
	g_byte_array_append(out, head, sizeof(head));
	g_byte_array_append(out, f->payload, (guint)f->payload_len);
}

/* Opens a cluster where one is needed; time_ms is not before the last. */
static int cluster_for(struct reel_writer *w, uint32_t time_ms, bool video_key, GByteArray *out,
	struct reel_entry *ret_closed)
{
	if (w->open.length &&
		((video_key && w->open.n_blocks) || time_ms - w->open.time_ms > INT16_MAX)) {
		int r = reel_writer_close_cluster(w, out, ret_closed);

		if (r)
			return r;
	}
	return w->open.length ? 0 : cluster_begin(w, time_ms, target(w, out));
}

static int put_frame(struct reel_writer *w, const uint8_t *message, size_t len, GByteArray *out,
	struct reel_entry *ret_closed)
{
	struct frame f;
	uint32_t time_ms;
	guint before;
	bool key;
	int r;

	if (frame_parse(message, len, &f))
		return REEL_E_MESSAGE;
	if (f.track != w->track || f.codec != w->codec)
		return REEL_E_FOREIGN;
	time_ms = MAX(f.session_ms, w->last_ms);
	key = f.flags & FRAME_KEY;
	r = cluster_for(w, time_ms, key && !frame_codec_is_audio(f.codec), out, ret_closed);
	if (r)
		return r;
	out = target(w, out);
	before = out->len;
	block_append(&f, message, (uint16_t)(time_ms - w->open.time_ms), out);
	if (!w->open.n_blocks++)
		w->open.is_key = key;
	w->open.last_ms = w->last_ms = time_ms;
	return took(w, out, before);
}

static int put_stamp(struct reel_writer *w, const uint8_t *message, size_t len, GByteArray *out,
	struct reel_entry *ret_closed)
{
	struct stamp s;
	guint before;
	int r;

	if (stamp_decode(message, len, &s))
		return REEL_E_MESSAGE;
	if (s.track != w->track)
		return REEL_E_FOREIGN;
	/* It came with the group before it; its own time may not push the next block back. */
	r = cluster_for(w, w->last_ms, false, out, ret_closed);
	if (r)
		return r;
	out = target(w, out);
	before = out->len;
	ebml_put_bytes(out, EBML_VOID, message, len);
	w->open.n_stamps++;
	return took(w, out, before);
}

int reel_writer_put(struct reel_writer *w, const uint8_t *message, size_t len, GByteArray *out,
	struct reel_entry *ret_closed)
{
	*ret_closed = (struct reel_entry){0};
	switch (frame_type(message, len)) {
	case FRAME_TYPE_MEDIA:
		return put_frame(w, message, len, out, ret_closed);
	case FRAME_TYPE_STAMP:
		return put_stamp(w, message, len, out, ret_closed);
	default:
		return REEL_E_MESSAGE;
	}
}
