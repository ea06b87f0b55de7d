/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel.h"

#include "proto/bytes.h"
#include "proto/ebml.h"
#include "proto/reel_head.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

struct reel_writer {
	EVP_MD_CTX *md;
	uint64_t offset; /* of the next byte */
	uint32_t last_ms;
	uint16_t track;
	uint8_t codec;
	struct reel_entry open; /* length 0: no cluster is open */
};

int reel_writer_new(const struct reel_head *head, GByteArray *out, struct reel_entry *ret_entry,
	struct reel_writer **ret_writer)
{
	guint before = out->len;
	struct reel_writer *w;
	struct reel_entry entry = {.is_head = true};
	int r = reel_head_write(head, out);

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
	g_free(w);
	return NULL;
}

bool reel_writer_close_cluster(struct reel_writer *w, struct reel_entry *ret_closed)
{
	if (!w->open.length)
		return false;
	/* Cannot fail on a context that took all updates. */
	if (EVP_DigestFinal_ex(w->md, w->open.sha256, NULL) != 1)
		g_error("SHA-256 failed");
	*ret_closed = w->open;
	w->open = (struct reel_entry){0};
	return true;
}

/* Counts and hashes what was just put at the end of out. */
static int took(struct reel_writer *w, const GByteArray *out, guint before)
{
	guint n = out->len - before;

	if (EVP_DigestUpdate(w->md, out->data + before, n) != 1)
		return -EIO;
	w->offset += n;
	w->open.length += n;
	return 0;
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
		((video_key && w->open.n_blocks) || time_ms - w->open.time_ms > INT16_MAX))
		reel_writer_close_cluster(w, ret_closed);
	return w->open.length ? 0 : cluster_begin(w, time_ms, out);
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
