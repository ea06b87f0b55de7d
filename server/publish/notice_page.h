/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_PAGE_H
#define SERVER_PUBLISH_NOTICE_PAGE_H

/*
 * A published notice (公告) and the whole chain of a project's notices (项目公告链) as pages, from
 * rows already read: pure, so that a page can be tested without a server. Each result is to be
 * freed with g_string_free.
 */
#include <glib.h>

#include "server/publish/site.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

/*
 * What a notice that announces lots tells besides its own: how each is scored (评分办法), and what
 * bids are sealed by and opened under. Each may be NULL.
 */
struct notice_trade {
	const GPtrArray *lots; /* struct lot */
	const struct project *project;
	const GPtrArray *holders; /* struct project_holder */
};

/*
 * Contents, times, digest of the text, and the way to the other notices of the project. chain:
 * struct notice_row in the order of publication, the notice among them. trade: of its project; may
 * be NULL.
 */
GString *notice_page(const struct site *site, const struct notice_row *n, const GPtrArray *chain,
	const struct notice_trade *trade);
/* Where a file of it (one of `attachments`) lies below the directory of pages. */
char *notice_attachment_file(const struct notice_row *n, const json_t *attachment);
/* It does not lie there: bidders fetch it, and that is on the record. */
bool notice_attachment_is_offered(const json_t *attachment);
/* chain is not empty. */
GString *project_page(const struct site *site, const GPtrArray *chain);

#endif
