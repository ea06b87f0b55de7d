/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_BUNDLE_SHELF_H
#define SERVER_PUBLISH_BUNDLE_SHELF_H

/*
 * Bundles that were ordered over HTTP, under data_dir/bundles: SESSION/ when finished, SESSION.part
 * while it is made, and SESSION.json, which tells every process how far it is. They are copies and
 * lie there for two days.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/publish/bundle.h"

enum shelf_state { SHELF_NONE, SHELF_MAKING, SHELF_READY, SHELF_FAILED };

struct shelf_entry {
	enum shelf_state state;
	uint64_t done_bytes, total_bytes; /* while it is made */
	int64_t changed_us;               /* when this was written */
	bool holds_bids; /* opened ones that can be read; of one that is being made: it may */
	const char
		*error; /* failed: "space", "disk_full", "page", "ledger", "interrupted", "fault" */
};

const char *shelf_state_name(enum shelf_state state);

/* Where the finished one lies; g_free it. */
char *shelf_dir(const char *data_dir, const char *session_id);

/* The right to make this session's bundle: a descriptor to be closed by whoever has it, or -EBUSY
 * while another process or thread does, or another negative errno. Ends with the process. */
int shelf_lock(const char *data_dir, const char *session_id);

/* SHELF_NONE when nothing was ordered. One whose maker fell silent has failed. */
void shelf_read(
	const char *data_dir, const char *session_id, int64_t now_us, struct shelf_entry *ret);
int shelf_write(const char *data_dir, const char *session_id, const struct shelf_entry *entry);

/* Makes room for a new one: takes away the old one, what a maker that died left, and what has lain
 * there for two days. For whoever has the lock. */
void shelf_clear(const char *data_dir, const char *session_id, int64_t now_us);

/* Ids (char *) of the sessions whose bundle here may hold opened bids. */
GPtrArray *shelf_holding_bids(const char *data_dir, int64_t now_us);
/* Takes away the bundle of one. For whoever has the lock. */
void shelf_remove(const char *data_dir, const char *session_id);

/* The word for a failure of bundle_collect or bundle_write. */
const char *shelf_error(int r);

#endif
