/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_OBJECTION_ACT_H
#define SERVER_ACT_OBJECTION_ACT_H

/*
 * What acts and views of objections to results (异议、质疑) share. Who objects and what was said is
 * under the field key; the ledger has times and, of each text, a salted digest.
 *
 * The wrapped text is an object: {"objector", "said": {"text", "salt"}, "answer"?: {…}}.
 */
#include "server/act/act.h"
#include "server/store/notice_store.h"
#include "server/store/objection_store.h"
#include "server/store/project_store.h"

/* The wrapped object of a row; a new reference. 0 or negative errno. */
int objection_open_told(const struct act *a, const struct objection_row *o, json_t **ret);

/*
 * REFUSED with objection.open while the project stands still until an objection is answered (T06):
 * no result, no contract. The caller holds the project's row, as every act on an objection does.
 */
int objection_require_answered(struct act *a, const struct project *p);

/*
 * Whether a result may be published: not while the candidates of a lot it means are still in their
 * publicity (T10), nor before every objection to them is answered. Other notices may.
 */
int objection_require_settled(
	struct act *a, const struct project *p, const struct notice_row *result);

#endif
