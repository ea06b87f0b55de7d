/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SCHEME_SECTION_H
#define SERVER_PUBLISH_SCHEME_SECTION_H

/* How the lots of a tender are scored (评分办法), as a section of the page of its notice. */
#include <glib.h>

/* lots: struct lot, or NULL for none; those without a scheme are left out, and with none nothing is
 * written. */
void scheme_section(GString *out, const GPtrArray *lots);

#endif
