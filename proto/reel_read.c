/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel.h"

#include "proto/bytes.h"
#include "proto/ebml.h"
#include "proto/reel_head.h"
#include "proto/reel_seal.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

static const uint8_t cluster_start[14] = {0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, MKV_TIMESTAMP, 0x84};

void reel_cursor_init(struct reel_cursor *c, const uint8_t *data, uint64_t len)
{
	*c = (struct reel_cursor){.data = data, .len = len};
}

void reel_cursor_seek(struct reel_cursor *c, uint64_t cluster_offset, uint32_t last_ms)
{
	g_assert(c->has_head);
	c->pos = c->whole = cluster_offset;
	c->last_ms = last_ms;
	c->in_cluster = false;
	c->n_sealed = 0;
}

static int next_head(struct reel_cursor *c, struct reel_item *item)
{
	int r = reel_head_read(c->data, c->len, &c->head, &item->length);

	if (r)
		return r;
	item->kind = REEL_ITEM_HEAD;
	item->head = c->head;
	c->has_head = true;
	return 0;
}

/* Whether what stands at p, perhaps cut short, agrees with want. */
static bool agrees(const uint8_t *p, uint64_t len, const uint8_t *want, size_t want_len)
{
	return memcmp(p, want, (size_t)MIN(len, want_len)) == 0;
}

static int next_cluster(
	struct reel_cursor *c, const uint8_t *p, uint64_t len, struct reel_item *item)
{
	if (!agrees(p, len, cluster_start, sizeof(cluster_start)))
		return REEL_E_DAMAGED;
	if (len < REEL_CLUSTER_HEADER_LEN)
		return REEL_E_TORN;
	item->kind = REEL_ITEM_CLUSTER;
	item->length = REEL_CLUSTER_HEADER_LEN;
	item->time_ms = be32_get(p + sizeof(cluster_start));
	if (item->time_ms < c->last_ms)
		return REEL_E_DAMAGED;
	c->cluster_ms = c->last_ms = item->time_ms;
	c->in_cluster = true;
	return 0;
}

/* The block behind its wire header f, at p. */
static int block_read(struct reel_cursor *c, const uint8_t *p, uint64_t len, struct reel_item *item)
{
	struct frame *f = &item->frame;
	uint32_t size, time_ms = MAX(f->session_ms, c->last_ms);

	if (p[0] != MKV_SIMPLE_BLOCK)
		return REEL_E_DAMAGED;
	if (len < REEL_BLOCK_HEADER_LEN - 2 - FRAME_HEADER_LEN)
		return REEL_E_TORN;
	size = be32_get(p + 1) ^ 0x10000000;
	if (size <= 4 || size > FRAME_PAYLOAD_MAX + 4 || p[5] != REEL_BLOCK_TRACK ||
		(uint64_t)c->cluster_ms + be16_get(p + 6) != time_ms ||
		be16_get(p + 6) > INT16_MAX || p[8] != reel_block_flags(f))
		return REEL_E_DAMAGED;
	if (len - 5 < size)
		return REEL_E_TORN;
	f->payload = p + 9;
	f->payload_len = size - 4;
	item->time_ms = time_ms;
	item->length = REEL_BLOCK_HEADER_LEN + f->payload_len;
	return 0;
}

static int next_block(struct reel_cursor *c, const uint8_t *p, uint64_t len, struct reel_item *item)
{
	const uint64_t before = 2 + FRAME_HEADER_LEN;
	int r;

	if (len < before)
		return REEL_E_TORN;
	if (frame_parse_header(p + 2, &item->frame) || item->frame.track != c->head.track ||
		item->frame.codec != c->head.codec)
		return REEL_E_DAMAGED;
	if (len == before)
		return REEL_E_TORN;
	r = block_read(c, p + before, len - before, item);
	if (r)
		return r;
	item->kind = REEL_ITEM_BLOCK;
	c->last_ms = item->time_ms;
	return 0;
}

static int next_stamp(struct reel_cursor *c, const uint8_t *p, uint64_t len, struct reel_item *item)
{
	if (len < REEL_STAMP_ELEMENT_LEN)
		return REEL_E_TORN;
	if (stamp_decode(p + 2, STAMP_LEN, &item->stamp) || item->stamp.track != c->head.track)
		return REEL_E_DAMAGED;
	item->kind = REEL_ITEM_STAMP;
	item->length = REEL_STAMP_ELEMENT_LEN;
	return 0;
}

static int next_sealed(
	struct reel_cursor *c, const uint8_t *p, uint64_t len, struct reel_item *item)
{
	static const uint8_t begin[] = {EBML_VOID, 0x01, 0, 0, 0};
	int r;

	if (!agrees(p, len, begin, sizeof(begin)))
		return REEL_E_DAMAGED;
	r = reel_sealed_parse(p, len, &item->sealed, &item->length);
	if (r)
		return r;
	item->kind = REEL_ITEM_SEALED;
	item->time_ms = be32_get(p + 13);
	if (item->time_ms < c->last_ms || (c->n_sealed && item->sealed.no != c->n_sealed + 1))
		return REEL_E_DAMAGED;
	c->n_sealed = item->sealed.no;
	c->last_ms = item->sealed.last_ms;
	return 0;
}

static int next_item(struct reel_cursor *c, struct reel_item *item)
{
	uint64_t len = c->len - c->pos;
	const uint8_t *p;

	if (!c->has_head)
		return next_head(c, item);
	/* There need not be any bytes at all. */
	if (!len)
		return REEL_END;
	p = c->data + c->pos;
	if (c->head.is_sealed)
		return next_sealed(c, p, len, item);
	if (!c->in_cluster || p[0] == cluster_start[0])
		return next_cluster(c, p, len, item);
	if (p[0] != EBML_VOID)
		return REEL_E_DAMAGED;
	if (len == 1)
		return REEL_E_TORN;
	if (p[1] == (0x80 | FRAME_HEADER_LEN))
		return next_block(c, p, len, item);
	if (p[1] == (0x80 | STAMP_LEN))
		return next_stamp(c, p, len, item);
	return REEL_E_DAMAGED;
}

int reel_cursor_next(struct reel_cursor *c, struct reel_item *ret_item)
{
	struct reel_item item = {.offset = c->pos};
	int r = next_item(c, &item);

	if (r)
		return r;
	c->pos += item.length;
	if (item.kind != REEL_ITEM_CLUSTER)
		c->whole = c->pos;
	*ret_item = item;
	return 0;
}

static int entry_add(struct reel_cursor *c, struct reel_entry *e, GArray *entries)
{
	if (!e->is_head && !e->n_blocks && !e->n_stamps)
		return 0;
	e->length = (uint32_t)(c->whole - e->offset);
	if (EVP_Digest(c->data + e->offset, e->length, e->sha256, NULL, EVP_sha256(), NULL) != 1)
		return -EIO;
	g_array_append_val(entries, *e);
	return 0;
}

int reel_index(struct reel_cursor *c, GArray *entries)
{
	struct reel_entry e = {0};
	struct reel_item item;
	bool open = false;
	int r, fault = 0;

	while (!fault && (r = reel_cursor_next(c, &item)) == 0) {
		switch (item.kind) {
		case REEL_ITEM_HEAD:
			e = (struct reel_entry){.is_head = true};
			fault = entry_add(c, &e, entries);
			break;
		case REEL_ITEM_CLUSTER:
			fault = open ? entry_add(c, &e, entries) : 0;
			e = (struct reel_entry){.time_ms = item.time_ms,
				.last_ms = item.time_ms,
				.offset = item.offset};
			open = true;
			break;
		case REEL_ITEM_BLOCK:
			if (!e.n_blocks++)
				e.is_key = item.frame.flags & FRAME_KEY;
			e.last_ms = item.time_ms;
			break;
		case REEL_ITEM_STAMP:
			e.n_stamps++;
			break;
		case REEL_ITEM_SEALED:
			e = (struct reel_entry){.time_ms = item.time_ms,
				.last_ms = item.sealed.last_ms,
				.offset = item.offset,
				.n_blocks = item.sealed.n_blocks,
				.n_stamps = item.sealed.n_stamps,
				.is_key = item.sealed.is_key};
			fault = entry_add(c, &e, entries);
			break;
		}
	}
	if (!fault && open)
		fault = entry_add(c, &e, entries);
	return fault ? fault : r;
}
