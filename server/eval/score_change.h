/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What one saved version of a score sheet (评分表) changed against the one before: the history of
 * scores that a replay shows. Pure, any thread.
 */

#include <jansson.h>

/*
 * Scores are {"<bid id>": {"<item id>": "85.39"}} as in score.h; `before` may be NULL for the first
 * version. Returns a new array of {"bid_id", "item_id", "old"?, "new"?}, sorted by bid and item;
 * old is absent for a score that was not there, new for one that was taken away.
 */
json_t *score_changes(const json_t *before, const json_t *after);
