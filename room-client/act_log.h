/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The client's own list of acknowledged acts, on its own disk: what the server has called committed
 * can be held against it. One JSON object a line, {"id", "kind", "event_no", "at_us"}, forced to
 * the disk before the act counts as acknowledged here.
 */

#include <jansson.h>
#include <stdint.h>

struct act_log;

/* Opens or makes "acknowledged.jsonl" in the directory, which is made too. A last line that a crash
 * left unfinished is cut off. */
int act_log_open(const char *dir, struct act_log **ret_log);
struct act_log *act_log_close(struct act_log *log);

/* at_us: UTC. */
int act_log_add(
	struct act_log *log, const char *id, const char *kind, int64_t event_no, int64_t at_us);

/* All acts, oldest first. */
int act_log_list(const struct act_log *log, json_t **ret_list);
