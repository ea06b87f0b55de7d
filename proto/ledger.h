/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What every part of the ledger's form shares: its hash and its refusals. The parts are
 *
 *	ledger_leaf        one event as canonical bytes, and its hash
 *	ledger_tree        the Merkle tree of RFC 6962: growth, proofs, verification
 *	ledger_tile        names and contents of the public static files (C2SP tlog-tiles)
 *	note               signed texts (C2SP signed-note)
 *	ledger_checkpoint  the signed head of the tree (C2SP tlog-checkpoint)
 *	statement          signed JSON objects
 *	ledger_receipt     the promise that an event will be in the tree, the proof that it is
 *
 * All of it is pure: no file, socket, clock or random number; any thread.
 */

#define LEDGER_HASH_LEN 32

enum ledger_refusal {
	LEDGER_E_LEAF_SIZE = 1, /* canonical event longer than LEDGER_LEAF_MAX */
	LEDGER_E_LEAF,          /* not a canonical event, or a member out of bounds */
	LEDGER_E_RANGE,         /* index or size beyond the tree */
	LEDGER_E_STATE,         /* saved frontier does not fit its size */
	LEDGER_E_PROOF,         /* the proof does not lead to the root */
	LEDGER_E_TILE_PATH,     /* not the one name of a tile or bundle */
	LEDGER_E_BUNDLE,        /* entry bundle cut short */
	LEDGER_E_KEY,           /* not the text of a verifier key */
	LEDGER_E_NOTE,          /* not a signed note */
	LEDGER_E_CHECKPOINT,    /* signed, but not origin, size, root */
	LEDGER_E_STATEMENT,     /* promise or receipt without its members, or with others */
	LEDGER_E_UNSIGNED,      /* nobody we know signed it */
	LEDGER_E_BAD_SIGNATURE, /* a signature by a key we know does not verify */
	LEDGER_E_FOREIGN,       /* another log, another event */
};

/* "ledger_proof" and so on. */
const char *ledger_refusal_code(int refusal);
