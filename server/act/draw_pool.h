/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DRAW_POOL_H
#define SERVER_ACT_DRAW_POOL_H

/* The pool of experts (专家库) as a draw sees it: who may be drawn for a session, and why not. */
#include "server/act/act.h"
#include "server/eval/draw.h"

struct expert;

/* Who must avoid (回避), as sets. */
struct draw_avoid {
	GHashTable *units;   /* 32-byte unit digests as GBytes: whoever works there */
	GHashTable *experts; /* ids: who was on a committee (评标委员会) that was dissolved */
};

/* Whom a session asks for. */
struct draw_wanted {
	const json_t *specialities; /* any of these */
	int64_t session_us;         /* when they will sit */
	int64_t until_us;           /* until when; 0: not said */
	const char *region;         /* first digits of the experts' region; NULL: any */
	bool outside;               /* of any region but that one */
	const char *regulator;      /* the unit that supervises the project (C10); NULL: not said */
	const struct draw_avoid *avoid;
};

/* Calls fn for every expert of the pool until it returns other than 0. */
int draw_pool_each(struct act *a, int (*fn)(const struct expert *e, void *data), void *data);

/*
 * An entry for everybody in the pool (struct draw_entry), with the flags that eligible.h gives, and
 * how many are left out for which of its reasons: {"unit": 2 …}, the owner frees both.
 */
int draw_pool_look(struct act *a, const uint8_t key[DRAW_BYTES], const struct draw_wanted *wanted,
	GArray **ret_entries, json_t **ret_excluded);

#endif
