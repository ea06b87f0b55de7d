/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A reel: one track as one append-only WebM file, and its index (proto/README.md, "Reels").
 * Bytes in, bytes out; files belong to server/record.
 *
 *   head | cluster | cluster | …          cluster = timestamp, then blocks and stamps
 *
 * Before every block stands a Void element holding the object's 24-byte wire header; a stamp is a
 * Void holding its 120-byte message. Players skip both, a verifier rebuilds from them exactly what
 * the seat sent. Every element has one spelling, so whatever else stands there is damage.
 *
 * A reel is whole at the end of each block. Nothing in it is ever changed, only added.
 */

#include "proto/frame.h"
#include "proto/ident.h"
#include "proto/stamp.h"

#include <glib.h>

#define REEL_ENTRY_LEN 64
#define REEL_KIND_SIZE 8
#define REEL_MASK_SIZE 9
#define REEL_SALT_LEN 16

enum reel_refusal {
	REEL_END = 1,   /* nothing follows */
	REEL_E_TORN,    /* the bytes end within an element: a write was cut short */
	REEL_E_DAMAGED, /* the bytes cannot be what should stand there */
	REEL_E_MESSAGE, /* put: no media object or stamp */
	REEL_E_FOREIGN, /* put: of another track or codec */
	REEL_E_HEAD,    /* what the head says cannot be recorded */
	REEL_E_ENTRY,   /* no valid index entry */
};

struct reel_head {
	char session[IDENT_SIZE];
	char seat[IDENT_SIZE];
	char kind[REEL_KIND_SIZE]; /* cam, mic, screen */
	char mask[REEL_MASK_SIZE]; /* "", or masked, or original: the unchanged one beside it */
	char to[IDENT_SIZE];       /* a voice for one seat alone: which; "": for all */
	uint32_t epoch;
	uint16_t track;
	uint8_t codec;               /* Opus (mono) or VP8 */
	uint16_t width, height;      /* video only, else 0 */
	int64_t session_start_us;    /* UTC of session time 0 */
	bool is_sealed;              /* its clusters are encrypted (proto/reel_seal.h) */
	uint8_t salt[REEL_SALT_LEN]; /* sealed: random, of this reel alone */
};

/* One line of the index: the head, or a finished cluster. */
struct reel_entry {
	uint32_t time_ms; /* its timestamp; 0 for the head */
	uint32_t last_ms; /* time of its last block */
	uint64_t offset;
	uint32_t length;
	uint32_t n_blocks;
	uint32_t n_stamps;
	bool is_head;
	bool is_key; /* its first block is a keyframe: a player can start here */
	uint8_t sha256[32];
};

/* --- Writing. One writer belongs to one thread. --- */

struct reel_seal;
struct reel_writer;

/* Appends the head to out. ret_entry describes it. seal: borrowed as long as the writer lives, for
 * a head that says so; else NULL. */
int reel_writer_new(const struct reel_head *head, const struct reel_seal *seal, GByteArray *out,
	struct reel_entry *ret_entry, struct reel_writer **ret_writer);
struct reel_writer *reel_writer_free(struct reel_writer *w);

/*
 * Appends what becomes of one binary message (media object or stamp) to out; of a sealed reel a
 * cluster is appended when it ends. Block times never go
 * back: an object with an earlier session time than the last gets the last one's. A video keyframe
 * begins a new cluster; the entry of the one it ends is put in ret_closed (length 0: none).
 */
int reel_writer_put(struct reel_writer *w, const uint8_t *message, size_t len, GByteArray *out,
	struct reel_entry *ret_closed);

/* Ends the open cluster; its length is 0 when there is none. The next put begins another. -EIO. */
int reel_writer_close_cluster(
	struct reel_writer *w, GByteArray *out, struct reel_entry *ret_closed);
/* Whether something was put into a cluster that has not ended. */
bool reel_writer_is_open(const struct reel_writer *w);

/* --- Reading. --- */

enum reel_item_kind {
	REEL_ITEM_HEAD,
	REEL_ITEM_CLUSTER,
	REEL_ITEM_BLOCK,
	REEL_ITEM_STAMP,
	REEL_ITEM_SEALED, /* a whole cluster that needs a key */
};

/* What a sealed cluster tells without a key. */
struct reel_sealed {
	uint32_t no; /* in its reel, from 1 */
	uint32_t last_ms;
	uint32_t n_blocks, n_stamps;
	bool is_key;
};

struct reel_item {
	enum reel_item_kind kind;
	uint64_t offset; /* of its first byte, wire header included */
	uint64_t length;
	uint32_t time_ms; /* of a cluster, sealed or not, or block */
	union {
		struct reel_head head;
		struct frame frame; /* as sent, payload pointing into the reel */
		struct stamp stamp;
		struct reel_sealed sealed;
	};
};

/* Walks a reel in memory. Public so that it can stand on the stack; read pos and whole only. */
struct reel_cursor {
	const uint8_t *data;
	uint64_t len;
	uint64_t pos;   /* where the next item should begin */
	uint64_t whole; /* end of the last head, block, stamp or sealed cluster: where recovery cuts
			 */
	struct reel_head head;
	bool has_head, in_cluster;
	uint32_t cluster_ms, last_ms;
	uint32_t n_sealed; /* number of the last sealed cluster; 0: none, or not known after a seek
			    */
};

void reel_cursor_init(struct reel_cursor *c, const uint8_t *data, uint64_t len);
/* The next item: 0, REEL_END, REEL_E_TORN or REEL_E_DAMAGED; the last two stay where they are. */
int reel_cursor_next(struct reel_cursor *c, struct reel_item *ret_item);
/* Goes on at a cluster, whose offset and last time before it an index told. Needs the head read. */
void reel_cursor_seek(struct reel_cursor *c, uint64_t cluster_offset, uint32_t last_ms);

/*
 * Makes index entries for everything whole from the cursor on, a cluster that lacks its end
 * included. Returns what stopped it (REEL_END, REEL_E_TORN, REEL_E_DAMAGED) or a fault; c->whole
 * is the end of the last entry.
 */
int reel_index(struct reel_cursor *c, GArray *entries);

/* --- Index. --- */

void reel_entry_encode(const struct reel_entry *entry, uint8_t ret_bytes[REEL_ENTRY_LEN]);
int reel_entry_decode(const uint8_t bytes[REEL_ENTRY_LEN], struct reel_entry *ret_entry);
/* Whether the entry's bytes have its hash: 0, REEL_E_TORN (not all there) or REEL_E_DAMAGED. */
int reel_entry_check(const struct reel_entry *entry, const uint8_t *data, uint64_t len);

/* "reel_torn" and so on. */
const char *reel_refusal_code(int refusal);
