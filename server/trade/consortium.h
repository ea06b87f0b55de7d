/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A consortium (联合体) as a sealed bid tells of it, in its offer: the bidder leads, the others are
 * named with their unified credit codes, and their agreement (共同投标协议) is one of the bid's
 * documents.
 *
 *	"consortium": {"members": [{"name", "credit_code"}, …], "agreement": the document's name}
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>

#include <jansson.h>

#define CONSORTIUM_MEMBERS_MAX 20 /* besides the one that leads */
#define CONSORTIUM_NAME_MAX 200   /* characters */

/* Whether it has this form, every code is one, and nobody is named twice, the leader included. */
bool consortium_is_good(const json_t *consortium, const char *leader_code);

/*
 * What a tender file says of consortia (members of the project's facts): "joint": false, none is
 * taken; "joint_members": so many parties at most, the one that leads included. A file that says
 * neither leaves it open.
 */
enum consortium_verdict {
	CONSORTIUM_FITS = 0,
	CONSORTIUM_BARRED,
	CONSORTIUM_LARGE,
};

/* consortium: a good one, or NULL. */
enum consortium_verdict consortium_fits(const json_t *consortium, const json_t *project_facts);

/* The document its agreement is in; of a good one. */
const char *consortium_agreement(const json_t *consortium);

/* Whether the code is the leader's or a member's; consortium NULL: the bidder bids alone. */
bool consortium_has(const json_t *consortium, const char *leader_code, const char *code);
