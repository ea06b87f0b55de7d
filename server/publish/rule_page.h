/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_RULE_PAGE_H
#define SERVER_PUBLISH_RULE_PAGE_H

/*
 * The rulebook (规则目录) as pages: all rules of a version in a table, and a page for each rule of the
 * current one, which refusals and notices can point to. Pure; to be freed with g_string_free.
 */
#include <glib.h>

#include "server/publish/site.h"
#include "server/trade/rulebook.h"

GString *rulebook_page(const struct site *site, const struct rulebook *book);
/*
 * For rulebooks/VERSION.html: a whole book on one page, which stays when it is no longer the current
 * one. What projects and notices that are bound to it point to.
 */
GString *rulebook_version_page(const struct site *site, const struct rulebook *book);
/* For rules/ID.html. */
GString *rule_page(const struct site *site, const struct rule *rule);

#endif
