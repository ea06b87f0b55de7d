/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_DRAFT_H
#define SERVER_ACT_NOTICE_DRAFT_H

/* What the acts on notices share: reading the text, and the step from one state to the next. */
#include "server/act/act.h"
#include "server/store/notice_store.h"
#include "server/trade/medium.h"
#include "server/trade/project.h"

/* The rows every act that carries a notice's text has in its table. */
#define NOTICE_TEXT_FIELDS                                \
	{"title", FIELD_TEXT, true, 1, NOTICE_TITLE_MAX}, \
		{"body_md", FIELD_TEXT, true, 1, NOTICE_BODY_MAX}, NOTICE_OTHER_FIELDS
/* The same for a text that is still being written. */
#define NOTICE_DRAFT_FIELDS                                \
	{"title", FIELD_TEXT, false, 0, NOTICE_TITLE_MAX}, \
		{"body_md", FIELD_TEXT, false, 0, NOTICE_BODY_MAX}, NOTICE_OTHER_FIELDS
#define NOTICE_OTHER_FIELDS                                                                      \
	{"offer_start", FIELD_TIME, false}, {"offer_end", FIELD_TIME, false},                    \
		{"deadline", FIELD_TIME, false}, {"publicity_start", FIELD_TIME, false},         \
		{"publicity_end", FIELD_TIME, false}, {"follows", FIELD_ID, false},              \
		{"lot_nos", FIELD_LIST, false, 0, PROJECT_LOTS_MAX},                             \
		{"media", FIELD_LIST, false, 0, MEDIA_MAX}, {"affects_bids", FIELD_BOOL, false}, \
		{"withheld", FIELD_LIST, false, 0, 32},                                          \
	{                                                                                        \
		"fields", FIELD_OBJECT, false                                                    \
	}

/* Takes title, body, times, chain and fields over into the row, whose strings it replaces. */
int notice_draft_read(struct act *a, const json_t *in, struct notice_row *row);

/*
 * The step for this actor: 0 and the new state, or REFUSED. The second person (双人复核) is of the
 * project, and is none of those who wrote any of it.
 */
int notice_draft_step(
	struct act *a, const struct notice_row *row, enum notice_step step, enum notice_state *ret);

/* The notice, locked; `both`: the project first, which publication changes with it. */
int notice_draft_lock(struct act *a, const char *notice_id, struct notice_row **ret);
int notice_draft_lock_both(struct act *a, const char *notice_id, struct notice_row **ret);

/*
 * Whether the actor may see what of the notice is not public: those of its project, who wrote it,
 * the centre's staff and the supervisors (行政监督).
 */
int notice_is_open_to(struct act *a, const struct notice_row *row, bool *ret);
/* 0, or REFUSED with auth.denied for a draft that is not open to the actor. */
int notice_require_readable(struct act *a, const struct notice_row *row);

/* The notice the input names, locked, and the step as above. */
int notice_draft_take(struct act *a, const json_t *in, enum notice_step step,
	struct notice_row **ret_row, enum notice_state *ret_state);

/* Refuses with the first thing that forbids publication now, by the project's own rulebook. */
int notice_draft_check(struct act *a, const struct notice_row *row);
/* The same, as if it were published at that time. */
int notice_draft_check_at(struct act *a, const struct notice_row *row, int64_t at_us);

#endif
