/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUDIT_LEDGER_H
#define SERVER_AUDIT_LEDGER_H

/*
 * The ledger's growth (RFC 6962 tree) as logic over functions: what to place, in which order, when
 * to sign. The keeper (server/follow) fills in the functions with the database.
 *
 * Thread: one keeper at a time; not thread-safe.
 */
#include <glib.h>
#include <stdint.h>

#include "proto/ledger_tree.h"
#include "server/audit/event.h"

struct checkpoint_key;

/* What a step needs from below; all calls are within one transaction. 0 or an error passed on. */
struct ledger_io {
	/* Events without a place, in the order they shall get; the array owns them. */
	int (*pending)(void *ctx, unsigned limit, GPtrArray **ret_events);
	int (*place)(void *ctx, int64_t seq, const struct event *e);
	int (*checkpoint)(void *ctx, int64_t size, const uint8_t root[static 32], const char *note);
	void *ctx;
};

/* The result of one step; it counts only once its transaction has committed. */
struct ledger_step {
	struct ledger_tree tree; /* after the step */
	GPtrArray *events;       /* placed, owned; the first has index tree.size - events->len */
	char *note;              /* the signed checkpoint */
};

void ledger_step_clear(struct ledger_step *s);

/*
 * Places up to limit pending events behind *tree and signs the new head. 0 with an empty step
 * (events->len 0, note NULL) when nothing is pending.
 */
int ledger_extend(const struct ledger_tree *tree, const struct checkpoint_key *key, unsigned limit,
	const struct ledger_io *io, struct ledger_step *ret);

/*
 * Rebuilding: appends an event that has a place already, after recomputing its leaf. hash is the
 * leaf hash recorded with the place. LEDGER_E_ALTERED when they differ.
 */
#define LEDGER_E_ALTERED 1
int ledger_replay(struct ledger_tree *tree, const struct event *e, const uint8_t hash[static 32]);

/* LEDGER_E_ALTERED when the tree is not the one a checkpoint (size, root) was signed for. */
int ledger_matches(const struct ledger_tree *tree, int64_t size, const uint8_t root[static 32]);

#endif
