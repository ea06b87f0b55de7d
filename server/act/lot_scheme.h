/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_LOT_SCHEME_H
#define SERVER_ACT_LOT_SCHEME_H

/* The scoring scheme (评分办法) that a lot of a new project brings with it. */
#include "server/act/act.h"

struct lot_draft;

/*
 * Reads the scheme of the lot's input and fills in what the rules of trade look at. REFUSED when it
 * is not lawful, or when the lot itself lacks what the method needs: prices as amounts, a ceiling.
 * no: of the lot, from 1.
 */
int lot_scheme_read(struct act *a, size_t no, const json_t *lot, struct lot_draft *ret);

#endif
