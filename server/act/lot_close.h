/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_LOT_CLOSE_H
#define SERVER_ACT_LOT_CLOSE_H

#include <jansson.h>

struct act;

/* Closes the lot, whoever acts. One that is closed already is told of and stays as it is. 0,
 * REFUSED with nothing written, or negative errno. */
int lot_close(struct act *a, const char *lot_id, json_t *out);

#endif
