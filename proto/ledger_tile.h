/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The public static files of the ledger (C2SP tlog-tiles, tile height 8).
 *
 *	tile/<L>/<N>[.p/<W>]        tile: up to 256 hashes of tree level 8 L, from 256 N on
 *	tile/entries/<N>[.p/<W>]    bundle: the entries of leaves 256 N …
 *
 * N is written in groups of three digits, all but the last with an x before it: 1234067 is
 * x001/x234/067. A partial file of W < 256 hashes or entries has its own name, so that no file is
 * ever changed.
 *
 * A bundle is a row of entries, each: length (16 bits, network order), and that many bytes of leaf;
 * or length 0 and 32 bytes of leaf hash, for an event that is not public. (A leaf is never empty,
 * and C2SP readers meet length 0 only where our log withholds.)
 */

#include "proto/ledger.h"
#include "proto/ledger_tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define LEDGER_TILE_WIDTH 256
#define LEDGER_TILE_LEVEL_MAX 7 /* 2^53 leaves need no eighth */
#define LEDGER_TILE_PATH_SIZE 64

struct ledger_tile {
	bool entries; /* a bundle; level is 0 then */
	unsigned level;
	uint64_t index;
	unsigned width; /* 1..256; 256 = full */
};

/* Writes the name; returns buf. */
const char *ledger_tile_path(const struct ledger_tile *tile, char buf[LEDGER_TILE_PATH_SIZE]);
/* LEDGER_E_TILE_PATH for anything but what ledger_tile_path() writes. */
int ledger_tile_parse(const char *path, size_t len, struct ledger_tile *ret_tile);

/*
 * Reads n hashes of tree level 8 * tile_level, from number `first` on; a read stays within one
 * tile. Lets the hashes of every level be found from tiles, or level 0 from a table of leaf hashes.
 */
struct ledger_tile_source {
	int (*read)(
		void *ctx, unsigned tile_level, uint64_t first, unsigned n, uint8_t *ret_hashes);
	void *ctx;
};

/* A ledger_hash_func over a struct ledger_tile_source. */
int ledger_tile_hash_at(
	void *source, unsigned level, uint64_t index, uint8_t ret_hash[LEDGER_HASH_LEN]);

/* One entry of a bundle: the leaf, or NULL and only its hash. */
struct ledger_entry {
	const uint8_t *leaf; /* borrowed from the bundle */
	size_t leaf_len;
	uint8_t hash[LEDGER_HASH_LEN];
};

/* leaf may be NULL (not public), then hash is written; else the hash is not looked at. */
void ledger_bundle_append(GByteArray *bundle, const struct ledger_entry *entry);
/* Takes the entry at *at and moves *at behind it. LEDGER_E_BUNDLE. */
int ledger_bundle_next(
	const uint8_t *bundle, size_t len, size_t *at, struct ledger_entry *ret_entry);
