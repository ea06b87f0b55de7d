/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_DRAW_H
#define SERVER_VERIFY_VERIFY_DRAW_H

/*
 * Computes a draw of experts again from its published record: what GET /draws/{id}/record answers
 * and what lies in a session's record as draw.json.
 */
#include <jansson.h>

#include "server/verify/findings.h"

/* 0: done, see the findings. Negative errno: the file cannot be read. */
int verify_draw(const char *path, struct findings *findings);

/* The same for what was read already; place names it. */
void verify_draw_json(const json_t *draw, const char *place, struct findings *findings);

#endif
