/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_IMPORT_ROW_H
#define SERVER_ACT_IMPORT_ROW_H

/*
 * A row of an imported table (导入的一行) as the input of an act. The first row of the table names
 * the members: `name`, or a path into a list or an object (`lots.1.name`, `fields.scope`; lists
 * count from 1). An empty cell is an absent member. Cells are read by the act's own table: a time
 * may be Beijing time ("2026-03-01 09:00"), a list of texts may be divided by ";" or "；", lists
 * and objects may be JSON.
 */
#include <glib.h>
#include <jansson.h>

#include "server/core/fields.h"

/* *ret: a new object, which the act's table has still to check. 0 or REFUSED. */
int import_row_read(const struct field *fields, const GPtrArray *header, const GPtrArray *cells,
	json_t **ret, struct refusal *r);

#endif
