/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A store's answer to ListObjectVersions: which versions, and marks of deletion, an object has. */

#include <glib.h>

/* Appends the ids (char *) of the versions and marks of exactly this key. -EPROTO: it is no such
 * list. */
int bucket_versions_parse(const char *xml, gssize len, const char *key, GPtrArray *ids);
