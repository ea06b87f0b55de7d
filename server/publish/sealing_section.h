/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SEALING_SECTION_H
#define SERVER_PUBLISH_SEALING_SECTION_H

/*
 * What the bids of a tender are sealed by and opened under (加密与开标), as a section of the page
 * of its notice: how they are opened, what becomes of one that stays closed, and whose keys may
 * help.
 */
#include <glib.h>

struct project;

/* holders: struct project_holder, as they are now; none: nothing is written, no bids are sealed. */
void sealing_section(GString *out, const struct project *p, const GPtrArray *holders);

#endif
