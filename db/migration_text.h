/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_MIGRATION_TEXT_H
#define DB_MIGRATION_TEXT_H

/*
 * Inside of db/ only: cuts a migration file into statements. Pure.
 */
#include <glib.h>

/*
 * The statements without their ';', in order, each to be freed by the array. NULL when something
 * other than blank lines and "--" comments follows the last ';' at the end of a line.
 */
GPtrArray *migration_split(const char *sql);

#endif
