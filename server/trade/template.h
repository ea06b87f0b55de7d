/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Templates (范本): a draft without what belongs to its project alone. The project's own words
 * stand in them as {{项目名称}} and the like, and are put in again for the project a draft is made
 * for. Pure.
 */

#include <jansson.h>

#include "server/trade/notice_kind.h"
#include "server/trade/verdict.h"

#define TEMPLATE_NAME_MAX 100 /* characters */

#define TEMPLATE_REFUSALS(X)                              \
	X(TEMPLATE_E_STATE, "template.state")             \
	X(TEMPLATE_E_SAME_PERSON, "template.same_person") \
	X(TEMPLATE_E_KIND, "template.kind")               \
	X(TEMPLATE_E_NAME, "template.name_taken")

enum template_refusal { TEMPLATE_E_NONE = 0, TEMPLATE_REFUSALS(REFUSAL_ENUM) };
const char *template_refusal_code(int refusal);

/* A project's own words; each may be NULL. */
struct template_words {
	const char *name, *code, *contact, *buyer, *agency;
};

/*
 * A copy in which the project's words became placeholders, at any depth; words of less than four
 * characters stay. Names of members stay.
 */
json_t *template_take(const json_t *body, const struct template_words *words);
/* A copy with the words of this project; a word it has not becomes nothing. */
json_t *template_fill(const json_t *body, const struct template_words *words);

/*
 * What a notice's template keeps of its draft ({title, body_md, fields, …}): the words as above, no
 * field that is the project's own, and such a field's label instead of its text in title and body,
 * for the author of the next notice to replace.
 */
json_t *template_take_notice(
	enum notice_kind kind, const json_t *draft, const struct template_words *words);
/* Without the fields that are a project's own, but for name and number where they are placeholders.
 * Also for what was taken before those were left out. */
json_t *template_notice_part(enum notice_kind kind, const json_t *body);
/*
 * What another project of its kind says as well: not its name, sums and codes, nor buyer, agency
 * and contact, for whoever a project names belongs to it.
 */
json_t *template_project_part(const json_t *body);
