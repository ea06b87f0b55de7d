/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_PLAIN_H
#define SERVER_PUBLISH_NOTICE_PLAIN_H

/*
 * A published notice as plain text: what other media (发布媒介) reprint whole, and what their text
 * is compared with. Made of nothing but the published text, which the SHA-256 is of. Pure.
 */
#include <jansson.h>

/* "某某网（https://…）；另一网（…）", a new string; NULL for none. media: [{name, address}]. */
char *notice_media_text(const json_t *media);

/* "1、2", a new string; NULL where no lot is named, for all are meant. */
char *notice_lots_text(const json_t *lot_nos);

/*
 * A line for each thing the page says, then the body without the marks of Markdown, but with the
 * numbers of its lists and the addresses of its links. A new string.
 */
char *notice_plain(const json_t *published);

#endif
