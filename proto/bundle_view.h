/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the player page of a bundle knows of a session (proto/README.md, "Bundle"): tracks and when
 * there is something on each, gaps, events, scores. It follows from the events and the record's
 * sheets alone, so a verifier makes it again and compares; whoever looks at the page sees what the
 * ledger says.
 */

#include "proto/ledger_leaf.h"

#include <glib.h>
#include <jansson.h>

struct bundle_view;

struct bundle_view *bundle_view_new(const char *session_id, const char *title);
struct bundle_view *bundle_view_free(struct bundle_view *v);

/* Every event of the record in its order; those that are not of the session's subjects are passed
 * over. What cannot be read is left out: it is the verifier's finding. */
void bundle_view_add(struct bundle_view *v, const struct ledger_event *e);

/* Content of sheets.json, void.json and results.json, as far as the record has them; else NULL.
 * What they hold is the verifier's to judge. */
void bundle_view_scores(
	struct bundle_view *v, const json_t *sheets, const json_t *voids, const json_t *results);

/*
 * The script of the page: the manifest's canonical text and the view. 0, or a refusal of
 * proto/canon.h (a body without canonical text).
 */
int bundle_view_script(const struct bundle_view *v, const GString *manifest, GString **ret);
