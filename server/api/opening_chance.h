/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_OPENING_CHANCE_H
#define SERVER_API_OPENING_CHANCE_H

/*
 * What a lot's scheme leaves to a public draw (抽取浮动点、摇号), as everybody in the opening hall
 * sees it: the choices, the three parties' commitments, their nonces, the seed and what was drawn.
 */
#include "server/act/act.h"

struct lot;

/* Puts "chance" into the answer where there is something to be drawn. 0 or negative errno. */
int opening_chance_out(struct act *a, const struct lot *lot, json_t *out);

#endif
