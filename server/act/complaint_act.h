/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_COMPLAINT_ACT_H
#define SERVER_ACT_COMPLAINT_ACT_H

/*
 * What the acts on complaints (投诉) share. Who complains, of whom and why is under the field key;
 * the ledger has the times and, of each text, a salted digest, for the supervisors to check.
 *
 * The wrapped text is an object: {"complainant", "respondent"?, "said": {step: {"text", "salt"}}};
 * a step that is done again is another one: suspended, suspended_2 …
 */
#include "server/act/act.h"
#include "server/act/project_party.h"
#include "server/store/complaint_store.h"

#define COMPLAINT_TEXT_MAX 4000

/* The wrapped object of a row; a new reference. 0 or negative errno. */
int complaint_open_told(const struct act *a, const struct complaint_row *c, json_t **ret);

/*
 * Adds what was said at a step to the object, wraps it into the row, and puts the digest into the
 * event's body as "reason_digest". text may be NULL.
 */
int complaint_say(struct act *a, struct complaint_row *c, json_t *told, const char *step,
	const char *text, json_t *body);

/* The findings of the rules about a complaint, by its project's rulebook. */
int complaint_verdicts(struct act *a, const struct complaint_row *c, GArray *verdicts);

/*
 * REFUSED while a complaint suspends the project's trading (T12, G06): opening, results, contract.
 * The caller holds the project's row, as every step on a complaint does.
 */
int complaint_require_not_suspended(struct act *a, const struct project *p);
/* The same of a moment that is over, by the events of the project's complaints. */
int complaint_require_not_suspended_at(
	struct act *a, const struct project *p, int64_t at_us, const char *field);

#endif
