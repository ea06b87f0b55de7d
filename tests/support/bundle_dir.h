/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The folder that make_bundle fills. What fails ends the program. */

#include <glib.h>
#include <jansson.h>

/* Ends the program unless r is 0. */
void check(int r);

/* Names the folder, which this borrows, and makes those within it. */
void bundle_dir_open(const char *path);

/* reels/NO.NAME, or NAME itself when no is 0; g_free. */
char *bundle_dir_path(const char *name, unsigned no);

/* len may be -1. */
void bundle_dir_write(const char *name, const char *text, gssize len);
/* In canonical form; takes json. */
void bundle_dir_write_json(const char *name, json_t *json);
